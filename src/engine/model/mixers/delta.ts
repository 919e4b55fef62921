/**
 * Gated delta network (Yang et al. 2024, "Gated Delta Networks: Improving Mamba2 with Delta Rule"), as Qwen 3.5 has it: behind
 * a short convolution every head keeps a state that maps keys to values. It decays (α), what it says of the token's key is
 * corrected towards the token's value (β), and the query reads it. No position is looked at: there are no weights of attention.
 */
import { sigmoid } from '../../../shared/softmax';
import type { LayerTrace } from '../../trace/trace';
import { keepStates, skipWrites } from '../writeEdits';
import { normalize } from '../normalize';
import type { Pass } from '../pass';
import { eachStretch, type Rows } from '../rows';
import type { DeltaWeights, Norm } from '../layerWeights';
import { beginning, carry, convolve, softplus } from './recurrence';
import type { RecurrentShape, RecurrentTrace } from './recurrentParts';

/** scratch.mixed[n][heads][headDim], what the heads read of scratch.normed's states, normalised and gated. */
export function readCorrected(
  pass: Pass,
  layer: number,
  shape: RecurrentShape,
  attentionNorm: Norm | undefined,
  weights: DeltaWeights,
  rows: Rows,
  kept: LayerTrace,
  own: RecurrentTrace,
): void {
  const { model, scratch: s } = pass;
  const { kernel, config } = model;
  const { n } = rows;
  const { heads, keyHeads, headDim, keyDim } = shape;
  const trace = kept.mixer as RecurrentTrace;
  const { state, tail } = beginning(pass, shape, layer, attentionNorm, weights, rows, kept);
  const width = heads * headDim;
  kernel.matmul(own.gate, s.normed, weights.wgate, n);
  decayAndStrength(pass, shape, weights, n, own);
  eachStretch(rows, (edits, first, count, position) => {
    skipWrites(edits, layer, { heads, width: 1 }, own.beta.slice(first * heads, count * heads), position, count);
    keepStates(edits, layer, heads, own.decay.slice(first * heads, count * heads), position, count);
  });
  convolve(pass, shape, layer, weights, rows, trace, tail, own);
  // A norm whose weight is 1/√keyDim makes the length 1.
  const { unit, projected } = s.recurrent;
  unit.f32.fill(1 / Math.sqrt(keyDim), 0, keyDim);
  for (const buf of [own.q, own.k]) kernel.rmsNorm(buf, buf, unit, n * keyHeads, keyDim, config.epsilon / keyDim);
  carry(pass, shape, rows, trace, own, state, 1 / Math.sqrt(keyDim));
  normalize(model, s.mixed, s.mixed, weights.norm, n * heads, headDim);
  kernel.copy(projected, own.gate, n * width);
  kernel.swiglu(projected, s.mixed, n * width);
  kernel.copy(s.mixed, projected, n * width);
}

/** own.decay and own.beta of scratch.normed. */
function decayAndStrength(
  { model: { kernel }, scratch: { normed } }: Pass,
  { heads }: RecurrentShape,
  { walpha, wbeta, rate, rateBias }: DeltaWeights,
  n: number,
  { decay, beta }: RecurrentTrace,
): void {
  kernel.matmul(decay, normed, walpha, n);
  kernel.matmul(beta, normed, wbeta, n);
  const [a, b, rates, biases] = [decay.f32, beta.f32, rate.f32, rateBias.f32];
  for (let i = 0; i < n * heads; i++) {
    a[i] = Math.exp(rates[i % heads] * softplus(a[i] + biases[i % heads]));
    b[i] = sigmoid(b[i]);
  }
}
