/**
 * What all that carries a state from token to token does alike: the short convolution before queries, keys and values, the state
 * through a run's rows with its checkpoints, and both again as one token found them.
 */
import { Problem } from '../../../protocol/problem';
import type { TokenRange } from '../../../protocol/edit';
import type { Buf, Kernel, Matrix } from '../../kernel/kernel';
import type { LayerTrace } from '../../trace/trace';
import type { Norm, RecurrentWeights } from '../layerWeights';
import { normalize } from '../normalize';
import type { Pass } from '../pass';
import type { Rows } from '../rows';
import { tokensUnwritten } from '../writeEdits';
import { STATE_EVERY, type RecurrentShape, type RecurrentTrace } from './recurrentParts';

/** State and tail that the rows go on from: the trace's own, or, of rows of one place, those before it in scratch. */
export function beginning(
  pass: Pass,
  shape: RecurrentShape,
  layer: number,
  attentionNorm: Norm | undefined,
  weights: RecurrentWeights,
  { start, onePlace, edits }: Rows,
  kept: LayerTrace,
): { state: Buf; tail: Buf } {
  const trace = kept.mixer as RecurrentTrace;
  if (!onePlace) return trace;
  const { kernel } = pass.model;
  const { state, tail } = pass.scratch.recurrent;
  stateBefore(kernel, shape, trace, start, state);
  tailBefore(pass, shape, attentionNorm, weights, kept, start);
  for (const { width, tailFrom } of parts(shape, weights)) {
    const before = tail.slice(tailFrom, (shape.taps - 1) * width);
    clearUnwritten(before, { width, rows: shape.taps - 1, end: start }, tokensUnwritten(edits, layer));
  }
  return { state, tail };
}

/** scratch.mixed[n][heads][headDim], what is read of `state` by own.q, times `scale`; the state and `trace`'s checkpoints go along. */
export function carry(
  { model: { kernel }, scratch: { mixed } }: Pass,
  shape: RecurrentShape,
  rows: Rows,
  trace: RecurrentTrace,
  own: RecurrentTrace,
  state: Buf,
  scale: number,
): void {
  const { heads, keyHeads, headDim, keyDim } = shape;
  const [queries, values] = [keyHeads * keyDim, heads * headDim];
  for (const { first, count, kept } of stretches(rows)) {
    const row = (buf: Buf, each: number): Buf => buf.slice(first * each, count * each);
    kernel.deltaRule({ out: row(mixed, values), q: row(own.q, queries) }, rowsOf(shape, own, first, count), state, {
      n: count,
      ...ruleOf(shape),
      scale,
      onePlace: rows.onePlace,
    });
    if (kept !== undefined) kernel.copy(trace.states.slice(kept * state.length, state.length), state, state.length);
  }
}

/** ln(1 + eˣ) */
export const softplus = (x: number): number => (x > 20 ? x : Math.log1p(Math.exp(x)));

/** Sets the state that rows one by one go on from to that before `position`, a multiple of STATE_EVERY. */
export function goBack(kernel: Kernel, { states, tails, state, tail }: RecurrentTrace, position: number): void {
  const at = position / STATE_EVERY;
  kernel.copy(state, states.slice(at * state.length, state.length), state.length);
  kernel.copy(tail, tails.slice(at * tail.length, tail.length), tail.length);
}

/** The state that the token at `position` finds: the last one kept, rolled forward. */
function stateBefore(kernel: Kernel, shape: RecurrentShape, trace: RecurrentTrace, position: number, state: Buf): void {
  const at = Math.floor(position / STATE_EVERY);
  kernel.copy(state, trace.states.slice(at * state.length, state.length), state.length);
  const first = at * STATE_EVERY;
  const n = position - first;
  if (n === 0) return;
  kernel.deltaRule(undefined, rowsOf(shape, trace, first, n), state, {
    n,
    ...ruleOf(shape),
    scale: 1,
    onePlace: false,
  });
}

const ruleOf = ({ kind, ...sizes }: RecurrentShape): Omit<RecurrentShape, 'kind'> & { plain: boolean } => {
  return { ...sizes, plain: kind === 'mamba' };
};

function rowsOf(
  { heads, keyHeads, headDim, keyDim }: RecurrentShape,
  { k, v, decay, beta }: RecurrentTrace,
  first: number,
  n: number,
): { k: Buf; v: Buf; decay: Buf; beta: Buf } {
  const rows = (buf: Buf, width: number): Buf => buf.slice(first * width, n * width);
  return {
    k: rows(k, keyHeads * keyDim),
    v: rows(v, heads * headDim),
    decay: rows(decay, heads),
    beta: rows(beta, heads),
  };
}

