/** What can be changed in PHIL's experiment, and what it shows. */
import type { Controls, TextsFrom } from '../../protocol/milestones';

/** The four slips of Damerau 1964. */
export const EDITS = ['left out', 'put in', 'replaced', 'swapped'] as const;
export type EditKind = (typeof EDITS)[number];

export interface Options {
  order: number;
  clusters: number;
  adapt: boolean;
  rounds: number;
  typos: number;
  excerpts: number;
  windowCharacters: number;
}

export const controls: Controls<Options> = {
  order: {
    kind: 'choice',
    label: 'Words of context',
    default: 3,
    small: 2,
    values: [
      { value: 0, label: 'none' },
      { value: 1, label: '1' },
      { value: 2, label: '2' },
      { value: 3, label: '3' },
      { value: 5, label: '5' },
    ],
  },
  clusters: {
    kind: 'choice',
    label: 'Concept clusters',
    default: 24,
    small: 8,
    values: [
      { value: 8, label: '8' },
      { value: 24, label: '24' },
      { value: 64, label: '64' },
    ],
  },
  adapt: { kind: 'toggle', label: 'The word model goes on learning as it reads', default: true },
  rounds: { kind: 'fixed', label: 'Rounds of learning the clusters', default: 40, small: 8 },
  typos: { kind: 'fixed', label: 'Typing errors', default: 1000, small: 200 },
  excerpts: { kind: 'fixed', label: 'Files compressed', default: 8, small: 2 },
  /** The default run has the whole workspace there. */
  windowCharacters: { kind: 'fixed', label: 'Characters before brotli’s files', default: 1_000_000, small: 20_000 },
};

export const COMPRESSORS = [
  'gzip',
  'gzip after what was read',
  'brotli',
  'brotli after what was read',
  'xz',
  'xz after what was read',
  'back-off',
  'back-off and clusters',
  'transformer',
] as const;
export type Compressor = (typeof COMPRESSORS)[number];
export type FromNothing = 'gzip' | 'brotli' | 'xz' | 'back-off';

export interface Result {
  /** Left out in runs of before there was a choice, which all read a workspace. */
  from?: TextsFrom;
  /** Texts learned from. */
  files: number;
  /** Different words, numbers and signs. */
  pieces: number;
  /** Bits per byte on held-out excerpts, in the order of COMPRESSORS as far as measured. */
  compression: { compressor: Compressor; bitsPerByte: number }[];
  bytes: number;
  /** A part of the texts learned from, coded by who has read nothing before: each learns from what it has coded so far. */
  fromNothing: { compressor: FromNothing; bitsPerByte: number }[];
  /** Clusters with their likeliest words, the most used first. */
  clusters: { share: number; words: string[] }[];
  /** The piece model's surprisal on the selection (or a held-out file). */
  surprisal: { title: string; pieces: { text: string; bits: number }[] } | null;
  typos: { kind: EditKind; asked: number; found: number }[];
  examples: { typo: string; meant: string; guess: string }[];
  cards: {
    pages: number;
    /** Mean reciprocal place of the right card. */
    tfIdf: number;
    clusters: number;
    both: number;
    chance: number;
  } | null;
  /** For the selection's text: the best files by each. */
  matched: { title: string; tfIdf: string[]; clusters: string[] } | null;
}

export interface Question {
  word: string;
}
export interface Answer {
  /** Among the words learned. */
  known: boolean;
  meant: { word: string; count: number }[];
}
