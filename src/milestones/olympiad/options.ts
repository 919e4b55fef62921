/** What can be changed in the measurement of spending more tokens on a problem, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  problems: number;
  steps: number;
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

/** One solution, and what it took. */
export interface Spent {
  right: boolean;
  /** Tokens that were written for it, those that were thrown away included. */
  tokens: number;
}

export interface Sampled extends Spent {
  /** The answer as written; null where there is none. */
  answer: string | null;
  /** Sum of the tokens' log-probabilities at temperature 1, in nats. */
  logProbability: number;
  /** Whether the checker finds no wrong sum in it, and an answer. */
  passes: boolean;
}

export interface Refined extends Spent {
  /** [new beginnings + 1]: how it stood after so many, all tokens until then counted. */
  trail: Spent[];
  /** Whether the last solution passes the checker. */
  passes: boolean;
}

/** One problem, solved in every way. */
export interface ProblemRow {
  greedy: Spent & { passes: boolean };
  /** [samples], each by itself. */
  samples: Sampled[];
  /** Cut at the first wrong sum and written anew from there, until the checker finds none. */
  refined: Refined;
  /** The same first solution, cut at random lines until as many tokens are spent. */
  random: Refined;
  /** Greedy, with every wrong sum put right as it is written: it is no choice among solutions, but a tool. */
  calculator: Refined;
}

/** A problem on which checking sums changed the answer from wrong to right; or the first whose wrong answer passed. */
export interface Example {
  kind: 'mended' | 'passed-wrong';
  question: string;
  expected: string;
  /** The first solution, and the one that was handed in. */
  first: string;
  last: string;
}

/** Right answers against tokens spent on a problem, means over the problems so far. */
export interface Curve {
  name: 'vote' | 'refined' | 'random' | 'ceiling';
  tokens: number[];
  right: number[];
}

/** One way to solve: the share of right answers, its 95 % interval (Wilson), mean tokens a problem. */
export interface Way {
  name: 'greedy' | 'vote' | 'likeliest' | 'refined' | 'random' | 'calculator';
  right: number;
  low: number;
  high: number;
  tokens: number;
}

export interface Result {
  rows: ProblemRow[];
  curves: Curve[];
  ways: Way[];
  /** Solutions that the checker lets through, and those of them whose answer is wrong. */
  accepted: number;
  falseAccepts: number;
  example: Example | null;
}
