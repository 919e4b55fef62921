/**
 * Weights as the compiled tiles read them: panels of 8 outputs, block by block of the inputs (assembly/tiles.mjs draws the
 * layout). Done once, when a model is loaded.
 */
import { dequantize } from '../formats/dequantize';
import { byteLengthOf, GgmlType } from '../formats/ggmlTypes';

/** Outputs in a panel. */
const PANEL = 8;

/** In the order of assembly/tiles.mjs. */
export const KINDS = ['q8', 'q4', 'q4k', 'q6k', 'f32', 'f16', 'bf16'] as const;
export type Kind = (typeof KINDS)[number];

/** How bytes are multiplied exactly (assembly/tiles.mjs); in its order. */
export const WAYS = ['words', 'halves', 'dot'] as const;
export type Way = (typeof WAYS)[number];

/** What this machine's instructions do exactly. */
export interface Arithmetic {
  /** Weights of 7 bits or less. */
  small: Way;
  /** Weights of 8 bits: 'words' or 'dot'. */
  large: Way;
  /** With 'dot': what is added to an 8-bit weight when it is stored. */
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
}

export function layoutOf(type: GgmlType, { small, large, zeroPoint8 }: Arithmetic): Layout {
  const floats = (kind: Kind, bytes: number): Layout => ({
    ...{ kind, way: 'words', width: 0, superblock: 1, bytes: PANEL * bytes, minimum: false, zeroPoint: 0 },
  });
  switch (type) {
    case GgmlType.Q8_0:
      return { kind: 'q8', way: large, width: 32, superblock: 32, bytes: 272, minimum: false, zeroPoint: zeroPoint8 };
    case GgmlType.Q4_0:
      return { kind: 'q4', way: small, width: 32, superblock: 32, bytes: 144, minimum: false, zeroPoint: 8 };
    case GgmlType.Q4_K:
      return { kind: 'q4k', way: small, width: 32, superblock: 256, bytes: 1184, minimum: true, zeroPoint: 0 };
    case GgmlType.Q6_K:
      return { kind: 'q6k', way: small, width: 16, superblock: 256, bytes: 1680, minimum: false, zeroPoint: 32 };
    case GgmlType.F16:
      return floats('f16', 2);
    case GgmlType.BF16:
      return floats('bf16', 2);
    default:
      return floats('f32', 4);
  }
}

/** Bytes of a panel of 8 outputs. */
export const panelBytes = (layout: Layout, cols: number): number => (cols / layout.superblock) * layout.bytes;

/** Bytes of W[rows][cols]; the last panel is filled up with outputs of weight 0. */
export const packedBytes = (layout: Layout, rows: number, cols: number): number =>
  Math.ceil(rows / PANEL) * panelBytes(layout, cols);

/** Writes W[rows][cols] (GGUF bytes) into `out`, which is packedBytes long and zero. */
export function pack(
  out: Uint8Array,
  layout: Layout,
  type: GgmlType,
  rows: number,
  cols: number,
  bytes: Uint8Array,
): void {
  if (layout.kind === 'f32') return packFloats(out, type, rows, cols, bytes);
  if (layout.kind === 'f16' || layout.kind === 'bf16') return packHalves(out, rows, cols, bytes);
  if (layout.kind === 'q8') return packEightBits(out, layout, rows, cols, bytes);
  const put = { q4: putQ4, q4k: putQ4K, q6k: putQ6K }[layout.kind];
  const blocks = cols / layout.superblock;
  const blockBytes = byteLengthOf(type, layout.superblock);
  let from = 0;
  for (let row = 0; row < rows; row++) {
    let at = Math.floor(row / PANEL) * blocks * layout.bytes;
    for (let b = 0; b < blocks; b++, at += layout.bytes, from += blockBytes) put(bytes, from, out, at, row % PANEL);
  }
}

/** Takes one block of one output from GGUF bytes to its lane of a panel. Formats as in ggml-common.h. */
type PutBlock = (bytes: Uint8Array, from: number, out: Uint8Array, at: number, lane: number) => void;

/** Scale (f16), then nibbles of 32. */
const putQ4: PutBlock = (bytes, from, out, at, lane) => {
  copyTwo(bytes, from, out, at + lane * 2);
  // The file has input i low and input i + 16 high, as a panel has it: bytes need only be moved.
  putBytes(bytes, from + 2, out, at + 16, lane, 16);
};

/** d and dmin (f16), 8 × 6 bits of scale and of minimum as bytes, nibbles of 8 × 32. */
const putQ4K: PutBlock = (bytes, from, out, at, lane) => {
  copyTwo(bytes, from, out, at + lane * 2);
  copyTwo(bytes, from + 2, out, at + 16 + lane * 2);
  for (let j = 0; j < 8; j++) {
    const byte = (i: number): number => bytes[from + 4 + i];
    const scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4);
    const least = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4);
    out[at + 32 + j * 16 + lane] = scale;
    out[at + 40 + j * 16 + lane] = least;
  }
  // 32 bytes hold two blocks, the first low and the second high; a panel's byte holds two halves of one block.
  for (let pair = 0; pair < 4; pair++) {
    const source = from + 16 + pair * 32;
    const to = at + 160 + pair * 256 + lane * 4;
    for (let i = 0; i < 16; i++) {
      const [first, second] = [bytes[source + i], bytes[source + 16 + i]];
      const place = to + (i >> 2) * 32 + (i & 3);
      out[place] = (first & 15) | ((second & 15) << 4);
      out[place + 128] = (first >> 4) | (second & 0xf0);
    }
  }
};

