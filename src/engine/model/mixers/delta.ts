/**
 * Gated delta network (Yang et al. 2024, "Gated Delta Networks: Improving Mamba2 with Delta Rule"), as Qwen 3.5 has it: behind
 * a short convolution every head keeps a state that maps keys to values. It decays (α), what it says of the token's key is
 * corrected towards the token's value (β), and the query reads it. No position is looked at: there are no weights of attention.
 */
import { sigmoid } from '../../../shared/softmax';
import type { Buf, Kernel, Matrix } from '../../kernel/kernel';
import { Problem } from '../../../protocol/problem';
import type { LayerTrace } from '../../trace/trace';
import { editHeads } from '../attentionEdits';
import { skipWrites } from '../writeEdits';
import { normalize } from '../normalize';
import type { Pass } from '../pass';
import { eachStretch, type Rows } from '../rows';
import type { DeltaWeights, Layer, Norm } from '../layerWeights';
import { STATE_EVERY, type DeltaShape, type DeltaTrace } from './deltaParts';

/**
 * scratch.update[n][embedding] = Wo · (norm(what is read) ⊙ silu(gate)) of scratch.normed. Rows one by one go on from
 * `kept`'s state, which goes with them; rows of one place find the state before it (the trace has to keep streams then, or Problem internal).
 */
export function remember(
  pass: Pass,
  layer: number,
  shape: DeltaShape,
  { attentionNorm }: Pick<Layer, 'attentionNorm'>,
  weights: DeltaWeights,
  rows: Rows,
  kept: LayerTrace,
  own: DeltaTrace,
): void {
  const { model, scratch: s, taps } = pass;
  const { n } = rows;
  const width = shape.heads * shape.headDim;
  if (rows.given) s.mixed.f32.set(rows.given);
  else read(pass, layer, shape, attentionNorm, weights, rows, kept, own);
  eachStretch(rows, (edits, first, count, position) =>
    editHeads(edits, layer, shape, s.mixed.slice(first * width, count * width), position, count, pass.donors),
  );
  taps.heads?.(layer, s.mixed, rows);
  model.kernel.matmul(s.update, s.mixed, weights.wo, n);
}

/** scratch.mixed[n][heads][headDim], what the heads read, normalised and gated. */
function read(
  pass: Pass,
  layer: number,
  shape: DeltaShape,
  attentionNorm: Norm | undefined,
  weights: DeltaWeights,
  rows: Rows,
  kept: LayerTrace,
  own: DeltaTrace,
): void {
  const { model, scratch: s } = pass;
  const { kernel } = model;
  const { n, start, onePlace } = rows;
  const { heads, headDim } = shape;
  const trace = kept.mixer as DeltaTrace;
  const { state, tail } = onePlace ? s.delta : trace;
  if (onePlace) {
    stateBefore(kernel, shape, trace, start, state);
    tailBefore(pass, shape, attentionNorm, weights, kept, start);
  }
  const width = heads * headDim;
  kernel.matmul(own.gate, s.normed, weights.wgate, n);
  decayAndStrength(pass, shape, weights, n, own);
  eachStretch(rows, (edits, first, count, position) =>
    skipWrites(edits, layer, { heads, width: 1 }, own.beta.slice(first * heads, count * heads), position, count),
  );
  convolve(pass, shape, weights, rows, trace, tail, own);
  for (const { first, count, kept: at } of stretches(rows)) {
    const row = (buf: Buf, each: number): Buf => buf.slice(first * each, count * each);
    kernel.deltaRule(
      { out: row(s.mixed, width), q: row(own.q, shape.keyHeads * headDim) },
      rowsOf(shape, own, first, count),
      state,
      { n: count, ...shape, scale: 1 / Math.sqrt(headDim), onePlace },
    );
    if (at !== undefined) kernel.copy(trace.states.slice(at * state.length, state.length), state, state.length);
  }
  normalize(model, s.mixed, s.mixed, weights.norm, n * heads, headDim);
  kernel.copy(s.delta.projected, own.gate, n * width);
  kernel.swiglu(s.delta.projected, s.mixed, n * width);
  kernel.copy(s.mixed, s.delta.projected, n * width);
}

/** Sets the state that rows one by one go on from to that before `position`, a multiple of STATE_EVERY. */
export function goBack(kernel: Kernel, { states, tails, state, tail }: DeltaTrace, position: number): void {
  const at = position / STATE_EVERY;
  kernel.copy(state, states.slice(at * state.length, state.length), state.length);
  kernel.copy(tail, tails.slice(at * tail.length, tail.length), tail.length);
}

/** The state that the token at `position` finds: the last one kept, rolled forward. */
export function stateBefore(kernel: Kernel, shape: DeltaShape, trace: DeltaTrace, position: number, state: Buf): void {
  const at = Math.floor(position / STATE_EVERY);
  kernel.copy(state, trace.states.slice(at * state.length, state.length), state.length);
  const first = at * STATE_EVERY;
  const n = position - first;
  if (n === 0) return;
  kernel.deltaRule(undefined, rowsOf(shape, trace, first, n), state, { n, ...shape, scale: 1, onePlace: false });
}

