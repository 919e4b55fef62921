/** What can be changed in AlexNet's experiment, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import { SIZE, type Kind } from '../../shared/drawings';

/** Side of a filter of the first layer, and of what it makes of a sheet. */
export const FIRST = 5;
export const MAP = SIZE - FIRST + 1;

export interface Options {
  drawings: number;
  anywhere: boolean;
  filters: number;
  epochs: number;
  rates: number;
  tested: number;
}

export const controls: Controls<Options> = {
  drawings: {
    kind: 'choice',
    label: 'Drawings to learn from',
    default: 2000,
    small: 500,
    values: [
      { value: 500, label: '500' },
      { value: 2000, label: '2,000' },
      { value: 5000, label: '5,000' },
    ],
  },
  anywhere: { kind: 'toggle', label: 'Drawings of any size, anywhere on the sheet', default: true },
  filters: {
    kind: 'choice',
    label: 'Filters of the first layer',
    default: 8,
    small: 4,
    values: [
      { value: 4, label: '4' },
      { value: 8, label: '8' },
      { value: 16, label: '16' },
    ],
  },
  epochs: { kind: 'fixed', label: 'Epochs', default: 5, small: 2 },
  rates: { kind: 'fixed', label: 'Learning rates that are tried', default: 2, small: 1 },
  tested: { kind: 'fixed', label: 'Drawings to test with', default: 1000, small: 500 },
};

/** With rectified units and with tanh; without convolutions, of as many weights and of as many multiply-adds. */
export const CONTENDERS = ['relu', 'tanh', 'equalWeights', 'equalOperations'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** Errors on what is learned from that the nets race to: figure 1 of the paper. */
export const WANTED = 0.25;

/** One net at one learning rate. */
export interface Run {
  rate: number;
  /** [points]: epochs by then, and the share of drawings named wrongly while they were learned from. */
  epochs: number[];
  error: number[];
  /** [tests]: epochs by then, and the share of the test that is right. */
  tested: number[];
  right: number[];
  /** Epochs to 25 % errors; null when that was not reached. */
  reached: number | null;
}

export interface Contest {
  name: Contender;
  weights: number;
  /** Of one drawing. */
  multiplyAdds: number;
  /** At the rate that won, or at the one that is learning now. */
  run: Run;
  /** What was tried. */
  rates: { rate: number; reached: number | null }[];
}

export interface Result {
  /** [drawings][SIZE][SIZE] of brightness 0 … 255: some of what is learned from. */
  sample: Uint8Array;
  sampleKinds: Kind[];
  tested: number;
  /** In the order of CONTENDERS, as far as they are. */
  contests: Contest[];
  /** [filters][FIRST][FIRST]: the first layers with rectified units and with tanh, 0 … 255 with 128 for 0; empty before. */
  filters: Record<'relu' | 'tanh', Uint8Array>;
  /** The same filters as they are: [filters][FIRST · FIRST]. */
  filterWeights: number[][];
  /** [units][SIZE][SIZE]: what units without convolutions look for. */
  templates: Uint8Array;
}

/** A drawing to be named: [SIZE][SIZE], 0 … 1. */
export interface Question {
  pixels: Float32Array;
}

export interface Answer {
  /** [KINDS] each, sums to 1. */
  shares: Record<Contender, number[]>;
  /** [filters][MAP][MAP]: where each filter of the first layer responds; 255 is the strongest of all. */
  maps: Uint8Array;
  /** [filters] */
  responses: { strongest: number; mean: number; row: number; column: number }[];
}
