/**
 * The tensor types of GGUF that the engine reads: numbers and block sizes as in ggml's ggml.h / ggml-common.h.
 */
export enum GgmlType {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q2_K = 10,
  Q3_K = 11,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  IQ4_NL = 20,
  IQ4_XS = 23,
  BF16 = 30,
  MXFP4 = 39,
}

export interface BlockLayout {
  /** Weights in a block. */
  readonly weights: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Byte offsets of the f16 numbers in a block that all of its weights depend on. */
  readonly halves: readonly number[];
}

export const BLOCK_LAYOUT: Readonly<Record<GgmlType, BlockLayout>> = {
  [GgmlType.F32]: { weights: 1, bytes: 4, halves: [] },
  [GgmlType.F16]: { weights: 1, bytes: 2, halves: [0] },
  [GgmlType.BF16]: { weights: 1, bytes: 2, halves: [] },
  [GgmlType.Q4_0]: { weights: 32, bytes: 18, halves: [0] }, // f16 d, 16 × (low nibble i, high nibble i+16)
  [GgmlType.Q4_1]: { weights: 32, bytes: 20, halves: [0, 2] }, // f16 d, f16 m, nibbles as Q4_0
  [GgmlType.Q5_0]: { weights: 32, bytes: 22, halves: [0] }, // f16 d, u32 of fifth bits, nibbles as Q4_0
  [GgmlType.Q5_1]: { weights: 32, bytes: 24, halves: [0, 2] }, // f16 d, f16 m, u32 of fifth bits, nibbles as Q4_0
  [GgmlType.Q8_0]: { weights: 32, bytes: 34, halves: [0] }, // f16 d, 32 × int8
  // f16 d, f16 dmin, 12 bytes of 6-bit scales and mins, 128 nibble bytes
  [GgmlType.Q4_K]: { weights: 256, bytes: 144, halves: [0, 2] },
  // 16 bytes of 4-bit scales and mins, 64 bytes of bit pairs, f16 d, f16 dmin
  [GgmlType.Q2_K]: { weights: 256, bytes: 84, halves: [80, 82] },
  // 32 bytes of third bits, 64 bytes of bit pairs, 12 bytes of 6-bit scales, f16 d
  [GgmlType.Q3_K]: { weights: 256, bytes: 110, halves: [108] },
  // f16 d, f16 dmin, 12 bytes of 6-bit scales and mins, 32 bytes of fifth bits, 128 nibble bytes
  [GgmlType.Q5_K]: { weights: 256, bytes: 176, halves: [0, 2] },
  // 128 low-nibble bytes, 64 high-bit bytes, 16 × int8 scale, f16 d
  [GgmlType.Q6_K]: { weights: 256, bytes: 210, halves: [208] },
  [GgmlType.IQ4_NL]: { weights: 32, bytes: 18, halves: [0] }, // f16 d, nibbles as Q4_0, codes of a table
  // f16 d, u16 of upper and 4 bytes of lower bits of 6-bit scales, 128 nibble bytes, codes of the same table
  [GgmlType.IQ4_XS]: { weights: 256, bytes: 136, halves: [0] },
  [GgmlType.MXFP4]: { weights: 32, bytes: 17, halves: [] }, // E8M0 scale, nibbles as Q4_0, codes of another table
};

export const isSupportedType = (type: number): type is GgmlType => type in BLOCK_LAYOUT;

/** Bytes of a tensor with `weights` weights; rows must be whole blocks, which the GGUF reader checks. */
export function byteLengthOf(type: GgmlType, weights: number): number {
  const block = BLOCK_LAYOUT[type];
  return (weights / block.weights) * block.bytes;
}

/** Names of every type that ggml.h lists, known to us or not, so that a message can name what it refuses. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
  40: 'NVFP4',
  41: 'Q1_0',
  42: 'Q2_0',
};

export const ggmlTypeName = (type: number): string => TYPE_NAMES[type] ?? `type ${type}`;

export const SUPPORTED_TYPE_NAMES: readonly string[] = Object.keys(BLOCK_LAYOUT).map((type) => ggmlTypeName(+type));
