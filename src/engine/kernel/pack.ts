/**
 * Weights as the compiled tiles read them: panels of 8 outputs, block by block of the inputs (assembly/tiles.mjs draws the
 * layout). Done once, when a model is loaded.
 */
import { dequantize } from '../formats/dequantize';
import { byteLengthOf, GgmlType } from '../formats/ggmlTypes';

/** Outputs in a panel. */
const PANEL = 8;

/** How a matrix lies in the kernel's memory. */
export interface Layout {
  /** Which compiled tiles multiply it. */
  tiles: 'q8' | 'q4' | 'q4m' | 'q6' | 'f32';
  /** Inputs per block; 1 for f32. */
  width: number;
  /** Bytes of a scale: 2 (f16) or 4 (f32); 0 for f32 weights. */
  scaleBytes: number;
  minimum: boolean;
  nibbles: boolean;
  /** Taken off a stored weight to get the weight. */
  zeroPoint: number;
  /** Bytes of one block of one panel. */
  blockBytes: number;
}

/** `zeroPoint8`: how 8-bit weights are stored, by what the machine's dot product does; undefined in the exact build. */
export function layoutOf(type: GgmlType, zeroPoint8: number | undefined): Layout {
  const exact = zeroPoint8 === undefined;
  const quantized = (tiles: Layout['tiles'], width: number, scaleBytes: number, zeroPoint: number): Layout => {
    const minimum = tiles === 'q4m';
    const nibbles = !exact && (tiles === 'q4' || tiles === 'q4m');
    const header = PANEL * scaleBytes * (minimum ? 2 : 1);
    const blockBytes = header + PANEL * (nibbles ? width / 2 : width);
    return { tiles, width, scaleBytes, minimum, nibbles, zeroPoint: exact ? 0 : zeroPoint, blockBytes };
  };
  switch (type) {
    case GgmlType.Q8_0:
      return quantized('q8', 32, 2, zeroPoint8 ?? 0);
    case GgmlType.Q4_0:
      return quantized('q4', 32, 2, 8);
    case GgmlType.Q4_K:
      return quantized('q4m', 32, 4, 0);
    case GgmlType.Q6_K:
      return quantized('q6', 16, 4, 32);
    default:
      return { tiles: 'f32', width: 1, scaleBytes: 0, minimum: false, nibbles: false, zeroPoint: 0, blockBytes: 32 };
  }
}

/** Bytes of W[rows][cols]; the last panel is filled up with outputs of weight 0. */
export function packedBytes(layout: Layout, rows: number, cols: number): number {
  return Math.ceil(rows / PANEL) * (cols / layout.width) * layout.blockBytes;
}

/** One block of one output, taken apart: what `pack` puts into a panel. */
interface Block {
  /** f16 bits where the layout has 2-byte scales, else the value. */
  scale: number;
  minimum: number;
  /** Signed, zero point taken off; [width]. */
  weights: Int8Array;
}

/** Writes W[rows][cols] (GGUF bytes) into `out`, which packedBytes long and zero. `exact`: for the plain SIMD build. */
export function pack(
  out: Uint8Array,
  layout: Layout,
  type: GgmlType,
  rows: number,
  cols: number,
  bytes: Uint8Array,
  exact: boolean,
): void {
  if (layout.tiles === 'f32') return packFloats(out, type, rows, cols, bytes);
  if (layout.tiles === 'q8') return packEightBits(out, layout, rows, cols, bytes, exact);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { width, scaleBytes, minimum, blockBytes } = layout;
  const blocks = cols / width;
  const rowBytes = byteLengthOf(type, cols);
  const block: Block = { scale: 0, minimum: 0, weights: new Int8Array(width) };
  const read = BLOCK_READERS[layout.tiles];
  const header = PANEL * scaleBytes * (minimum ? 2 : 1);
  const put = exact ? putPairs : layout.nibbles ? putNibbles : putBytes;
  for (let row = 0; row < rows; row++) {
    const lane = row % PANEL;
    let at = Math.floor(row / PANEL) * blocks * blockBytes;
    for (let b = 0; b < blocks; b++, at += blockBytes) {
      read(source, row * rowBytes, b, block);
      if (scaleBytes === 2) view.setUint16(at + lane * 2, block.scale, true);
      else view.setFloat32(at + lane * 4, block.scale, true);
      if (minimum) view.setFloat32(at + PANEL * 4 + lane * 4, block.minimum, true);
      put(out, at + header, lane, block.weights, layout.zeroPoint);
    }
  }
}

