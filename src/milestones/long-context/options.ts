/** What can be changed in the experiment on long contexts, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  longest: number;
  width: number;
  steps: number;
  sumSteps: number;
  turnedSteps: number;
  asked: number;
  memory: number;
}

export const controls: Controls<Options> = {
  longest: {
    kind: 'choice',
    label: 'Longest haystack, in statements',
    default: 16_384,
    small: 1024,
    values: [
      { value: 1024, label: '1,024' },
      { value: 4096, label: '4,096' },
      { value: 16_384, label: '16,384' },
    ],
  },
  width: {
    kind: 'choice',
    label: 'Width of the net',
    default: 32,
    small: 16,
    values: [
      { value: 16, label: '16' },
      { value: 32, label: '32' },
      { value: 64, label: '64' },
    ],
  },
  steps: { kind: 'fixed', label: 'Steps of learning', default: 150, small: 10 },
  sumSteps: { kind: 'fixed', label: 'Steps of learning to add', default: 300, small: 4 },
  turnedSteps: { kind: 'fixed', label: 'Steps of learning where places turn', default: 150, small: 4 },
  asked: { kind: 'fixed', label: 'Needles asked for in each haystack', default: 200, small: 20 },
  memory: { kind: 'fixed', label: 'Tokens whose attention is measured, at most', default: 2048, small: 256 },
};

/** Statements that the net learns with. */
export const LEARNED = 64;
/** What must be found at this length before anything is claimed about longer ones. */
export const GATE = { length: 256, share: 0.9 };
/** Needles that are asked for at once. */
export const AT_ONCE = 10;
/** How places turn where the haystack is longer than any of the learning. */
export const SCALINGS = ['none', 'linear', 'NTK', 'YaRN'] as const;
export type Scaling = (typeof SCALINGS)[number];
/** Where places turn, the haystacks of a live run; longer ones are recorded. */
export const TURNED_LENGTHS = [LEARNED, 256, 1024, 2048];
/** Different things that a statement may say. */
export const THINGS = 16;

/** With one haystack of so many statements. */
export interface Level {
  length: number;
  /** Share of the needles that are found. */
  found: number;
  /** The same with scores times ln length / ln 64. */
  sharpened: number;
  /** Share of the groups of ten that are found without a miss. */
  together: number;
  /** Share of the pairs of needles whose sum is right. */
  summed: number;
  /** Mean part of the attention that goes to the needle. */
  attention: number;
  /** Of keys that no statement has: how often the answer is given with 90 % or more. */
  surelyWrong: number;
}

export interface Memory {
  tokens: number;
  /** Bytes of the arrays that attention of one head takes beside what goes in and comes out. */
  whole: number;
  streamed: number;
}

/** Names of the timings, in ms. */
export const attentionTime = (way: 'whole' | 'streamed', tokens: number): string => `${way}${tokens}`;

export interface Result {
  /** Loss in nats while it learns: [steps so far]. */
  losses: number[];
  levels: Level[];
  /** Found among 1,024: with no statement that shares half of the needle's key, with all that do, and without the needle. */
  distractors: { none: number; all: number; absent: number } | null;
  /** Where places turn: found, by scaling, at each of TURNED_LENGTHS up to the longest. */
  turned: { scaling: Scaling; found: number[] }[];
  memory: Memory[];
}