/** Queries, keys and values, each with its part of a tail. */
function parts(
  { heads, keyHeads, headDim, keyDim, taps }: RecurrentShape,
  { wq, wk, wv, convolveQ, convolveK, convolveV, biasQ, biasK, biasV }: RecurrentWeights,
): { name: 'q' | 'k' | 'v'; matrix: Matrix; weight: Buf; bias?: Buf; width: number; tailFrom: number }[] {
  const [keys, values] = [keyHeads * keyDim, heads * headDim];
  const before = taps - 1;
  return [
    { name: 'q', matrix: wq, weight: convolveQ, bias: biasQ, width: keys, tailFrom: 0 },
    { name: 'k', matrix: wk, weight: convolveK, bias: biasK, width: keys, tailFrom: before * keys },
    { name: 'v', matrix: wv, weight: convolveV, bias: biasV, width: values, tailFrom: 2 * before * keys },
  ];
}

/**
 * own.q, own.k and own.v of scratch.normed; the tail goes along with rows that stand one by one. Tokens that are not written are
 * as if nothing had been there for rows behind them, not for one another.
 */
export function convolve(
  { model: { kernel }, scratch: s }: Pass,
  shape: RecurrentShape,
  layer: number,
  weights: RecurrentWeights,
  rows: Rows,
  trace: RecurrentTrace,
  tail: Buf,
  own: RecurrentTrace,
): void {
  const { taps } = shape;
  const { n, start, onePlace } = rows;
  const { projected } = s.recurrent;
  const unwritten = tokensUnwritten(rows.edits, layer);
  for (const { name, matrix, weight, bias, width, tailFrom } of parts(shape, weights)) {
    kernel.matmul(projected, s.normed, matrix, n);
    const before = tail.slice(tailFrom, (taps - 1) * width);
    for (const { first, count, kept } of stretches(rows, unwritten)) {
      const input = projected.slice(first * width, count * width);
      const out = own[name].slice(first * width, count * width);
      kernel.convolve(out, input, before, weight, { n: count, channels: width, taps, onePlace, silu: true, bias });
      if (!onePlace) {
        shift(kernel, before, input, width, count, taps - 1);
        clearUnwritten(before, { width, rows: taps - 1, end: start + first + count }, unwritten);
      }
      if (kept === undefined) continue;
      kernel.copy(trace.tails.slice(kept * tail.length + tailFrom, before.length), before, before.length);
    }
  }
}

/** The last `many` rows of what the tail is now, and `count` rows behind it. */
function shift(kernel: Kernel, tail: Buf, rows: Buf, width: number, count: number, many: number): void {
  const left = Math.max(0, many - count);
  if (left > 0) kernel.copy(tail, tail.slice(count * width, left * width), left * width);
  const taken = (many - left) * width;
  kernel.copy(tail.slice(left * width, taken), rows.slice(count * width - taken, taken), taken);
}

/** Sets to 0 what a tail of `rows` tokens up to `end` has of stretches of unwritten tokens that end there or before. */
function clearUnwritten(
  tail: Buf,
  { width, rows, end }: { width: number; rows: number; end: number },
  unwritten: readonly TokenRange[],
): void {
  const start = end - rows;
  for (const { from, to } of unwritten)
    if (to > start && to <= end) tail.f32.fill(0, Math.max(0, from - start) * width, (to - start) * width);
}

/**
 * Rows up to where a state is kept (which one, behind the last of them) or a stretch of unwritten tokens ends. Rows of one place
 * together.
 */
function* stretches(
  { n, start, onePlace }: Rows,
  unwritten: readonly TokenRange[] = [],
): Generator<{ first: number; count: number; kept: number | undefined }> {
  if (onePlace) return yield { first: 0, count: n, kept: undefined };
  for (let first = 0, count = 0; first < n; first += count) {
    const position = start + first;
    const ends = unwritten.filter(({ to }) => to > position).map(({ to }) => to - position);
    count = Math.min(n - first, STATE_EVERY - (position % STATE_EVERY), ...ends);
    const end = position + count;
    yield { first, count, kept: end % STATE_EVERY === 0 ? end / STATE_EVERY : undefined };
  }
}

/** scratch.recurrent.tail: the convolution's inputs of the rows before `position`, which no trace keeps, from their streams. */
function tailBefore(
  { model, scratch: { recurrent } }: Pass,
  shape: RecurrentShape,
  norm: Norm | undefined,
  weights: RecurrentWeights,
  { residual }: LayerTrace,
  position: number,
): void {
  if (!residual) throw new Problem('internal', 'This explanation keeps no residual streams.');
  const d = model.config.embedding;
  const before = shape.taps - 1;
  const count = Math.min(before, position);
  recurrent.tail.f32.fill(0);
  if (count === 0) return;
  normalize(model, recurrent.before, residual.slice((position - count) * d, count * d), norm, count, d);
  for (const { matrix, width, tailFrom } of parts(shape, weights)) {
    const rows = recurrent.tail.slice(tailFrom + (before - count) * width, count * width);
    model.kernel.matmul(rows, recurrent.before, matrix, count);
  }
}
