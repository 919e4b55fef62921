/** What can be changed in recall by length, what it shows, and what the nets of a finished run can be asked. */
import type { Controls } from '../../protocol/milestones';

/** How a number is to be written. */
export type Order = 'same' | 'backwards';

export interface Options {
  order: Order;
  longest: number;
  width: number;
  steps: number;
  tested: number;
}

export const controls: Controls<Options> = {
  order: {
    kind: 'choice',
    label: 'A number is written',
    default: 'same',
    values: [
      { value: 'same', label: 'as it was given' },
      { value: 'backwards', label: 'backwards' },
    ],
  },
  longest: {
    kind: 'choice',
    label: 'Longest in training (digits)',
    default: 8,
    small: 4,
    values: [
      { value: 4, label: '4' },
      { value: 6, label: '6' },
      { value: 8, label: '8' },
      { value: 10, label: '10' },
    ],
  },
  width: {
    kind: 'choice',
    label: 'Width of the LSTM',
    default: 64,
    small: 32,
    values: [
      { value: 32, label: '32' },
      { value: 64, label: '64' },
      { value: 128, label: '128' },
    ],
  },
  steps: {
    kind: 'choice',
    label: 'Steps of training',
    default: 300,
    small: 20,
    values: [
      { value: 100, label: '100' },
      { value: 300, label: '300' },
      { value: 1000, label: '1000' },
    ],
  },
  tested: { kind: 'fixed', label: 'Numbers tested of each length', default: 100, small: 10 },
};

/** One vector; one vector, and the number is read backwards; the same LSTM with attention. */
export const NETS = ['vector', 'reversed', 'attention'] as const;
export type NetName = (typeof NETS)[number];

export interface Score {
  /** [lengths]: share of the digits that stand where they belong; one that was not written is wrong. */
  digits: number[];
  /** [lengths]: share of the numbers that are right from the first digit to the end, and end there. */
  whole: number[];
  /** [places]: of the longest numbers of the training, the share right at each place of what is written. */
  places: number[];
}

/** One net while it learns. */
export interface Run {
  net: NetName;
  width: number;
  parameters: number;
  /** [points]: numbers shown by then. */
  shown: number[];
  /** [points]: bits a symbol, mean of the last steps, before they were learned from. */
  loss: number[];
  /** Null until it has learned. */
  score: Score | null;
}

export interface Result {
  /** Of the training. */
  longest: number;
  /** Lengths that are tested: to twice the longest of the training. */
  lengths: number[];
  runs: Run[];
  /** A number, and what is to be written. */
  sample: { given: number[]; right: number[] };
}

export interface Question {
  /** Digits. */
  number: number[];
}

export interface Answer {
  /** What should be written. */
  right: number[];
  written: Record<NetName, number[]>;
  /** [digits that the net with attention writes, and the end][digits given] */
  weights: number[][];
}
