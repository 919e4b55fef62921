/** What can be changed in the Vision Transformer's experiment, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import { SIZE, type Kind } from '../../shared/drawings';

/** Side of a patch, and patches of a side. */
export const PATCH = 7;
export const GRID = SIZE / PATCH;
export const PATCHES = GRID ** 2;

export interface Options {
  drawings: number;
  examples: number;
  tested: number;
  blanked: number;
}

export const controls: Controls<Options> = {
  drawings: {
    kind: 'choice',
    label: 'Drawings to learn from, at most',
    default: 1000,
    small: 250,
    values: [
      { value: 250, label: '250' },
      { value: 1000, label: '1,000' },
      { value: 4000, label: '4,000' },
    ],
  },
  examples: {
    kind: 'choice',
    label: 'Drawings shown while learning, again and again',
    default: 6400,
    small: 96,
    values: [
      { value: 96, label: '96' },
      { value: 6400, label: '6,400' },
      { value: 40_000, label: '40,000' },
    ],
  },
  tested: { kind: 'fixed', label: 'Drawings to test with', default: 500, small: 25 },
  blanked: { kind: 'fixed', label: 'Drawings whose patches are blanked', default: 100, small: 10 },
};

/** Convolutions; attention over patches; the same without telling it where a patch is; the nearest known drawing. */
export const CONTENDERS = ['convolutions', 'patches', 'placeless', 'nearest'] as const;
export type Contender = (typeof CONTENDERS)[number];
export type Learned = Exclude<Contender, 'nearest'>;

/** With so many drawings to learn from. */
export interface Level {
  drawings: number;
  /** Share of the test that is named rightly. */
  right: Partial<Record<Contender, number>>;
  /** The same of what was learned from. */
  known: Partial<Record<Learned, number>>;
}

export interface NetSize {
  weights: number;
  /** Of one drawing. */
  multiplyAdds: number;
}

/** How the patches are chosen that are blanked. */
export const CHOICES = ['rollout', 'ink', 'random'] as const;
export type Choice = (typeof CHOICES)[number];

/** One drawing, and how much each patch counts by rolled-out attention. */
export interface Looked {
  kind: Kind;
  /** [SIZE][SIZE], 0 … 255 */
  pixels: Uint8Array;
  /** [SIZE][SIZE], 0 … 255: its patch's part, of the largest. */
  rollout: Uint8Array;
}

export interface Result {
  /** [drawings][SIZE][SIZE] of brightness 0 … 255: some of what is learned from. */
  sample: Uint8Array;
  sampleKinds: Kind[];
  tested: number;
  sizes: Record<'convolutions' | 'patches', NetSize>;
  levels: Level[];
  /** Mean loss of the answer's probability when four patches are blanked; null before. */
  blanked: Record<Choice, number> | null;
  looked: Looked[];
}

/** A drawing to be named: [SIZE][SIZE], 0 … 1. */
export interface Question {
  pixels: Float32Array;
}

export interface Answer {
  /** [KINDS] each, sums to 1. */
  shares: Record<Learned, number[]>;
  /** [PATCHES], sums to 1. */
  rollout: number[];
}
