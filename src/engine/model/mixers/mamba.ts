/**
 * Mamba-2 (Dao & Gu 2024, "Transformers are SSMs"): behind a short convolution every head adds the token's value, by a step Δ that
 * the token says, to a state that decays with the same step; the query reads it, the value itself is added once more, a gate
 * multiplies, and heads that share a key are normalised together. No position is looked at.
 */
import type { LayerTrace } from '../../trace/trace';
import type { MambaWeights, Norm } from '../layerWeights';
import type { Pass } from '../pass';
import { eachStretch, type Rows } from '../rows';
import { keepStates, skipWrites } from '../writeEdits';
import { beginning, carry, convolve, softplus } from './recurrence';
import type { RecurrentShape, RecurrentTrace } from './recurrentParts';

/** scratch.mixed[n][heads][headDim], what the heads read of scratch.normed's states, gated and normalised. */
export function readAdded(
  pass: Pass,
  layer: number,
  shape: RecurrentShape,
  attentionNorm: Norm | undefined,
  weights: MambaWeights,
  rows: Rows,
  kept: LayerTrace,
  own: RecurrentTrace,
): void {
  const { model, scratch: s } = pass;
  const { kernel } = model;
  const { n } = rows;
  const { heads, headDim } = shape;
  const trace = kept.mixer as RecurrentTrace;
  const { state, tail } = beginning(pass, shape, layer, attentionNorm, weights, rows, kept);
  const width = heads * headDim;
  kernel.matmul(own.gate, s.normed, weights.wgate, n);
  kernel.matmul(own.beta, s.normed, weights.wstep, n);
  const [steps, stays, rates, biases] = [own.beta, own.decay, weights.rate, weights.stepBias].map(({ f32 }) => f32);
  for (let i = 0; i < n * heads; i++) {
    steps[i] = softplus(steps[i] + biases[i % heads]);
    stays[i] = Math.exp(rates[i % heads] * steps[i]);
  }
  eachStretch(rows, (edits, first, count, position) => {
    skipWrites(edits, layer, { heads, width: 1 }, own.beta.slice(first * heads, count * heads), position, count);
    keepStates(edits, layer, heads, own.decay.slice(first * heads, count * heads), position, count);
  });
  convolve(pass, shape, layer, weights, rows, trace, tail, own);
  carry(pass, shape, rows, trace, own, state, 1);
  const [read, values, skip] = [s.mixed.f32, own.v.f32, weights.skip.f32];
  for (let i = 0; i < n * width; i++) read[i] += skip[Math.floor(i / headDim) % heads] * values[i];
  const { projected } = s.recurrent;
  kernel.copy(projected, own.gate, n * width);
  kernel.swiglu(projected, s.mixed, n * width);
  kernel.copy(s.mixed, projected, n * width);
  normalizeGroups(s.mixed.f32, weights.norm.weight.f32, shape, model.config.epsilon, n, own.deviation!.f32);
}

/** x[n][heads][headDim] by RMSNorm over each group of heads that share a key; in place. `deviation` [n][groups]: what divided them. */
function normalizeGroups(
  x: Float32Array,
  weight: Float32Array,
  { heads, keyHeads, headDim }: RecurrentShape,
  epsilon: number,
  n: number,
  deviation: Float32Array,
): void {
  const size = (heads / keyHeads) * headDim;
  for (let group = 0; group < n * keyHeads; group++) {
    const row = x.subarray(group * size, (group + 1) * size);
    const square = row.reduce((sum, value) => sum + value * value, 0) / size;
    deviation[group] = Math.sqrt(square + epsilon);
    const own = (group % keyHeads) * size;
    for (let i = 0; i < size; i++) row[i] = (row[i] / deviation[group]) * weight[own + i];
  }
}