function rowsOf(
  { heads, keyHeads, headDim }: DeltaShape,
  { k, v, decay, beta }: DeltaTrace,
  first: number,
  n: number,
): { k: Buf; v: Buf; decay: Buf; beta: Buf } {
  const rows = (buf: Buf, width: number): Buf => buf.slice(first * width, n * width);
  return {
    k: rows(k, keyHeads * headDim),
    v: rows(v, heads * headDim),
    decay: rows(decay, heads),
    beta: rows(beta, heads),
  };
}

/** own.decay and own.beta of scratch.normed. */
function decayAndStrength(
  { model: { kernel }, scratch: { normed } }: Pass,
  { heads }: DeltaShape,
  { walpha, wbeta, rate, rateBias }: DeltaWeights,
  n: number,
  { decay, beta }: DeltaTrace,
): void {
  kernel.matmul(decay, normed, walpha, n);
  kernel.matmul(beta, normed, wbeta, n);
  const [a, b, rates, biases] = [decay.f32, beta.f32, rate.f32, rateBias.f32];
  for (let i = 0; i < n * heads; i++) {
    a[i] = Math.exp(rates[i % heads] * softplus(a[i] + biases[i % heads]));
    b[i] = sigmoid(b[i]);
  }
}

const softplus = (x: number): number => (x > 20 ? x : Math.log1p(Math.exp(x)));

/** Queries, keys and values, each with its part of a tail. */
function parts(
  { heads, keyHeads, headDim, taps }: DeltaShape,
  { wq, wk, wv, convolveQ, convolveK, convolveV }: DeltaWeights,
): { name: 'q' | 'k' | 'v'; matrix: Matrix; weight: Buf; width: number; tailFrom: number }[] {
  const [keys, values] = [keyHeads * headDim, heads * headDim];
  const before = taps - 1;
  return [
    { name: 'q', matrix: wq, weight: convolveQ, width: keys, tailFrom: 0 },
    { name: 'k', matrix: wk, weight: convolveK, width: keys, tailFrom: before * keys },
    { name: 'v', matrix: wv, weight: convolveV, width: values, tailFrom: 2 * before * keys },
  ];
}

/** own.q, own.k and own.v of scratch.normed; the tail goes along with rows that stand one by one. */
function convolve(
  { model: { kernel, config }, scratch: s }: Pass,
  shape: DeltaShape,
  weights: DeltaWeights,
  rows: Rows,
  trace: DeltaTrace,
  tail: Buf,
  own: DeltaTrace,
): void {
  const { keyHeads, headDim, taps } = shape;
  const { n, onePlace } = rows;
  const { projected, unit } = s.delta;
  for (const { name, matrix, weight, width, tailFrom } of parts(shape, weights)) {
    kernel.matmul(projected, s.normed, matrix, n);
    const before = tail.slice(tailFrom, (taps - 1) * width);
    for (const { first, count, kept } of stretches(rows)) {
      const input = projected.slice(first * width, count * width);
      const out = own[name].slice(first * width, count * width);
      kernel.convolve(out, input, before, weight, { n: count, channels: width, taps, onePlace, silu: true });
      if (!onePlace) shift(kernel, before, input, width, count, taps - 1);
      if (kept === undefined) continue;
      kernel.copy(trace.tails.slice(kept * tail.length + tailFrom, before.length), before, before.length);
    }
  }
  // A norm whose weight is 1/√headDim makes the length 1.
  unit.f32.fill(1 / Math.sqrt(headDim), 0, headDim);
  for (const buf of [own.q, own.k]) {
    kernel.rmsNorm(buf, buf, unit, n * keyHeads, headDim, config.epsilon / headDim);
  }
}

/** The last `many` rows of what the tail is now, and `count` rows behind it. */
function shift(kernel: Kernel, tail: Buf, rows: Buf, width: number, count: number, many: number): void {
  const left = Math.max(0, many - count);
  if (left > 0) kernel.copy(tail, tail.slice(count * width, left * width), left * width);
  const taken = (many - left) * width;
  kernel.copy(tail.slice(left * width, taken), rows.slice(count * width - taken, taken), taken);
}

/** Rows up to where a state is kept: which one, behind the last of them. Rows of one place together. */
function* stretches({
  n,
  start,
  onePlace,
}: Rows): Generator<{ first: number; count: number; kept: number | undefined }> {
  if (onePlace) return yield { first: 0, count: n, kept: undefined };
  for (let first = 0, count = 0; first < n; first += count) {
    const position = start + first;
    count = Math.min(n - first, STATE_EVERY - (position % STATE_EVERY));
    const end = position + count;
    yield { first, count, kept: end % STATE_EVERY === 0 ? end / STATE_EVERY : undefined };
  }
}

/** scratch.delta.tail: the convolution's inputs of the rows before `position`, which no trace keeps, from their streams. */
function tailBefore(
  { model, scratch: { delta } }: Pass,
  shape: DeltaShape,
  norm: Norm | undefined,
  weights: DeltaWeights,
  { residual }: LayerTrace,
  position: number,
): void {
  if (!residual) throw new Problem('internal', 'This explanation keeps no residual streams.');
  const d = model.config.embedding;
  const before = shape.taps - 1;
  const count = Math.min(before, position);
  delta.tail.f32.fill(0);
  if (count === 0) return;
  normalize(model, delta.before, residual.slice((position - count) * d, count * d), norm, count, d);
  for (const { matrix, width, tailFrom } of parts(shape, weights)) {
    const rows = delta.tail.slice(tailFrom + (before - count) * width, count * width);
    model.kernel.matmul(rows, delta.before, matrix, count);
  }
}