/** d (f16), 16 scales, then for every 32 inputs nibbles and two more bits of each. */
const putQ6K: PutBlock = (bytes, from, out, at, lane) => {
  copyTwo(bytes, from + 208, out, at + lane * 2);
  for (let j = 0; j < 16; j++) out[at + 16 + j * 8 + lane] = bytes[from + 192 + j];
  for (let quarter = 0; quarter < 8; quarter++) {
    const [half, part] = [quarter >> 2, quarter & 3];
    const low = from + half * 64 + (part & 1) * 32;
    const high = from + 128 + half * 32;
    const [nibbleShift, highShift] = [part & 2 ? 4 : 0, part * 2];
    const to = at + 144 + quarter * 192 + lane * 4;
    for (let i = 0; i < 16; i++) {
      const [first, second] = [bytes[low + i] >> nibbleShift, bytes[low + 16 + i] >> nibbleShift];
      out[to + (i >> 2) * 32 + (i & 3)] = (first & 15) | ((second & 15) << 4);
    }
    for (let i = 0; i < 32; i++) {
      // Group g of four inputs: byte 4·(g div 4) …, bits 2·(g mod 4).
      const group = i >> 2;
      out[to + 128 + (group >> 2) * 32 + (i & 3)] |= ((bytes[high + i] >> highShift) & 3) << ((group & 3) * 2);
    }
  }
};

function copyTwo(bytes: Uint8Array, from: number, out: Uint8Array, at: number): void {
  out[at] = bytes[from];
  out[at + 1] = bytes[from + 1];
}

/** Groups of four: [group][8 outputs][4]. */
function putBytes(bytes: Uint8Array, from: number, out: Uint8Array, at: number, lane: number, count: number): void {
  const to = at + lane * 4;
  for (let i = 0; i < count; i++) out[to + (i >> 2) * 32 + (i & 3)] = bytes[from + i];
}

/**
 * Q8_0, which most bundled weights are: blocks of one f16 scale and 32 signed bytes, moved two bytes at a time. Pairs of
 * inputs stay together either way; adding 128 to a byte is turning its highest bit.
 */
function packEightBits(out: Uint8Array, layout: Layout, rows: number, cols: number, bytes: Uint8Array): void {
  const words = layout.way === 'words';
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const from = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
  const to = new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
  const flip = layout.zeroPoint === 128 ? 0x8080 : 0;
  const blocks = cols / 32;
  const blockSize = layout.bytes / 2;
  let source = 0;
  for (let row = 0; row < rows; row++) {
    const lane = row % PANEL;
    let at = Math.floor(row / PANEL) * blocks * blockSize;
    for (let b = 0; b < blocks; b++, at += blockSize) {
      to[at + lane] = from[source++];
      let pair = at + PANEL;
      if (words) {
        // [pair][8 outputs][2]
        pair += lane;
        for (let i = 0; i < 16; i++, pair += PANEL) to[pair] = from[source++];
      } else {
        // [group][8 outputs][4]
        pair += lane * 2;
        for (let i = 0; i < 8; i++, pair += PANEL * 2) {
          to[pair] = from[source++] ^ flip;
          to[pair + 1] = from[source++] ^ flip;
        }
      }
    }
  }
}

/** F16 and BF16 as they are: panels [cols][8 outputs]. */
function packHalves(out: Uint8Array, rows: number, cols: number, bytes: Uint8Array): void {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const from = new Uint16Array(aligned.buffer, aligned.byteOffset, rows * cols);
  const to = new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
  for (let r = 0; r < rows; r++) {
    const at = Math.floor(r / PANEL) * cols * PANEL + (r % PANEL);
    for (let c = 0; c < cols; c++) to[at + c * PANEL] = from[r * cols + c];
  }
}

/** F32: panels [cols][8 outputs]. */
function packFloats(out: Uint8Array, type: GgmlType, rows: number, cols: number, bytes: Uint8Array): void {
  const to = new Float32Array(out.buffer, out.byteOffset, out.byteLength / 4);
  const row = new Float32Array(cols);
  const rowBytes = byteLengthOf(type, cols);
  for (let r = 0; r < rows; r++) {
    dequantize(type, bytes.subarray(r * rowBytes, (r + 1) * rowBytes), row);
    const at = Math.floor(r / PANEL) * cols * PANEL + (r % PANEL);
    for (let c = 0; c < cols; c++) to[at + c * PANEL] = row[c];
  }
}
