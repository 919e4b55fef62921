/** What can be changed in the comparison of a recurrent net and a Transformer, and what it shows. */
import type { Controls, TextsFrom } from '../../protocol/milestones';

export interface Options {
  context: number;
  steps: number;
  statements: number;
  recallSteps: number;
}

export const controls: Controls<Options> = {
  context: {
    kind: 'choice',
    label: 'Symbols of text in view',
    default: 32,
    small: 8,
    values: [
      { value: 8, label: '8' },
      { value: 32, label: '32' },
      { value: 64, label: '64' },
    ],
  },
  steps: {
    kind: 'choice',
    label: 'Steps on the text',
    default: 300,
    small: 8,
    values: [
      { value: 8, label: '8' },
      { value: 300, label: '300' },
      { value: 900, label: '900' },
    ],
  },
  statements: {
    kind: 'choice',
    label: 'Statements to remember',
    default: 2,
    values: [
      { value: 2, label: '2' },
      { value: 3, label: '3' },
      { value: 6, label: '6' },
    ],
  },
  recallSteps: {
    kind: 'choice',
    label: 'Steps on the statements (the Transformer takes half as many)',
    default: 240,
    small: 8,
    values: [
      { value: 8, label: '8' },
      { value: 240, label: '240' },
      { value: 800, label: '800' },
    ],
  },
};

export const KINDS = ['recurrent', 'attention'] as const;
export type Kind = (typeof KINDS)[number];

/** One net while it learns one task. */
export interface Run {
  kind: Kind;
  parameters: number;
  /** [points]: millions of floating-point operations by then, forward and backward. */
  compute: number[];
  /** [points]: bits a symbol, or a question, on what it has not learned from. */
  loss: number[];
  /** The same of more windows, after the last step; null until then. */
  end: number | null;
}

export interface Result {
  text: {
    from: TextsFrom;
    /** Symbols. */
    training: number;
    heldOut: number;
    /** Bits a symbol that counting reaches on the windows that the nets are tested on. */
    unigram: number;
    trigram: number;
    /** [context] */
    trigramByPlace: number[];
    runs: (Run & {
      /** [context]: bits at each place of the window; null until then. */
      byPlace: number[] | null;
    })[];
  };
  recall: {
    /** Bits a question of who knows the things stated, not whose they are. */
    floor: number;
    runs: Run[];
  };
}
