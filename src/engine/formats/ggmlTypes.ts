/**
 * The tensor types of GGUF that the engine reads: numbers and block sizes as in ggml's ggml.h / ggml-common.h.
 */
export enum GgmlType {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q8_0 = 8,
  Q4_K = 12,
  Q6_K = 14,
  BF16 = 30,
}

export interface BlockLayout {
  /** Weights in a block. */
  readonly weights: number;
  /** Bytes of a block. */
  readonly bytes: number;
}

export const BLOCK_LAYOUT: Readonly<Record<GgmlType, BlockLayout>> = {
  [GgmlType.F32]: { weights: 1, bytes: 4 },
  [GgmlType.F16]: { weights: 1, bytes: 2 },
  [GgmlType.BF16]: { weights: 1, bytes: 2 },
  [GgmlType.Q4_0]: { weights: 32, bytes: 18 }, // f16 d, 16 × (low nibble i, high nibble i+16)
  [GgmlType.Q8_0]: { weights: 32, bytes: 34 }, // f16 d, 32 × int8
  [GgmlType.Q4_K]: { weights: 256, bytes: 144 }, // f16 d, f16 dmin, 12 bytes of 6-bit scales and mins, 128 nibble bytes
  [GgmlType.Q6_K]: { weights: 256, bytes: 210 }, // 128 low-nibble bytes, 64 high-bit bytes, 16 × int8 scale, f16 d
};

export const isSupportedType = (type: number): type is GgmlType => type in BLOCK_LAYOUT;

/** Bytes of a tensor with `weights` weights; rows must be whole blocks, which the GGUF reader checks. */
export function byteLengthOf(type: GgmlType, weights: number): number {
  const block = BLOCK_LAYOUT[type];
  return (weights / block.weights) * block.bytes;
}
