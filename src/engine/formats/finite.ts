/** Are the weights of a tensor finite numbers? NaN and infinity stand in scales, or in floats themselves. */
import { Problem } from '../../protocol/problem';
import { dequantize } from './dequantize';
import { BLOCK_LAYOUT, GgmlType } from './ggmlTypes';

/** Throws Problem weights-broken, which names the tensor, where one of its weights is NaN or infinite. */
export function refuseNotFinite(type: GgmlType, bytes: Uint8Array, tensor: string): void {
  const index = firstNotFinite(type, bytes);
  if (index === undefined) return;
  throw new Problem('weights-broken', `Tensor “${tensor}” holds NaN or infinity, at weight ${index}.`, {
    tensor,
  });
}

/** Where a float's exponent lies, all ones for NaN and infinity. */
const EXPONENT: Readonly<Partial<Record<GgmlType, number>>> = {
  [GgmlType.F32]: 0x7f800000,
  [GgmlType.F16]: 0x7c00,
  [GgmlType.BF16]: 0x7f80,
};

/**
 * Index of the first weight that is not finite, or of the first of its block where a block's scale is not; undefined when
 * all are. bytes are whole blocks.
 */
export function firstNotFinite(type: GgmlType, bytes: Uint8Array): number | undefined {
  const { weights, bytes: blockBytes, halves } = BLOCK_LAYOUT[type];
  const exponent = EXPONENT[type];
  if (exponent !== undefined) return firstOf(aligned(bytes, blockBytes), exponent);
  if (type === GgmlType.MXFP4) return firstHuge(bytes);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (const half of halves) {
      if ((bytes[at + half + 1] & 0x7c) === 0x7c) return (at / blockBytes) * weights;
    }
  }
  return undefined;
}

/** MXFP4 has no NaN, but scales with which some codes are beyond f32. */
function firstHuge(bytes: Uint8Array): number | undefined {
  const { weights, bytes: blockBytes } = BLOCK_LAYOUT[GgmlType.MXFP4];
  const values = new Float32Array(weights);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    if (bytes[at] < 253) continue;
    dequantize(GgmlType.MXFP4, bytes.subarray(at, at + blockBytes), values);
    if (!values.every(Number.isFinite)) return (at / blockBytes) * weights;
  }
  return undefined;
}

function firstOf(words: Uint16Array | Uint32Array, exponent: number): number | undefined {
  for (let i = 0; i < words.length; i++) if ((words[i] & exponent) === exponent) return i;
  return undefined;
}

/** The same bytes as words of that size, copied where they begin at an odd address. */
function aligned(bytes: Uint8Array, size: number): Uint16Array | Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return size === 4 ? new Uint32Array(buffer, byteOffset, length / 4) : new Uint16Array(buffer, byteOffset, length / 2);
}
