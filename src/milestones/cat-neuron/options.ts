/** What can be changed in the search for the cat neuron, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import type { Kind } from '../../shared/drawings';

/** Pixels of a window's side. */
export const WINDOW = 7;

export interface Options {
  drawings: number;
  largest: number;
  active: number;
  withCats: boolean;
  steps: number;
  tested: number;
}

export const controls: Controls<Options> = {
  drawings: {
    kind: 'choice',
    label: 'Drawings to learn from',
    default: 5000,
    small: 600,
    values: [
      { value: 600, label: '600' },
      { value: 5000, label: '5,000' },
      { value: 15000, label: '15,000' },
    ],
  },
  largest: {
    kind: 'choice',
    label: 'Units at the top, largest network',
    default: 256,
    small: 16,
    values: [
      { value: 16, label: '16' },
      { value: 64, label: '64' },
      { value: 256, label: '256' },
    ],
  },
  active: {
    kind: 'choice',
    label: 'Units active for one drawing',
    default: 1,
    values: [
      { value: 1, label: '1' },
      { value: 2, label: '2' },
      { value: 4, label: '4' },
    ],
  },
  withCats: { kind: 'toggle', label: 'Cats among the drawings', default: true },
  steps: { kind: 'fixed', label: 'Steps', default: 800, small: 250 },
  tested: { kind: 'fixed', label: 'Drawings to search and to test with', default: 2000, small: 400 },
};

/** Networks of these sizes at the top learn, up to the largest that is asked for. */
export const SIZES = [4, 16, 64, 256];

/** One network: the unit that was best in the search, measured on drawings that the search has not seen. */
export interface Size {
  units: number;
  /** Weights in both stages. */
  parameters: number;
  accuracy: number;
  /** The best of as many units of the same network before it learned. */
  untrained: number;
  /** The best of as many random projections of the pixels. */
  random: number;
}

export interface Found {
  kind: Kind;
  unit: number;
  threshold: number;
  accuracy: number;
  /** [KINDS]: share of drawings of each kind that fire it. */
  shares: number[];
}

export interface Result {
  /** [drawings][SIZE][SIZE] of brightness 0 … 255: some of what is learned from. */
  sample: Uint8Array;
  /** [features][WINDOW][WINDOW]: what the windows look for, 0 … 255 with 128 for 0. */
  features: Uint8Array;
  /** [points]: how well the drawings are redrawn by the largest network, as a share of what there is to redraw. */
  curve: { drawings: number; unexplained: number }[];
  sizes: Size[];
  /** Right on the held-out drawings without the network; null until then. */
  baselines: { template: number; principal: number; shuffled: number } | null;
  /** Of the network that was best in the search; null until then. */
  chosen: {
    units: number;
    /** In the order of KINDS: the best unit for each. */
    found: Found[];
    /** Drawings of each kind in the test. */
    testedOfEach: number;
    /** [drawings][SIZE][SIZE]: the test drawings that excite the cat unit most, with their kinds. */
    top: Uint8Array;
    topKinds: Kind[];
    /** [SIZE][SIZE]: the mean of the forty that excite it most, brightened. */
    average: Uint8Array;
    /** [SIZE][SIZE]: made to excite it, brightened. */
    stimulus: Uint8Array | null;
    /** Responses to the made drawing and to the best of the test. */
    stimulusResponse: number;
    topResponse: number;
  } | null;
}

/** What the chosen network makes of a drawing: [SIZE][SIZE], 0 … 1. */
export interface Question {
  pixels: Float32Array;
}

export interface Answer {
  /** In the order of KINDS: responses of the best unit for each, and from where on it fires. */
  responses: { kind: Kind; response: number; threshold: number }[];
}
