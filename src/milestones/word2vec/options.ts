/** What can be changed in the word vectors' experiment, and what it shows. */
import type { Controls, TextsFrom } from '../../protocol/milestones';

export interface Neighbour {
  word: string;
  /** −1 … 1 */
  cosine: number;
}

export interface Options {
  dims: number;
  window: number;
  words: number;
  questionsPerPair: number;
}

export const controls: Controls<Options> = {
  dims: {
    kind: 'choice',
    label: 'Numbers in a vector',
    default: 32,
    small: 16,
    values: [
      { value: 8, label: '8' },
      { value: 16, label: '16' },
      { value: 32, label: '32' },
      { value: 64, label: '64' },
    ],
  },
  window: {
    kind: 'choice',
    label: 'Window on each side',
    default: 5,
    values: [
      { value: 2, label: '2 identifiers' },
      { value: 5, label: '5 identifiers' },
      { value: 10, label: '10 identifiers' },
    ],
  },
  words: {
    kind: 'number',
    label: 'Identifiers read in training',
    default: 1_200_000,
    small: 150_000,
    min: 100_000,
    max: 10_000_000,
    step: 100_000,
  },
  questionsPerPair: { kind: 'fixed', label: 'Questions for each pair', default: 20, small: 3 },
};

export interface SectionScore {
  name: string;
  asked: number;
  /** Questions whose four words are all among the shipped ones; shares are of these. */
  known: number;
  /** Right when the three words of the question cannot be the answer, and when they can. */
  excluded: number;
  allowed: number;
  /** Right by the word nearest to the third one alone, the three left out. */
  alone: number;
}

/** The plane of one section: each pair is an arrow from its first word to its second. */
export interface SectionMap {
  name: string;
  pairs: { from: string; to: string; at: [x: number, y: number]; end: [x: number, y: number] }[];
  /** Of the variance of these vectors, in each axis. */
  shares: [number, number];
}

export interface Live {
  /** Left out in runs of before there was a choice, which all read a workspace. Of this history words are learned, not identifiers. */
  from?: TextsFrom;
  files: number;
  /** Different identifiers that have a vector. */
  identifiers: number;
  /** Identifiers in the training files that have a vector. */
  tokens: number;
  /** [points] */
  curve: { words: number; loss: number }[];
  /** Frequent identifiers of several words (longer words of prose), with those nearest to them. */
  neighbours: { word: string; count: number; near: Neighbour[] }[];
  /** Share of identifiers whose nearest shares a word with them; by chance; null when there are too few. */
  sharedWord: number | null;
  sharedWordByChance: number | null;
  /** How often a true neighbour in files not trained on scores above a random word; ½ by chance. null: no such file. */
  heldOut: number | null;
}

export interface Result {
  shipped: { words: number; dims: number; tokens: number };
  /** Nearest to king − man + woman. */
  king: { allowed: Neighbour[]; excluded: Neighbour[] };
  sections: SectionScore[];
  maps: SectionMap[];
  /** Right with the inputs excluded and allowed, of each pair asked for: what the interval is drawn from. */
  pairs: { known: number; excluded: number; allowed: number; alone: number }[];
  /** null before the live part has begun. */
  live: Live | null;
}

/** Words are looked for in lower case among the books' words, as they stand among the workspace's identifiers. */
export type Question =
  | { kind: 'analogy'; a: string; b: string; c: string; exclude: boolean; count: number }
  | { kind: 'near'; of: 'books' | 'workspace'; word: string; count: number };

export interface Answer {
  near: Neighbour[];
  /** Words of the question that have no vector. */
  unknown: string[];
}
