/** What can be changed in the comparison of precisions, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  sharing: Sharing;
  router: boolean;
  texts: number;
  tokens: number;
}

/** Which weights share a scale. */
export type Sharing = 'block' | 'row' | 'matrix';

export const controls: Controls<Options> = {
  sharing: {
    kind: 'choice',
    label: 'Weights that share a scale',
    default: 'block',
    values: [
      { value: 'block', label: '32, as in the model file' },
      { value: 'row', label: 'a row of the matrix' },
      { value: 'matrix', label: 'the whole matrix' },
    ],
  },
  router: { kind: 'toggle', label: 'Round the routers too', default: false },
  texts: { kind: 'number', label: 'Texts', default: 24, small: 4, min: 4, max: 100, step: 1 },
  tokens: { kind: 'fixed', label: 'Tokens of each text', default: 256, small: 32 },
};

export const PRECISIONS = ['f32', 'int8', 'int4', 'ternary'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What one precision made of a text. */
export interface Reading {
  /** −log₂ of the text's probability. */
  bits: number;
  /** [layers]: mean total variation distance of attention rows from those in f32, 0 … 1. */
  drift: number[];
  /** [layers]: share of the tokens for which the router chose other experts than in f32. */
  flips: number[];
}

export interface TextRow {
  name: string;
  /** UTF-8 bytes that were read. */
  bytes: number;
  /** Tokens that were predicted: all but the first. */
  predicted: number;
  readings: Record<Precision, Reading>;
}

/** What one token is multiplied with, at one precision. */
export interface Work {
  /** Multiply-adds with weights for one token: of a layer of experts those that are used. */
  perToken: number;
  /** Bytes of these weights. */
  tokenBytes: number;
  /** Bytes of all weights that any token may be multiplied with. */
  allBytes: number;
}

export interface Result {
  /** Bytes of the weights with their scales. */
  sizes: Record<Precision, number>;
  /** In int8, which is the TPU's; null before it is rounded. */
  work: Work | null;
  texts: TextRow[];
  /** Too few texts in the workspace: the stories of this history were read. */
  stories: boolean;
  /** The person's selection; null where there is none. */
  selection: TextRow | null;
}

/** Names of the measured speeds among the timings, in tokens a second. */
export const promptSpeed = (precision: Precision): string => `prompt tokens per second, ${precision}`;
export const generationSpeed = (precision: Precision): string => `generated tokens per second, ${precision}`;
