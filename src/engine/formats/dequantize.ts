/**
 * The scalar reference for every quantised type: GGUF bytes → f32, bit for bit as ggml's dequantize_row_* in
 * https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c (block layouts: ggml-common.h). Each product is rounded
 * to f32 where C rounds it.
 */
import { BLOCK_LAYOUT, GgmlType, ggmlTypeName } from './ggmlTypes';

/** Fills out[n] from the n weights in bytes; n must be whole blocks and bytes exactly as long as they are. */
export function dequantize(type: GgmlType, bytes: Uint8Array, out: Float32Array): void {
  const block = BLOCK_LAYOUT[type];
  const blocks = out.length / block.weights;
  if (!Number.isInteger(blocks) || bytes.length !== blocks * block.bytes) {
    throw new RangeError(`${bytes.length} bytes are not ${out.length} weights of type ${ggmlTypeName(type)}`);
  }
  // GGUF is little-endian, as is every machine that runs this.
  if (type === GgmlType.F32) return new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readBlock = READ_BLOCK[type];
  for (let i = 0; i < blocks; i++) readBlock(view, i * block.bytes, out, i * block.weights);
}

/** Reads the block at byte `at` into out from index `to` on. */
type ReadBlock = (view: DataView, at: number, out: Float32Array, to: number) => void;

const READ_BLOCK: Readonly<Record<Exclude<GgmlType, GgmlType.F32>, ReadBlock>> = {
  [GgmlType.F16]: (view, at, out, to) => {
    out[to] = fromF16(view.getUint16(at, true));
  },
  [GgmlType.BF16]: (view, at, out, to) => {
    out[to] = fromBf16(view.getUint16(at, true));
  },
  [GgmlType.Q8_0]: readQ8_0,
  [GgmlType.Q4_0]: (view, at, out, to) => readNibbles(view, at, 2, f16(view, at), minus8, out, to),
  [GgmlType.Q4_1]: (view, at, out, to) => readWithMinimum(view, at, 4, 0, out, to),
  [GgmlType.Q5_0]: readQ5_0,
  [GgmlType.Q5_1]: (view, at, out, to) => readWithMinimum(view, at, 8, view.getUint32(at + 4, true), out, to),
  [GgmlType.Q2_K]: readQ2_K,
  [GgmlType.Q3_K]: readQ3_K,
  [GgmlType.Q4_K]: (view, at, out, to) => readWithMins(view, at, 16, undefined, out, to),
  [GgmlType.Q5_K]: (view, at, out, to) => readWithMins(view, at, 48, 16, out, to),
  [GgmlType.Q6_K]: readQ6_K,
  [GgmlType.IQ4_NL]: (view, at, out, to) => readNibbles(view, at, 2, f16(view, at), iq4, out, to),
  [GgmlType.IQ4_XS]: readIQ4_XS,
  [GgmlType.MXFP4]: (view, at, out, to) => readNibbles(view, at, 1, 2 ** (view.getUint8(at) - 128), mxfp4, out, to),
};

/** kvalues_iq4nl */
const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/** kvalues_mxfp4: E2M1 doubled; the scale is halved for it. */
const MXFP4_VALUES = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

const minus8 = (code: number): number => code - 8;
const iq4 = (code: number): number => IQ4_VALUES[code];
const mxfp4 = (code: number): number => MXFP4_VALUES[code];

const f16 = (view: DataView, at: number): number => fromF16(view.getUint16(at, true));

/** IEEE half precision, from its 16 bits. */
export function fromF16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const BITS = new Uint32Array(1);
const FLOAT = new Float32Array(BITS.buffer);

/** bfloat16 is the upper half of an f32. */
export function fromBf16(bits: number): number {
  BITS[0] = bits << 16;
  return FLOAT[0];
}

/** f16 d, 32 × int8: weight = d · code */
function readQ8_0(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = fromF16(view.getUint16(at, true));
  for (let i = 0; i < 32; i++) out[to + i] = d * view.getInt8(at + 2 + i);
}

/** 16 bytes of codes i (low nibble) and i + 16 (high) behind `header` bytes: weight = scale · what the code stands for */
function readNibbles(
  view: DataView,
  at: number,
  header: number,
  scale: number,
  value: (code: number) => number,
  out: Float32Array,
  to: number,
): void {
  for (let i = 0; i < 16; i++) {
    const codes = view.getUint8(at + header + i);
    out[to + i] = scale * value(codes & 15);
    out[to + 16 + i] = scale * value(codes >> 4);
  }
}

/** f16 d, u32 of fifth bits, nibbles: weight = d · (code − 16) */
function readQ5_0(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = f16(view, at);
  const high = view.getUint32(at + 2, true);
  for (let i = 0; i < 32; i++) out[to + i] = d * (nibble(view, at + 6, i) + (((high >>> i) & 1) << 4) - 16);
}

/** Code i of 32 in 16 bytes. */
const nibble = (view: DataView, at: number, i: number): number =>
  (view.getUint8(at + (i & 15)) >> (i & 16 ? 4 : 0)) & 15;

/** f16 d, f16 m, nibbles behind `header` bytes, `high` their fifth bits: weight = d · code + m */
function readWithMinimum(
  view: DataView,
  at: number,
  header: number,
  high: number,
  out: Float32Array,
  to: number,
): void {
  const [d, m] = [f16(view, at), f16(view, at + 2)];
  for (let i = 0; i < 32; i++) {
    out[to + i] = Math.fround(d * (nibble(view, at + header, i) + (((high >>> i) & 1) << 4))) + m;
  }
}

