/** What can be changed in the symmetry experiment, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  hidden: number;
  learningRate: number;
  nets: number;
  sweeps: number;
}

export const controls: Controls<Options> = {
  hidden: {
    kind: 'choice',
    label: 'Hidden units',
    default: 2,
    values: [
      { value: 2, label: '2, as in 1986' },
      { value: 4, label: '4' },
      { value: 8, label: '8' },
    ],
  },
  learningRate: {
    kind: 'choice',
    label: 'Step size',
    default: 0.1,
    values: [
      { value: 0.02, label: '0.02' },
      { value: 0.1, label: '0.1, as in 1986' },
      { value: 0.5, label: '0.5' },
    ],
  },
  nets: { kind: 'fixed', label: 'Nets', default: 20, small: 4 },
  sweeps: { kind: 'number', label: 'Budget in sweeps', default: 3000, small: 1500, min: 200, max: 10000, step: 200 },
};

/** How a net learns. Each gets the same number of forward passes; a backward pass counts as two. */
export const METHODS = ['backpropagation', 'numeric', 'random', 'output only'] as const;
export type Method = (typeof METHODS)[number];

export interface GradientCheck {
  /** Which weight, e.g. "x3 → h1". */
  weight: string;
  analytic: number;
  numeric: number;
}

export interface Curve {
  method: Method;
  /** [points]: mean over nets of the share of the 64 inputs that are answered rightly. */
  right: number[];
  /** [points]: lowest and highest net. */
  low: number[];
  high: number[];
  /** Nets that answered all 64 rightly within the budget, and after how many sweeps (null: never). */
  solvedAfter: (number | null)[];
}

export interface Result {
  /** [points]: sweeps' worth of passes. */
  budget: number[];
  curves: Curve[];
  checks: GradientCheck[];
  /** Largest difference of a gradient from its finite difference, relative to the largest gradient. */
  worstCheck: number;
  /** Of the first solved net: [hidden][inputs] weights into the hidden units, and [hidden] out of them. */
  weights: { into: number[][]; out: number[]; solved: boolean } | null;
  /** Of each net that backpropagation has solved: whether its weights are those of the paper's figure, 1 : 2 : 4. */
  patterns: boolean[];
}