/** Reads block `b` of the row that starts at byte `row`. Formats as in ggml-common.h. */
type BlockReader = (source: DataView, row: number, b: number, block: Block) => void;

const BLOCK_READERS: Record<Exclude<Layout['tiles'], 'f32' | 'q8'>, BlockReader> = {
  q4(source, row, b, block) {
    const at = row + b * 18;
    block.scale = source.getUint16(at, true);
    for (let i = 0; i < 16; i++) {
      const byte = source.getUint8(at + 2 + i);
      block.weights[i] = (byte & 15) - 8;
      block.weights[i + 16] = (byte >> 4) - 8;
    }
  },
  // 256 weights in 8 blocks of 32: w = d · scale · q − dmin · minimum, scales and minimums of 6 bits.
  q4m(source, row, b, block) {
    const at = row + (b >> 3) * 144;
    const j = b & 7;
    const byte = (i: number): number => source.getUint8(at + 4 + i);
    const scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4);
    const least = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4);
    block.scale = f16(source.getUint16(at, true)) * scale;
    block.minimum = f16(source.getUint16(at + 2, true)) * least;
    const nibbles = at + 16 + (j >> 1) * 32;
    for (let i = 0; i < 32; i++) block.weights[i] = (source.getUint8(nibbles + i) >> (j & 1 ? 4 : 0)) & 15;
  },
  // 256 weights in 16 blocks of 16: w = d · scale · (q − 32), q of 4 low and 2 high bits.
  q6(source, row, b, block) {
    const at = row + (b >> 4) * 210;
    const j = b & 15;
    const [half, quarter, from] = [j >> 3, (j >> 1) & 3, (j & 1) * 16];
    block.scale = f16(source.getUint16(at + 208, true)) * source.getInt8(at + 192 + j);
    for (let i = 0; i < 16; i++) {
      const low = source.getUint8(at + half * 64 + (quarter & 1) * 32 + from + i) >> (quarter & 2 ? 4 : 0);
      const high = source.getUint8(at + 128 + half * 32 + from + i) >> (quarter * 2);
      block.weights[i] = ((low & 15) | ((high & 3) << 4)) - 32;
    }
  },
};

/**
 * Q8_0, which most bundled weights are: blocks of one f16 scale and 32 signed bytes, moved two bytes at a time. Pairs of
 * inputs stay together in both builds; adding 128 to a byte is turning its highest bit.
 */
function packEightBits(
  out: Uint8Array,
  layout: Layout,
  rows: number,
  cols: number,
  bytes: Uint8Array,
  exact: boolean,
): void {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const from = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
  const to = new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
  const flip = layout.zeroPoint === 128 ? 0x8080 : 0;
  const blocks = cols / 32;
  const blockSize = layout.blockBytes / 2;
  let source = 0;
  for (let row = 0; row < rows; row++) {
    const lane = row % PANEL;
    let at = Math.floor(row / PANEL) * blocks * blockSize;
    for (let b = 0; b < blocks; b++, at += blockSize) {
      to[at + lane] = from[source++];
      let pair = at + PANEL;
      if (exact) {
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

/** Groups of four inputs: [group][8 outputs][4]. */
function putBytes(out: Uint8Array, at: number, lane: number, weights: Int8Array, zeroPoint: number): void {
  for (let i = 0; i < weights.length; i++) out[at + (i >> 2) * 32 + lane * 4 + (i & 3)] = weights[i] + zeroPoint;
}

/** Group g low, group g + 4 high: [4 groups][8 outputs][4]. */
function putNibbles(out: Uint8Array, at: number, lane: number, weights: Int8Array, zeroPoint: number): void {
  for (let i = 0; i < 16; i++) {
    out[at + (i >> 2) * 32 + lane * 4 + (i & 3)] = (weights[i] + zeroPoint) | ((weights[i + 16] + zeroPoint) << 4);
  }
}

/** Pairs of inputs: [pair][8 outputs][2]. */
function putPairs(out: Uint8Array, at: number, lane: number, weights: Int8Array): void {
  for (let i = 0; i < weights.length; i++) out[at + (i >> 1) * 16 + lane * 2 + (i & 1)] = weights[i];
}

/** F32, F16 and BF16, as f32: panels [cols][8 outputs]. */
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

function f16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}