/**
 * 16 bytes of scales (low) and mins (high), 64 bytes of bit pairs, f16 d, f16 dmin. Each 32 bytes of pairs are 128 weights,
 * 32 for each of their four pairs: weight = d · scale · code − dmin · min, one of each per 16 weights
 */
function readQ2_K(view: DataView, at: number, out: Float32Array, to: number): void {
  const [d, dmin] = [f16(view, at + 80), f16(view, at + 82)];
  for (let i = 0; i < 256; i++) {
    const both = view.getUint8(at + (i >> 4));
    const code = (view.getUint8(at + 16 + 32 * (i >> 7) + (i & 31)) >> (2 * ((i >> 5) & 3))) & 3;
    out[to + i] = Math.fround(Math.fround(d * (both & 15)) * code) - Math.fround(dmin * (both >> 4));
  }
}

/** 32 bytes of third bits, bit pairs as in Q2_K, 12 bytes of scales, f16 d: weight = d · (scale − 32) · (code − 4) */
function readQ3_K(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = f16(view, at + 108);
  for (let i = 0; i < 256; i++) {
    const j = i >> 4;
    const low = (view.getUint8(at + 96 + (j & 7)) >> (j & 8 ? 4 : 0)) & 15;
    const scale = (low | (((view.getUint8(at + 104 + (j & 3)) >> (2 * (j >> 2))) & 3) << 4)) - 32;
    const pair = (view.getUint8(at + 32 + 32 * (i >> 7) + (i & 31)) >> (2 * ((i >> 5) & 3))) & 3;
    const third = (view.getUint8(at + (i & 31)) >> (i >> 5)) & 1;
    out[to + i] = Math.fround(d * scale) * (pair + 4 * third - 4);
  }
}

/**
 * f16 d, f16 dmin, 12 bytes of eight 6-bit scales and mins, 128 bytes of codes at `codesAt`, 32 of fifth bits at `highAt`.
 * Each 32 bytes of codes are 32 weights of one group (low nibbles), then 32 of the next (high nibbles):
 * weight = d · scale · code − dmin · min
 */
function readWithMins(
  view: DataView,
  at: number,
  codesAt: number,
  highAt: number | undefined,
  out: Float32Array,
  to: number,
): void {
  const [d, dmin] = [f16(view, at), f16(view, at + 2)];
  for (let group = 0; group < 8; group++) {
    const [scale, min] = scaleAndMin(view, at + 4, group);
    const step = Math.fround(d * scale);
    const floor = Math.fround(dmin * min);
    const from = at + codesAt + 32 * (group >> 1);
    const shift = group & 1 ? 4 : 0;
    for (let i = 0; i < 32; i++) {
      const low = (view.getUint8(from + i) >> shift) & 15;
      const fifth = highAt === undefined ? 0 : (view.getUint8(at + highAt + i) >> group) & 1;
      out[to + 32 * group + i] = Math.fround(step * (low + 16 * fifth)) - floor;
    }
  }
}

/** f16 d, u16 and 4 bytes of 6-bit scales, 128 bytes of eight times nibbles: weight = d · (scale − 32) · value of the code */
function readIQ4_XS(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = f16(view, at);
  const high = view.getUint16(at + 2, true);
  for (let j = 0; j < 8; j++) {
    const low = (view.getUint8(at + 4 + (j >> 1)) >> (4 * (j & 1))) & 15;
    const scale = (low | (((high >> (2 * j)) & 3) << 4)) - 32;
    readNibbles(view, at + 8 + 16 * j, 0, Math.fround(d * scale), iq4, out, to + 32 * j);
  }
}

/** get_scale_min_k4: groups 0–3 have whole bytes, groups 4–7 nibbles with their upper two bits in the bytes of 0–3. */
function scaleAndMin(view: DataView, at: number, group: number): [scale: number, min: number] {
  if (group < 4) return [view.getUint8(at + group) & 63, view.getUint8(at + group + 4) & 63];
  const nibbles = view.getUint8(at + group + 4);
  const scaleTop = view.getUint8(at + group - 4) >> 6;
  const minTop = view.getUint8(at + group) >> 6;
  return [(nibbles & 15) | (scaleTop << 4), (nibbles >> 4) | (minTop << 4)];
}

/**
 * 128 bytes of lower nibbles, 64 bytes of upper bit pairs, 16 × int8 scale, f16 d; in two halves of 128 weights, each four
 * runs of 32: weight = d · scale · (code − 32), one scale per 16 weights.
 */
function readQ6_K(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = fromF16(view.getUint16(at + 208, true));
  for (let half = 0; half < 2; half++) {
    for (let run = 0; run < 4; run++) {
      const lowAt = at + 64 * half + 32 * (run & 1);
      const highAt = at + 128 + 32 * half;
      const start = 128 * half + 32 * run;
      for (let i = 0; i < 32; i++) {
        const low = (view.getUint8(lowAt + i) >> (run & 2 ? 4 : 0)) & 15;
        const high = (view.getUint8(highAt + i) >> (2 * run)) & 3;
        const scale = view.getInt8(at + 192 + ((start + i) >> 4));
        out[to + start + i] = Math.fround(d * scale) * ((low | (high << 4)) - 32);
      }
    }
  }
}
