/** What can be changed in the comparison of a recurrent net and attention, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  statements: number;
  largest: number;
  steps: number;
}

export const controls: Controls<Options> = {
  statements: {
    kind: 'choice',
    label: 'Statements to remember',
    default: 8,
    small: 4,
    values: [
      { value: 2, label: '2' },
      { value: 4, label: '4' },
      { value: 8, label: '8' },
    ],
  },
  largest: {
    kind: 'choice',
    label: 'Widest nets',
    default: 64,
    small: 16,
    values: [
      { value: 16, label: '16' },
      { value: 32, label: '32' },
      { value: 64, label: '64' },
    ],
  },
  steps: {
    kind: 'choice',
    label: 'Steps of training',
    default: 240,
    small: 60,
    values: [
      { value: 60, label: '60' },
      { value: 240, label: '240' },
      { value: 480, label: '480' },
    ],
  },
};

export const KINDS = ['recurrent', 'attention'] as const;
export type Kind = (typeof KINDS)[number];

/** One net while it learns. */
export interface Run {
  kind: Kind;
  width: number;
  parameters: number;
  /** [points]: millions of floating-point operations by then, forward and backward. */
  compute: number[];
  /** [points]: bits a question, mean of the last steps; every text is fresh, so this is held out. */
  loss: number[];
  /** Mean loss of the last fifth of the steps; null until then. */
  end: number | null;
}

export interface Result {
  runs: Run[];
  /** One of the texts, in words. */
  sample: { statements: string[]; question: string; answer: string };
}
