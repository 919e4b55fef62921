/** What can be changed in the measurement of spending more tokens on a problem, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import type { Example, ProblemRow, SolvingWay, TokenCurve } from '../../protocol/testTime';

export interface Options {
  problems: number;
  steps: number;
  /** Of the stories of the problems. */
  scenes: 'seen' | 'unseen';
  samples: number;
  temperature: number;
}

export const controls: Controls<Options> = {
  problems: { kind: 'number', label: 'Problems', default: 12, small: 2, min: 2, max: 60, step: 1 },
  steps: {
    kind: 'choice',
    label: 'Length of the problems',
    default: 8,
    small: 4,
    values: [
      { value: 4, label: '4 steps' },
      { value: 6, label: '6 steps' },
      { value: 8, label: '8 steps' },
    ],
  },
  scenes: {
    kind: 'choice',
    label: 'Stories',
    default: 'unseen',
    values: [
      { value: 'seen', label: 'of kinds it was trained on' },
      { value: 'unseen', label: 'of kinds it never saw' },
    ],
  },
  samples: {
    kind: 'choice',
    label: 'Solutions sampled for each problem',
    default: 5,
    small: 3,
    values: [
      { value: 3, label: '3' },
      { value: 5, label: '5' },
      { value: 8, label: '8' },
    ],
  },
  temperature: {
    kind: 'choice',
    label: 'Temperature',
    default: 0.7,
    values: [
      { value: 0.4, label: '0.4' },
      { value: 0.7, label: '0.7' },
      { value: 1, label: '1.0' },
    ],
  },
};

export interface Result {
  rows: ProblemRow[];
  curves: TokenCurve[];
  ways: SolvingWay[];
  /** Solutions that the checker lets through, and those of them whose answer is wrong. */
  accepted: number;
  falseAccepts: number;
  example: Example | null;
}
