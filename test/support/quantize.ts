/**
 * Plain round-to-nearest quantizers, f32 → GGUF bytes, for tests and random-weight models. Q4_K and Q6_K are valid blocks
 * but not the best ones: ggml searches for better scales.
 */
import { toF16 } from '../../src/engine/formats/float16';
import { BLOCK_LAYOUT, GgmlType, byteLengthOf } from '../../src/engine/formats/ggmlTypes';

export { toF16 };

/** weights.length must be a whole number of the type's blocks. */
export function quantize(type: GgmlType, weights: Float32Array): Uint8Array {
  const out = new Uint8Array(byteLengthOf(type, weights.length));
  const view = new DataView(out.buffer);
  switch (type) {
    case GgmlType.F32:
      weights.forEach((w, i) => view.setFloat32(4 * i, w, true));
      break;
    case GgmlType.F16:
      weights.forEach((w, i) => view.setUint16(2 * i, toF16(w), true));
      break;
    case GgmlType.BF16:
      weights.forEach((w, i) => view.setUint16(2 * i, toBf16(w), true));
      break;
    case GgmlType.Q8_0:
      eachBlock(weights, 32, (block, i) => writeQ8_0(view, i * 34, block));
      break;
    case GgmlType.Q4_0:
      eachBlock(weights, 32, (block, i) => writeQ4_0(view, i * 18, block));
      break;
    case GgmlType.Q4_K:
      eachBlock(weights, 256, (block, i) => writeQ4_K(view, i * 144, block));
      break;
    case GgmlType.Q6_K:
      eachBlock(weights, 256, (block, i) => writeQ6_K(view, i * 210, block));
      break;
  }
  return out;
}

/**
 * Blocks of random codes and scales, whose weights are of about the given size: for types without a quantizer here, and for
 * codes that quantizers do not make.
 */
export function randomBlocks(type: GgmlType, weights: number, random: () => number, size = 0.1): Uint8Array {
  const { bytes: blockBytes, halves } = BLOCK_LAYOUT[type];
  const out = Uint8Array.from({ length: byteLengthOf(type, weights) }, () => Math.floor(random() * 256));
  const view = new DataView(out.buffer);
  const step = size / LARGEST_CODE[type]!;
  for (let at = 0; at < out.length; at += blockBytes) {
    for (const half of halves) view.setUint16(at + half, toF16(step * (0.5 + random())), true);
    if (type === GgmlType.MXFP4) out[at] = 128 + Math.round(Math.log2(step * (0.5 + random())));
  }
  return out;
}

/** Code times scale, roughly. */
const LARGEST_CODE: Partial<Record<GgmlType, number>> = {
  [GgmlType.Q4_0]: 8,
  [GgmlType.Q4_1]: 15,
  [GgmlType.Q5_0]: 16,
  [GgmlType.Q5_1]: 31,
  [GgmlType.Q8_0]: 127,
  [GgmlType.Q2_K]: 3 * 15,
  [GgmlType.Q3_K]: 4 * 32,
  [GgmlType.Q4_K]: 15 * 63,
  [GgmlType.Q5_K]: 31 * 63,
  [GgmlType.Q6_K]: 32 * 127,
  [GgmlType.IQ4_NL]: 127,
  [GgmlType.IQ4_XS]: 127 * 32,
  [GgmlType.MXFP4]: 12,
};

/** Types that `quantize` makes of given weights. */
export const QUANTIZED: readonly GgmlType[] = [
  GgmlType.F32,
  GgmlType.F16,
  GgmlType.BF16,
  GgmlType.Q8_0,
  GgmlType.Q4_0,
  GgmlType.Q4_K,
  GgmlType.Q6_K,
];

