/** What cutting one edge changes in its head's output, without running attention again. */
import type { QueryLayer } from './query';

export const CUTS = ['knockout', 'zero', 'swap'] as const;
export type Cut = (typeof CUTS)[number];

/** Above this weight a softmax without the key is summed anew: 1 − a would be what rounding left. */
const NEARLY_ALL = 0.99;

/**
 * With weight a, value v and output o: knocked out a/(1 − a) · (o − v), zeroed −a · v, swapped a · (mean value − v).
 * [headDim], or null where the key is all that the head sees. `key` counts from the first key seen.
 */
export function edgeChange(layer: QueryLayer, head: number, key: number, cut: Cut): Float64Array | null {
  const { headDim, weights, values, meanValues, mixed } = layer;
  const own = weights[head];
  const a = own[key];
  const value = values[head].subarray(key * headDim, (key + 1) * headDim);
  const output = mixed.subarray(head * headDim, (head + 1) * headDim);
  switch (cut) {
    case 'zero':
      return Float64Array.from(value, (v) => -a * v);
    case 'swap':
      return Float64Array.from(value, (v, i) => a * (meanValues[head][i] - v));
    case 'knockout':
      if (own.length === 1) return null;
      if (a <= NEARLY_ALL) return Float64Array.from(value, (v, i) => (a / (1 - a)) * (output[i] - v));
      return withoutKey(own, layer.sinks[head], values[head], headDim, key)?.map((left, i) => left - output[i]) ?? null;
  }
}

/** The output of the other keys, and a sink's nothing, alone; null where they weigh nothing. */
function withoutKey(
  weights: Float64Array,
  sink: number,
  values: Float32Array,
  headDim: number,
  key: number,
): Float64Array | null {
  const output = new Float64Array(headDim);
  let total = sink;
  weights.forEach((weight, other) => {
    if (other === key) return;
    total += weight;
    for (let i = 0; i < headDim; i++) output[i] += weight * values[other * headDim + i];
  });
  return total > 0 ? output.map((value) => value / total) : null;
}
