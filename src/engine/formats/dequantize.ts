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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readBlock = READ_BLOCK[type];
  for (let i = 0; i < blocks; i++) readBlock(view, i * block.bytes, out, i * block.weights);
}

/** Reads the block at byte `at` into out from index `to` on. */
type ReadBlock = (view: DataView, at: number, out: Float32Array, to: number) => void;

const READ_BLOCK: Readonly<Record<GgmlType, ReadBlock>> = {
  [GgmlType.F32]: (view, at, out, to) => {
    out[to] = view.getFloat32(at, true);
  },
  [GgmlType.F16]: (view, at, out, to) => {
    out[to] = fromF16(view.getUint16(at, true));
  },
  [GgmlType.BF16]: (view, at, out, to) => {
    out[to] = fromBf16(view.getUint16(at, true));
  },
  [GgmlType.Q8_0]: readQ8_0,
  [GgmlType.Q4_0]: readQ4_0,
  [GgmlType.Q4_K]: readQ4_K,
  [GgmlType.Q6_K]: readQ6_K,
};

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

/** f16 d, 16 bytes of codes i (low nibble) and i + 16 (high): weight = d · (code − 8) */
function readQ4_0(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = fromF16(view.getUint16(at, true));
  for (let i = 0; i < 16; i++) {
    const codes = view.getUint8(at + 2 + i);
    out[to + i] = d * ((codes & 15) - 8);
    out[to + 16 + i] = d * ((codes >> 4) - 8);
  }
}

/**
 * f16 d, f16 dmin, 12 bytes of eight 6-bit scales and mins, 128 bytes of codes.
 * Each 32 bytes of codes are 32 weights of one group (low nibbles), then 32 of the next (high nibbles):
 * weight = d · scale · code − dmin · min
 */
function readQ4_K(view: DataView, at: number, out: Float32Array, to: number): void {
  const d = fromF16(view.getUint16(at, true));
  const dmin = fromF16(view.getUint16(at + 2, true));
  for (let group = 0; group < 8; group++) {
    const [scale, min] = scaleAndMin(view, at + 4, group);
    const step = Math.fround(d * scale);
    const floor = Math.fround(dmin * min);
    const codesAt = at + 16 + 32 * (group >> 1);
    const shift = group & 1 ? 4 : 0;
    for (let i = 0; i < 32; i++) {
      const code = (view.getUint8(codesAt + i) >> shift) & 15;
      out[to + 32 * group + i] = Math.fround(step * code) - floor;
    }
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
