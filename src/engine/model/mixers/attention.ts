/**
 * Attention over all earlier positions, or (encoders) over all: grouped queries (Ainslie et al. 2023), rotary positions (Su et
 * al. 2021); where the model has them, a norm on queries and keys, and a gate on what the heads give (Qwen 3.5). Latents: latent.ts.
 */
import type { Buf } from '../../kernel/kernel';
import { attendUnder, editHeads } from '../attentionEdits';
import { editsAt } from '../edits';
import type { Pass } from '../pass';
import { normalize, normalizeHeads } from '../normalize';
import type { AttentionWeights, Rotation } from '../layerWeights';
import { eachStretch, type Rows } from '../rows';
import { projectLatents } from './latent';
import { attentionWidths, isLong, type AttentionShape, type AttentionTrace } from './attentionParts';

/**
 * scratch.update[n][embedding] = Wo · attention(scratch.normed). `kept` has the keys and values of all positions, `own`
 * receives those of the rows: the same memory's later rows, or, for rows of one place, memory of their own.
 */
export function attend(
  pass: Pass,
  layer: number,
  shape: AttentionShape,
  weights: AttentionWeights,
  rotation: Rotation | undefined,
  rows: Rows,
  kept: AttentionTrace,
  own: AttentionTrace,
): void {
  const { model, scratch: s, taps, donors } = pass;
  const { kernel, config } = model;
  const { n } = rows;
  const { heads, headDim } = shape;
  if (rows.given) s.mixed.f32.set(rows.given);
  else look(pass, layer, shape, weights, rotation, rows, kept, own);
  eachStretch(rows, (edits, first, count, position) => {
    const outputs = s.mixed.slice(first * heads * headDim, count * heads * headDim);
    editHeads(edits, layer, shape, outputs, position, count, donors);
  });
  taps.heads?.(layer, s.mixed, rows);
  kernel.matmul(s.update, s.mixed, weights.wo, n);
  if (weights.bo) kernel.addBias(s.update, weights.bo, n, config.embedding);
}

/** scratch.mixed[n][heads][headDim], what the heads make of what they see. */
function look(
  pass: Pass,
  layer: number,
  shape: AttentionShape,
  weights: AttentionWeights,
  rotation: Rotation | undefined,
  rows: Rows,
  kept: AttentionTrace,
  own: AttentionTrace,
): void {
  const { model, scratch: s, taps, donors } = pass;
  const { kernel } = model;
  const { n, start, onePlace } = rows;
  if (!rows.projected) project(pass, shape, weights, rotation, rows, own);

  const { sinks } = weights;
  const bothWays = shape.bothWays && pass.tokens;
  const request = { n, start, ...shape, bothWays, sinks, ...(onePlace && { own: { k: own.k, v: own.v } }) };
  const place = { start, onePlace, donors };
  attendUnder(kernel, rows.edits, layer, shape, { mixed: s.mixed, stats: own.stats, n, ...place }, (out, stats, cuts) =>
    kernel.attention(out, own.q, kept.k, kept.v, stats, { ...request, cuts }),
  );
  if (rows.rowEdits) attendByRow(pass, layer, shape, sinks, rows, kept, own);
  if (sinks) weighSinks(sinks, own, n, shape.heads);
  taps.attended?.(layer, own, rows);
  if (own.gate) kernel.sigmoidGate(s.mixed, own.gate, n * shape.heads * shape.headDim);
}

