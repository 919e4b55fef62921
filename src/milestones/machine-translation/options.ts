/** What worker and page both know of the experiment. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  /** Sentences that are translated. */
  sentences: number;
  /** Hypotheses that are kept for as many covered pieces. */
  beam: number;
  /** One of so many texts is used. */
  every: number;
}

export const controls: Controls<Options> = {
  sentences: { kind: 'number', label: 'Sentences to translate', default: 24, small: 4, min: 8, max: 100, step: 4 },
  beam: {
    kind: 'choice',
    label: 'Width of the search',
    default: 6,
    small: 3,
    values: [
      { value: 3, label: '3' },
      { value: 6, label: '6' },
      { value: 20, label: '20' },
    ],
  },
  every: { kind: 'fixed', label: 'One of so many texts', default: 1, small: 12 },
};

export const MODELS = ['backoff', 'kneserNey'] as const;
export type Model = (typeof MODELS)[number];
/** Controls and baselines, then what is asked about. */
export const WAYS = ['memory', 'dictionary', 'alone', 'shuffled', ...MODELS] as const;
export type Way = (typeof WAYS)[number];

/** Workers that the table is spread over. */
export const SHARD_COUNTS = [1, 2, 4] as const;
/** Names of the timings, in ms for a thousand look-ups. */
export const lookupTime = (shards: number, batched: boolean): string => `${batched ? 'batched' : 'single'}${shards}`;

export interface Size {
  /** Words of English that the language models have counted. */
  words: number;
  /** Different runs of one to five words. */
  runs: number;
  /** chrF, 0 … 100. */
  chrf: Record<Model, number>;
}

export interface Word {
  text: string;
  /** Words of context with which it was found in the counted text, 0 … 4; −1: an unknown word. */
  context: number;
}

export interface Example {
  chinese: string;
  reference: string;
  translations: Record<Way, string>;
  /** Of Stupid Backoff's translation, with the end of the sentence. */
  trace: Word[];
}

/** What one sentence asks of the table. */
export interface Lookups {
  /** Words of the translation. */
  words: number;
  /** Runs of words that were looked up. */
  runs: number;
  /** Trips when everything that one step needs goes together. */
  batches: number;
  /** Part of the look-ups that the busiest of so many shards answers: by SHARD_COUNTS. */
  busiest: number[];
}

export interface Result {
  /** From which entries of the history the sentences are. */
  files: string[];
  sentences: number;
  /** Sentences that were left out because the rest has nearly the same. */
  nearDuplicates: number;
  sizes: Size[];
  /** chrF of each way, the language models with all the text. */
  ways: Partial<Record<Way, number>>;
  /** Sum of the scores of all words after a history, mean over histories of the sentences. */
  sums: Record<Model, number> | null;
  lookups: Lookups | null;
  examples: Example[];
}
