/**
 * Gated short convolution (LFM2, Liquid AI 2025; after Poli et al. 2023, "Hyena Hierarchy"): every channel is multiplied by a gate,
 * summed over the last few positions with weights of its own, and multiplied by a second gate. No position is looked at.
 */
import type { Buf, Kernel } from '../../kernel/kernel';
import { editHeads } from '../attentionEdits';
import { skipWrites } from '../writeEdits';
import type { ConvolutionWeights } from '../layerWeights';
import type { Pass } from '../pass';
import { eachStretch, type Rows } from '../rows';
import type { ConvolutionShape, ConvolutionTrace } from './convolutionParts';

/**
 * scratch.update[n][embedding] = Wo · (gate ⊙ convolution(written)) of scratch.normed. `kept` has what all positions wrote,
 * `own` receives that of the rows, as with attention's keys and values.
 */
export function convolveGated(
  { model: { kernel }, scratch: s, taps: looks, donors }: Pass,
  layer: number,
  shape: ConvolutionShape,
  weights: ConvolutionWeights,
  rows: Rows,
  kept: ConvolutionTrace,
  own: ConvolutionTrace,
): void {
  const { n, start, onePlace } = rows;
  const { headDim: d, taps } = shape;
  if (rows.given) s.mixed.f32.set(rows.given);
  else {
    kernel.matmul(own.written, s.normed, weights.wbefore, n);
    kernel.matmul(own.gate, s.normed, weights.wgate, n);
    kernel.matmul(s.mixed, s.normed, weights.wv, n);
    multiply(own.written, s.mixed, n * d);
    eachStretch(rows, (edits, first, count, position) =>
      skipWrites(edits, layer, { heads: 1, width: d }, own.written.slice(first * d, count * d), position, count),
    );
    rowsBefore(kernel, shape, kept.written, start, s.written);
    const convolution = { n, channels: d, taps, onePlace, silu: false };
    kernel.convolve(s.mixed, own.written, s.written, weights.convolve, convolution);
    multiply(s.mixed, own.gate, n * d);
    shareOut(shape, weights.convolve, { n, onePlace, before: s.written, given: s.mixed }, own);
  }
  eachStretch(rows, (edits, first, count, position) =>
    editHeads(edits, layer, shape, s.mixed.slice(first * d, count * d), position, count, donors),
  );
  looks.heads?.(layer, s.mixed, rows);
  kernel.matmul(s.update, s.mixed, weights.wo, n);
}

/** `into` [taps − 1][headDim] becomes what was written before `position`; nothing was before the text. */
function rowsBefore(
  kernel: Kernel,
  { headDim: d, taps }: ConvolutionShape,
  written: Buf,
  position: number,
  into: Buf,
): void {
  const there = Math.min(taps - 1, position);
  const missing = taps - 1 - there;
  into.f32.fill(0, 0, missing * d);
  const rows = written.slice((position - there) * d, there * d);
  if (there > 0) kernel.copy(into.slice(missing * d, there * d), rows, there * d);
}

/**
 * own.shares: what each row gives is a sum over the last tokens; a token's share is its part's length along that sum, as a part
 * of the sum's. Signed; a row's shares sum to 1, or are all 0 where it gives nothing.
 */
function shareOut(
  { headDim: d, taps }: ConvolutionShape,
  weight: Buf,
  { n, onePlace, before, given }: { n: number; onePlace: boolean; before: Buf; given: Buf },
  { written, gate, shares }: ConvolutionTrace,
): void {
  const [own, earlier, w, open, out, to] = [written, before, weight, gate, given, shares].map(({ f32 }) => f32);
  for (let row = 0; row < n; row++) {
    const at = row * d;
    let whole = 0;
    for (let c = 0; c < d; c++) whole += out[at + c] ** 2;
    for (let tap = 0; tap < taps; tap++) {
      const back = taps - 1 - tap;
      const isOwn = back === 0 || (!onePlace && back <= row);
      const [source, from] = isOwn ? [own, at - back * d] : [earlier, ((onePlace ? 0 : row) + tap) * d];
      let along = 0;
      for (let c = 0; c < d; c++) along += open[at + c] * w[c * taps + tap] * source[from + c] * out[at + c];
      to[row * taps + tap] = whole > 0 ? along / whole : 0;
    }
  }
}

function multiply(into: Buf, by: Buf, length: number): void {
  const [a, b] = [into.f32, by.f32];
  for (let i = 0; i < length; i++) a[i] *= b[i];
}
