/** What can be changed in the distillation, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import type { Kind } from '../../shared/drawings';

export interface Options {
  share: number;
  temperature: number;
  student: number;
  drawings: number;
  steps: number;
  subsets: number;
  tested: number;
}

/** Units in the teacher's hidden layer. */
export const TEACHER = 64;
/** Temperatures that are tried beside the chosen one. */
export const TEMPERATURES = [1, 2, 4, 8, 16];

export const controls: Controls<Options> = {
  share: {
    kind: 'choice',
    label: 'Part of the data for the student',
    default: 0.03,
    values: [
      { value: 0.01, label: '1 %' },
      { value: 0.03, label: '3 %, as in the paper' },
      { value: 0.1, label: '10 %' },
    ],
  },
  temperature: {
    kind: 'choice',
    label: 'Temperature',
    default: 4,
    values: [
      { value: 1, label: '1' },
      { value: 2, label: '2' },
      { value: 4, label: '4' },
      { value: 8, label: '8' },
      { value: 16, label: '16' },
    ],
  },
  student: {
    kind: 'choice',
    label: 'Hidden units of the student',
    default: TEACHER,
    small: 16,
    values: [
      { value: 8, label: '8' },
      { value: 16, label: '16' },
      { value: TEACHER, label: '64, as the teacher' },
    ],
  },
  drawings: { kind: 'fixed', label: 'Drawings', default: 4000, small: 500 },
  steps: { kind: 'fixed', label: 'Steps', default: 300, small: 20 },
  subsets: { kind: 'fixed', label: 'Parts drawn', default: 3, small: 1 },
  tested: { kind: 'fixed', label: 'Drawings to test with', default: 1000, small: 300 },
};

/**
 * Targets that are as soft as the teacher's at the chosen temperature, on the mean, and know less: smoothed ones know the
 * name only; permuted ones have the teacher's other probabilities, each at a kind drawn by lot.
 */
export const CONTROLS = ['smoothed', 'permuted'] as const;
export type ControlWay = (typeof CONTROLS)[number];

/** Learning curve of one way to teach. */
export interface Curve {
  /** [points]: drawings shown by then, repeats included. */
  shown: number[];
  /** [points]: right on the test, mean over the parts that were drawn. */
  right: number[];
}

export interface Result {
  /** Of the data in all, and of a part. */
  drawings: { all: number; part: number; tested: number };
  teacher: { curve: Curve; right: number | null; parameters: number };
  /** The student with all the data. */
  all: { right: number | null; parameters: number };
  hard: { curve: Curve; right: number | null };
  /** In the order of TEMPERATURES, as far as they have learned. */
  soft: { temperature: number; curve: Curve; right: number }[];
  /** Right on the test; as far as they have learned. */
  controls: Partial<Record<ControlWay, number>>;
  /** Test drawings and what the teacher says of them: at temperature 1 and at the chosen one. */
  answers: { kind: Kind; pixels: Uint8Array; plain: number[]; softened: number[] }[];
}

/** A drawing to be named: [SIZE][SIZE], 0 … 1. */
export interface Question {
  pixels: Float32Array;
}

/** [KINDS] each, sums to 1. */
export interface Answer {
  teacher: number[];
  softened: number[];
  all: number[];
  soft: number[];
  hard: number[];
}
