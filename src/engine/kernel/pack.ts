/** How weights lie in the compiled kernel's memory: panels of 8 outputs, block by block (assembly/pack.ts writes them). */
import { BLOCK_LAYOUT, GgmlType } from '../formats/ggmlTypes';
import { ROWS_TOGETHER } from './kernel';
import type { Kind, Way } from './assembly/kinds.mjs';

/** Outputs in a panel. */
export const PANEL = ROWS_TOGETHER;

/** What this machine's instructions do exactly (assembly/tiles.mjs). */
export interface Arithmetic {
  /** Weights of 7 bits or less. */
  small: Way;
  /** Weights of 8 bits: 'words' or 'dot'. */
  large: Way;
  /** With 'dot': what is added to an 8-bit weight. */
  zeroPoint8: number;
}

export const PLAIN: Arithmetic = { small: 'words', large: 'words', zeroPoint8: 0 };

/** How a matrix lies in the kernel's memory. Units of the inputs are `superblock` long, each of `bytes` per panel. */
export interface Layout {
  kind: Kind;
  way: Way;
  /** Inputs that share a scale of the activations; 0 for floats. */
  width: number;
  /** Inputs of one of the file's blocks. */
  superblock: number;
  /** Bytes of one superblock of one panel. */
  bytes: number;
  minimum: boolean;
  /** Taken off a stored weight to get the weight. */
  zeroPoint: number;
  /** What single rows have instead of `way` and `zeroPoint`. */
  single: { way: Way; zeroPoint: number };
}

/** kind, width, bytes of a block of a panel, zero point; where it has minimums; where its weights take 8 bits, by a table of 16 or not. */
type Row = readonly [
  ...[kind: Kind, width: 0 | 16 | 32, bytes: number, zeroPoint?: number],
  of?: 'minimum' | 'eight bits' | 'table',
];

const LAYOUTS: Readonly<Record<GgmlType, Row>> = {
  [GgmlType.F32]: ['f32', 0, 32],
  [GgmlType.F16]: ['f16', 0, 16],
  [GgmlType.BF16]: ['bf16', 0, 16],
  [GgmlType.Q8_0]: ['q8', 32, 272, 0, 'eight bits'],
  [GgmlType.Q4_0]: ['q4', 32, 144, 8],
  [GgmlType.Q4_1]: ['q41', 32, 160, 0, 'minimum'],
  [GgmlType.Q5_0]: ['q5', 32, 176, 16],
  [GgmlType.Q5_1]: ['q51', 16, 192, 0, 'minimum'],
  [GgmlType.Q2_K]: ['q2k', 16, 672, 0, 'minimum'],
  [GgmlType.Q3_K]: ['q3k', 16, 912, 4],
  [GgmlType.Q4_K]: ['q4k', 32, 1184, 0, 'minimum'],
  [GgmlType.Q5_K]: ['q5k', 16, 1440, 0, 'minimum'],
  [GgmlType.Q6_K]: ['q6k', 16, 1680, 32],
  [GgmlType.IQ4_NL]: ['iq4', 32, 144, 0, 'table'],
  [GgmlType.IQ4_XS]: ['iq4xs', 32, 1104, 0, 'table'],
  [GgmlType.MXFP4]: ['mxfp4', 32, 136, 12],
};

export function layoutOf(type: GgmlType, { small, large, zeroPoint8 }: Arithmetic): Layout {
  const [kind, width, bytes, zeroPoint = 0, of] = LAYOUTS[type];
  const eight = of === 'eight bits' || of === 'table';
  const many = { way: width === 0 ? 'words' : eight ? large : small, zeroPoint: eight ? zeroPoint8 : zeroPoint };
  return {
    ...many,
    kind,
    width,
    bytes,
    superblock: BLOCK_LAYOUT[type].weights,
    minimum: of === 'minimum',
    // A value of the table is a multiple of its code and a small rest (assembly/tiles.mjs).
    single: of === 'table' && small !== 'words' ? { way: small, zeroPoint: 8 } : many,
  };
}

/** Bytes of a panel of 8 outputs. */
export const panelBytes = (layout: Layout, cols: number): number => (cols / layout.superblock) * layout.bytes;

/** Bytes of W[rows][cols]; the last panel is filled up with outputs of weight 0. */
export const packedBytes = (layout: Layout, rows: number, cols: number): number =>
  Math.ceil(rows / PANEL) * panelBytes(layout, cols);