/** Nearest bfloat16 bits, ties to even. */
export function toBf16(value: number): number {
  F32[0] = value;
  const bits = U32[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 64;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

const F32 = new Float32Array(1);
const U32 = new Uint32Array(F32.buffer);

function eachBlock(weights: Float32Array, size: number, write: (block: Float32Array, index: number) => void): void {
  if (weights.length % size !== 0) throw new RangeError(`${weights.length} weights are not whole blocks of ${size}`);
  for (let i = 0; i < weights.length / size; i++) write(weights.subarray(i * size, (i + 1) * size), i);
}

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const ratio = (x: number, scale: number): number => (scale === 0 ? 0 : Math.round(x / scale));
const largest = (x: Float32Array): number => x.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

function writeQ8_0(view: DataView, at: number, x: Float32Array): void {
  const d = largest(x) / 127;
  view.setUint16(at, toF16(d), true);
  x.forEach((v, i) => view.setInt8(at + 2 + i, clamp(ratio(v, d), -127, 127)));
}

function writeQ4_0(view: DataView, at: number, x: Float32Array): void {
  const extreme = x.reduce((max, v) => (Math.abs(v) > Math.abs(max) ? v : max), 0);
  const d = extreme / -8; // the largest weight, with its sign, becomes the code 0
  view.setUint16(at, toF16(d), true);
  const code = (v: number): number => clamp(ratio(v, d) + 8, 0, 15);
  for (let i = 0; i < 16; i++) view.setUint8(at + 2 + i, code(x[i]) | (code(x[i + 16]) << 4));
}

/** weight = d · scale · code − dmin · min, per 32 weights; scale and min are 6 bits. */
function writeQ4_K(view: DataView, at: number, x: Float32Array): void {
  const parts = Array.from({ length: 8 }, (_, j) => x.subarray(32 * j, 32 * j + 32));
  const mins = parts.map((part) => Math.max(0, -Math.min(...part)));
  const scales = parts.map((part, j) => Math.max(0, Math.max(...part) + mins[j]) / 15);
  const d = Math.max(...scales) / 63;
  const dmin = Math.max(...mins) / 63;
  const s = scales.map((scale) => clamp(ratio(scale, d), 0, 63));
  const m = mins.map((min) => clamp(ratio(min, dmin), 0, 63));
  view.setUint16(at, toF16(d), true);
  view.setUint16(at + 2, toF16(dmin), true);
  for (let j = 0; j < 4; j++) {
    view.setUint8(at + 4 + j, s[j] | ((s[j + 4] >> 4) << 6));
    view.setUint8(at + 8 + j, m[j] | ((m[j + 4] >> 4) << 6));
    view.setUint8(at + 12 + j, (s[j + 4] & 15) | ((m[j + 4] & 15) << 4));
  }
  const code = (i: number): number => {
    const j = i >> 5;
    return clamp(ratio(x[i] + dmin * m[j], d * s[j]), 0, 15);
  };
  for (let group = 0; group < 4; group++) {
    for (let i = 0; i < 32; i++) {
      view.setUint8(at + 16 + 32 * group + i, code(64 * group + i) | (code(64 * group + 32 + i) << 4));
    }
  }
}

/** weight = d · scale · (code − 32), per 16 weights; scale is an int8, code 6 bits. */
function writeQ6_K(view: DataView, at: number, x: Float32Array): void {
  const scales = Array.from({ length: 16 }, (_, j) => largest(x.subarray(16 * j, 16 * j + 16)) / 31);
  const d = Math.max(...scales) / 127;
  const s = scales.map((scale) => clamp(ratio(scale, d), -128, 127));
  const code = (i: number): number => clamp(ratio(x[i], d * s[i >> 4]) + 32, 0, 63);
  for (let half = 0; half < 2; half++) {
    for (let i = 0; i < 32; i++) {
      const [a, b, c, e] = [0, 32, 64, 96].map((k) => code(128 * half + k + i));
      view.setUint8(at + 64 * half + i, (a & 15) | ((c & 15) << 4));
      view.setUint8(at + 64 * half + 32 + i, (b & 15) | ((e & 15) << 4));
      view.setUint8(at + 128 + 32 * half + i, (a >> 4) | ((b >> 4) << 2) | ((c >> 4) << 4) | ((e >> 4) << 6));
    }
  }
  s.forEach((scale, j) => view.setInt8(at + 192 + j, scale));
  view.setUint16(at + 208, toF16(d), true);
}
