/** What can be changed in the measurement of two watermarks, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  texts: number;
  tokens: number;
  delta: number;
}

export const controls: Controls<Options> = {
  texts: { kind: 'number', label: 'Texts of each kind', default: 8, small: 2, min: 2, max: 8, step: 2 },
  tokens: {
    kind: 'choice',
    label: 'Length of a text',
    default: 120,
    small: 40,
    values: [
      { value: 40, label: '40 tokens' },
      { value: 120, label: '120 tokens' },
      { value: 240, label: '240 tokens' },
    ],
  },
  delta: {
    kind: 'choice',
    label: 'How hard the green list pushes (δ)',
    default: 2,
    values: [
      { value: 1, label: '1' },
      { value: 2, label: '2' },
      { value: 4, label: '4' },
    ],
  },
};

export type Kind = 'code' | 'english' | 'chinese';
export const KINDS: readonly Kind[] = ['code', 'english', 'chinese'];
/** Two marks, each with the detector that belongs to it. */
export type Scheme = 'green' | 'tournament';
export const SCHEMES: readonly Scheme[] = ['green', 'tournament'];

/** Scores are z: how many standard deviations the count lies above what chance gives. */
export interface TextRow {
  kind: Kind;
  /** By scheme: [lengths of Result] of the marked text, with the right key. */
  marked: Record<Scheme, number[]>;
  /** The same model's text without a mark, scored with the same key. */
  unmarked: Record<Scheme, number[]>;
  /** The marked text, scored with another key. */
  wrongKey: Record<Scheme, number[]>;
  /** [SHARES]: the whole marked text after so large a share of its tokens was replaced. */
  edited: Record<Scheme, number[]>;
  /** Code alone: the whole marked text after its identifiers were renamed. */
  renamed: Record<Scheme, number> | null;
  /** Bits a token takes under the model without a mark: the marked texts', and the unmarked text's. */
  bits: Record<Scheme | 'unmarked', number>;
}

/** Shares of a text's tokens that are replaced by others. */
export const SHARES = [0, 0.1, 0.2, 0.3, 0.5];

/** Threshold from half of the unmarked texts (their largest score); counts on the other half. */
export interface Detection {
  threshold: number;
  /** Of `asked` marked texts. */
  found: number;
  /** Of `asked` unmarked ones. */
  falseAlarms: number;
  asked: number;
}

export interface Result {
  /** Tokens of the texts that a score is of. */
  lengths: number[];
  rows: TextRow[];
  /** Null until there are texts for both halves. */
  detection: Record<Scheme, Detection> | null;
  sample: { prompt: string; unmarked: string; marked: { text: string; green: boolean }[] } | null;
}
