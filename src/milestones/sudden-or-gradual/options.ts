/** What can be changed when the recorded training run is looked at, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  steps: string;
  logAxis: boolean;
}

export const controls: Controls<Options> = {
  steps: {
    kind: 'choice',
    label: 'Problems',
    default: 'all',
    values: [
      { value: 'all', label: 'all' },
      { value: 'short', label: 'one to three steps' },
      { value: 'long', label: 'four to eight steps' },
    ],
  },
  logAxis: { kind: 'toggle', label: 'Time on a log axis', default: true },
};

/** The measures of the same written solutions. */
export const MEASURES = ['exact', 'product', 'numbers', 'distance', 'logprob'] as const;
export type MeasureName = (typeof MEASURES)[number];

export interface Curve {
  /** [checkpoints]: mean over the problems. */
  values: number[];
  /** Largest share of the whole way within one doubling of the tokens; null for a curve that goes nowhere. */
  doubling: { share: number; from: number; interval: [low: number, high: number] | null } | null;
}

export interface Role {
  name: 'previous' | 'bracket' | 'duplicate' | 'induction';
  /** [checkpoints]: the score of the head that is strongest at the end. */
  scores: number[];
  layer: number;
  head: number;
  doubling: { share: number; from: number } | null;
}

/** One problem through all ages. */
export interface Example {
  question: string;
  /** The right numbers, step by step. */
  numbers: string[];
  /** [checkpoints][steps]: what the model wrote. */
  written: string[][];
  /** [checkpoints] */
  logprob: number[];
}

export interface Result {
  /** [checkpoints]: training tokens seen, from the first checkpoint after the start on. */
  tokens: number[];
  problems: number;
  /**
   * exact: share wholly right. product: mean probability of the whole solution, i.e. the share that would be right if every
   * token were drawn. numbers: share of numbers right where they are first written. distance: tokens to be changed.
   * logprob: nats a solution.
   */
  measures: Record<MeasureName, Curve>;
  /** [checkpoints] nats per token on code. */
  loss: Curve;
  roles: Role[];
  /** In each language, the first of the problems asked that has three steps. */
  examples: { en: Example | null; zh: Example | null };
}
