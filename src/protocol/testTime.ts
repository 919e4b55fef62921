/** What spending more tokens on a problem buys, as it crosses the borders. */

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
export interface TokenCurve {
  name: 'vote' | 'refined' | 'random' | 'ceiling';
  tokens: number[];
  right: number[];
}

/** One way to solve: the share of right answers, its 95 % interval (Wilson), mean tokens a problem. */
export interface SolvingWay {
  name: 'greedy' | 'vote' | 'likeliest' | 'refined' | 'random' | 'calculator';
  right: number;
  low: number;
  high: number;
  tokens: number;
}

/** Compute at test time: what spending more tokens on a problem buys. */
export interface SpentTokens {
  curves: TokenCurve[];
  ways: SolvingWay[];
  /** Solutions that the checker of sums lets through, and those of them whose answer is wrong. */
  accepted: number;
  falseAccepts: number;
}
