/**
 * Linear steps on what stands at a text's tokens, read both ways: what becomes of a change, and what a change is worth by what
 * becomes of it. A circuit's paths are made of them.
 */
import { dot } from '../../shared/dot';
import type { Norm } from '../model/layerWeights';

/** By position; undefined: nothing there. [width] */
export type Field = (Float64Array | undefined)[];

export interface LinearStep {
  /** What becomes of a change. */
  carry(change: Field): Field;
  /** The transpose: what is worth so much behind the step is worth that before it. */
  pull(worth: Field): Field;
  /** What is added at every token behind the step, whatever goes in. */
  bias?: Float32Array;
}

const each =
  (use: (own: Float64Array, position: number) => Float64Array) =>
  (field: Field): Field =>
    field.map((own, position) => own && use(own, position));

/** w [rows][cols] */
export const matrix = (w: Float32Array, bias?: Float32Array): LinearStep => ({
  carry: each((x) => times(w, x)),
  pull: each((y) => turned(w, y)),
  bias,
});

/** Element by element: one number, or one for each element, that may differ from token to token. */
export function factors(of: (position: number) => ArrayLike<number> | number): LinearStep {
  const use = each((x, position) => {
    const by = of(position);
    return typeof by === 'number' ? x.map((value) => value * by) : x.map((value, i) => value * by[i]);
  });
  return { carry: use, pull: use };
}

const centre = each((x) => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.map((value) => value - mean);
});

/** A norm that divides by what it did divide by; without one nothing happens. `scale`: 1 / that, by position. LayerNorm centres. */
export function heldNorm(kind: 'rms' | 'layer', norm: Norm | undefined, scale: readonly number[]): LinearStep[] {
  if (!norm) return [];
  const weight = norm.weight.f32.slice();
  const scaled = factors((position) => weight.map((value) => value * scale[position]));
  const last = { ...scaled, bias: norm.bias?.f32.slice() };
  return kind === 'layer' ? [{ carry: centre, pull: centre }, last] : [last];
}

/**
 * Between positions, for each of several heads: what a query reads is Σ weight · the key's values. `weights` [keys ≤ query];
 * `from`: where in a key's row the head's values begin. A query's row has the heads side by side.
 */
export function mixed(
  { heads, headDim, width }: { heads: number; headDim: number; width: number },
  queries: number,
  weights: (head: number, query: number) => Float64Array,
  from: (head: number) => number,
): LinearStep {
  return {
    carry: (values) =>
      Array.from({ length: queries }, (_, query) => {
        let read: Float64Array | undefined;
        for (let head = 0; head < heads; head++) {
          const own = weights(head, query);
          const [at, to] = [from(head), head * headDim];
          for (let key = 0; key <= query; key++) {
            const value = values[key];
            if (!value || own[key] === 0) continue;
            read ??= new Float64Array(heads * headDim);
            for (let i = 0; i < headDim; i++) read[to + i] += own[key] * value[at + i];
          }
        }
        return read;
      }),
    pull(worth) {
      const byKey: Field = [];
      worth.forEach((read, query) => {
        if (!read) return;
        for (let head = 0; head < heads; head++) {
          const own = weights(head, query);
          const [at, to] = [from(head), head * headDim];
          for (let key = 0; key <= query; key++) {
            if (own[key] === 0) continue;
            const into = (byKey[key] ??= new Float64Array(width));
            for (let i = 0; i < headDim; i++) into[at + i] += own[key] * read[to + i];
          }
        }
      });
      return byKey;
    },
  };
}

/** Each channel over the last `taps` positions, the present one last. weight [channels][taps] */
export function convolved(weight: Float32Array, taps: number, queries: number, bias?: Float32Array): LinearStep {
  const move = (field: Field, toLater: boolean): Field =>
    Array.from({ length: queries }, (_, to) => {
      let sum: Float64Array | undefined;
      for (let back = 0; back < taps; back++) {
        const own = field[toLater ? to - back : to + back];
        if (!own) continue;
        const tap = taps - 1 - back;
        sum ??= new Float64Array(own.length);
        for (let c = 0; c < own.length; c++) sum[c] += weight[c * taps + tap] * own[c];
      }
      return sum;
    });
  return { carry: (change) => move(change, true), pull: (worth) => move(worth, false), bias };
}

export const carryThrough = (steps: readonly LinearStep[], change: Field): Field =>
  steps.reduce((field, step) => step.carry(field), change);

/** `constants`: what the steps' biases are worth. */
export function pullThrough(steps: readonly LinearStep[], worth: Field): { before: Field; constants: number } {
  let [before, constants] = [worth, 0];
  for (const step of [...steps].reverse()) {
    if (step.bias) constants += worthOf(step.bias, before);
    before = step.pull(before);
  }
  return { before, constants };
}

/** What is worth `worth`, where it stands at every token. */
const worthOf = (bias: Float32Array, worth: Field): number =>
  worth.reduce((sum, own) => sum + (own ? dot(own, bias) : 0), 0);

/** Sum, place by place. */
export function plus(a: Field, b: Field): Field {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [one, other] = [a[i], b[i]];
    return one && other ? one.map((value, j) => value + other[j]) : (one ?? other);
  });
}

/** W · x. [rows] */
function times(w: Float32Array, x: Float64Array): Float64Array {
  const cols = x.length;
  return Float64Array.from({ length: w.length / cols }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += w[row * cols + c] * x[c];
    return sum;
  });
}

/** Wᵀ · y. [cols] */
function turned(w: Float32Array, y: Float64Array): Float64Array {
  const cols = w.length / y.length;
  const out = new Float64Array(cols);
  for (let row = 0; row < y.length; row++) for (let c = 0; c < cols; c++) out[c] += y[row] * w[row * cols + c];
  return out;
}
