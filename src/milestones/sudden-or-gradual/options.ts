/** What can be changed when the training history is looked at, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  task: string;
  smooth: boolean;
}

export const controls: Controls<Options> = {
  task: {
    kind: 'choice',
    label: 'Sums answered',
    default: 'steps',
    values: [
      { value: 'steps', label: 'step by step' },
      { value: 'direct', label: 'at once' },
    ],
  },
  smooth: { kind: 'toggle', label: 'Time on a log axis', default: true },
};

/** How abrupt a curve is. */
export interface Shape {
  /** Tokens where a tenth and nine tenths of the whole rise are first reached. */
  from: number;
  to: number;
  /** log2(to / from): in how many doublings of the training the rise takes place. */
  doublings: number;
}

export interface Role {
  name: 'previous' | 'induction' | 'bracket' | 'duplicate';
  /** [checkpoints]: the strongest head's score. */
  best: number[];
  shape: Shape | null;
  layer: number;
  head: number;
}

export interface Result {
  /** [checkpoints]: training tokens seen. */
  tokens: number[];
  /** [checkpoints] share of problems whose answer is exactly right. */
  exact: number[];
  /** [checkpoints] probability of a right digit, geometric mean: exp(mean log-probability). */
  digit: number[];
  /** [checkpoints] log-probability of a right digit in nats, mean; −2.30 is guessing among ten. */
  digitLog: number[];
  /** [checkpoints] nats per token on code. */
  loss: number[];
  exactShape: Shape | null;
  digitShape: Shape | null;
  digitLogShape: Shape | null;
  lossShape: Shape | null;
  roles: Role[];
}