/** own.q, own.k, own.v and own.gate of scratch.normed, normalised and rotated. */
export function project(
  pass: Pass,
  shape: AttentionShape,
  weights: AttentionWeights,
  rotation: Rotation | undefined,
  { n, start, onePlace }: Rows,
  own: AttentionTrace,
): void {
  const { model, scratch: s, context } = pass;
  const { heads, kvHeads, keyDim, headDim, clamp, normPerHead, temperature, sharesWith } = shape;
  const { wq, wk, wv, bq, bk, bv, qNorm, kNorm, vNorm, wgate, latent } = weights;
  const { q, k, v, gate } = own;
  const { kernel, config } = model;
  const { ropePairing } = config;
  const [qWidth, kWidth, vWidth] = [heads * keyDim, kvHeads * keyDim, kvHeads * headDim];
  if (latent) projectLatents(pass, shape, weights, latent, n, own);
  else {
    kernel.matmul(q, s.normed, wq, n);
    // What is not made here is there: the trace has the other layer's keys and values in these places.
    if (wk) kernel.matmul(k, s.normed, wk, n, true);
    if (wv) kernel.matmul(v, s.normed, wv, n, true);
  }
  if (wgate && gate) kernel.matmul(gate, s.normed, wgate, n);
  if (bq) kernel.addBias(q, bq, n, qWidth);
  if (bk) kernel.addBias(k, bk, n, kWidth);
  if (bv) kernel.addBias(v, bv, n, vWidth);
  if (clamp) for (const [buf, width] of [[q, qWidth], [k, kWidth], [v, vWidth]] as const) keepWithin(buf, n * width, clamp); // prettier-ignore
  for (const [rows, norm, width] of [[q, qNorm, qWidth] as const, [k, kNorm, kWidth] as const]) {
    if (!norm) continue;
    const { length } = norm.weight;
    if (normPerHead) normalizeHeads(model, rows, norm, n, keyDim);
    // The norm's own length tells whether it works per head or over the whole projection.
    else normalize(model, rows, rows, norm, (n * width) / length, length);
  }
  if (vNorm) normalize(model, v, v, vNorm, n * kvHeads, headDim);
  for (let row = 0; temperature && row < n; row++) {
    const further = Math.floor((onePlace ? start : start + row) / temperature.every);
    if (further > 0) kernel.scale(q.slice(row * qWidth, qWidth), 1 + temperature.rise * Math.log(1 + further), qWidth);
  }
  if (!rotation) return;
  // Rows of one place turn by the same angle, as the heads of one row do.
  const [turns, each] = onePlace ? [1, n] : [n, 1];
  const { magnitude, long } = rotation;
  const { inverseFrequencies } = isLong(rotation, context) ? long! : rotation;
  const after = shape.rope?.after ?? 0;
  for (const [rows, count, width] of [[q, heads, qWidth] as const, [k, kvHeads, kWidth] as const]) {
    if (rows === k && sharesWith !== undefined) continue; // turned already
    const turning = rows.slice(after, n * width - after);
    kernel.rope(turning, turns, each * count, keyDim, start, inverseFrequencies, ropePairing, magnitude);
  }
}

function keepWithin({ f32 }: Buf, length: number, most: number): void {
  const values = f32;
  for (let i = 0; i < length; i++) values[i] = Math.min(most, Math.max(-most, values[i]));
}

/** own.sink[n][heads]: each sink's weight. */
function weighSinks(sinks: Buf, { stats, sink }: AttentionTrace, n: number, heads: number): void {
  const [scores, rows, weights] = [sinks.f32, stats.f32, sink!.f32];
  for (let i = 0; i < n * heads; i++) {
    weights[i] = Math.exp(scores[i % heads] - rows[2 * i]) / rows[2 * i + 1];
  }
}

/** Rows whose own edits cut edges in this layer attend once more, each by itself. */
function attendByRow(
  { model: { kernel }, scratch, donors, tokens }: Pass,
  layer: number,
  shape: AttentionShape,
  sinks: Buf | undefined,
  { start, edits, rowEdits }: Rows,
  kept: AttentionTrace,
  own: AttentionTrace,
): void {
  const widths = attentionWidths(shape);
  rowEdits!.forEach((rowsOwn, i) => {
    const cutting = editsAt(rowsOwn, 'pattern', layer).some((edit) => !edits.includes(edit));
    if (!cutting) return;
    const row = (buf: Buf, width: number): Buf => buf.slice(i * width, width);
    const into = { mixed: row(scratch.mixed, shape.heads * shape.headDim), stats: row(own.stats, widths.stats), n: 1 };
    const bothWays = shape.bothWays && tokens;
    const request = {
      n: 1,
      start,
      ...shape,
      bothWays,
      sinks,
      own: { k: row(own.k, widths.k), v: row(own.v, widths.v) },
    };
    attendUnder(kernel, rowsOwn, layer, shape, { ...into, start, onePlace: true, donors }, (out, stats, cuts) =>
      kernel.attention(out, row(own.q, widths.q), kept.k, kept.v, stats, { ...request, cuts }),
    );
  });
}
