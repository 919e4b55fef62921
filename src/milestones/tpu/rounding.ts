/**
 * Weights rounded to whole numbers times a scale, as bytes that the engine's kernels read. int8 and int4 with 32 weights
 * to a scale are ggml's Q8_0 and Q4_0; ternary takes the mean size as its scale (Ma et al. 2024, arXiv 2402.17764) and is
 * written as Q4_0, which holds −1, 0 and 1 exactly: the engine has no kernel of its own for it.
 */
import { toF16 } from '../../engine/formats/float16';
import { GgmlType } from '../../engine/formats/ggmlTypes';
import type { Precision, Sharing } from './options';

/** How the rounded weights are stored for the kernel. */
export const TYPE_OF: Readonly<Record<Precision, GgmlType>> = {
  f32: GgmlType.F32,
  int8: GgmlType.Q8_0,
  int4: GgmlType.Q4_0,
  ternary: GgmlType.Q4_0,
};

/** Bits of a weight without its scale. A ternary digit could do with 1.6; two are what hardware reads. */
const BITS: Readonly<Record<Precision, number>> = { f32: 32, int8: 8, int4: 4, ternary: 2 };
const SCALE_BYTES = 2;
const BLOCK = 32;

/** Weights in a group of W[rows][cols]. */
function groupSize(sharing: Sharing, rows: number, cols: number): number {
  return { block: BLOCK, row: cols, matrix: rows * cols }[sharing];
}

/** Bytes of W[rows][cols] at this precision, scales included. */
export function storedBytes(precision: Precision, sharing: Sharing, rows: number, cols: number): number {
  const weights = rows * cols;
  const scales = precision === 'f32' ? 0 : weights / groupSize(sharing, rows, cols);
  return (weights * BITS[precision]) / 8 + scales * SCALE_BYTES;
}

/** W[rows][cols], cols a whole number of blocks of 32, as GGUF bytes of type `TYPE_OF[precision]`. */
export function rounded(
  precision: Precision,
  sharing: Sharing,
  rows: number,
  cols: number,
  weights: Float32Array,
): Uint8Array {
  if (precision === 'f32') return new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const group = groupSize(sharing, rows, cols);
  const blockBytes = precision === 'int8' ? 2 + BLOCK : 2 + BLOCK / 2;
  const out = new Uint8Array((weights.length / BLOCK) * blockBytes);
  const view = new DataView(out.buffer);
  for (let first = 0; first < weights.length; first += group) {
    const scale = scaleOf(precision, weights, first, first + group);
    const bits = toF16(scale);
    for (let from = first; from < first + group; from += BLOCK) {
      const at = (from / BLOCK) * blockBytes;
      view.setUint16(at, bits, true);
      putCodes(precision, weights, from, scale, out, at + 2);
    }
  }
  return out;
}

function scaleOf(precision: Precision, weights: Float32Array, start: number, end: number): number {
  let [extreme, sum] = [0, 0];
  for (let i = start; i < end; i++) {
    sum += Math.abs(weights[i]);
    if (Math.abs(weights[i]) > Math.abs(extreme)) extreme = weights[i];
  }
  if (precision === 'int8') return Math.abs(extreme) / 127;
  // The largest weight, with its sign, gets the code −8, which has no positive twin.
  if (precision === 'int4') return extreme / -8;
  return sum / (end - start);
}

function putCodes(
  precision: Precision,
  weights: Float32Array,
  from: number,
  scale: number,
  out: Uint8Array,
  at: number,
): void {
  const code = (i: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, scale === 0 ? 0 : Math.round(weights[from + i] / scale)));
  if (precision === 'int8') {
    for (let i = 0; i < BLOCK; i++) out[at + i] = code(i, -127, 127);
    return;
  }
  const [low, high] = precision === 'int4' ? [-8, 7] : [-1, 1];
  const half = BLOCK / 2;
  for (let i = 0; i < half; i++) out[at + i] = (code(i, low, high) + 8) | ((code(i + half, low, high) + 8) << 4);
}
