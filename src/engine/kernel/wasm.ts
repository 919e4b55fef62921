/**
 * The compiled kernel behind the `Kernel` interface: memory, and which compiled function does what. All arithmetic is in
 * assembly/.
 */
import relaxedBytes from 'kernel:relaxed-simd';
import simdBytes from 'kernel:simd';
import { Problem } from '../../protocol/problem';
import { dequantize } from '../formats/dequantize';
import type { GgmlType } from '../formats/ggmlTypes';
import { Allocator, alignUp } from './allocator';
import {
  CUT,
  type AttentionShape,
  type Buf,
  type Kernel,
  type Matrix,
  type RopePairing,
  type RouterShape,
  type TileRequest,
} from './kernel';
import { layoutOf, pack, packedBytes, type Layout } from './pack';
import { RopeTable } from './ropeTable';

export type WasmBuild = 'simd' | 'relaxed-simd';

/** What assembly/index.ts exports; every argument is a number, addresses and sizes unsigned. */
export type Exports = Record<
  | 'attention'
  | 'attentionTile'
  | 'add'
  | 'addBias'
  | 'gather'
  | 'rmsNorm'
  | 'rope'
  | 'scatterAdd'
  | 'swiglu'
  | 'interleave'
  | 'quantize'
  | 'route'
  | 'readFloatRow'
  | 'readRow'
  | `matmul_${Layout['tiles']}`
  | 'probeDot'
  | 'heapBase',
  (...args: number[]) => number
>;

const PAGE = 65_536;
/** 4 GB, all that 32-bit addresses reach. */
const MAX_PAGES = 65_536;
/** Memory grows by at least this, and by a quarter of what there is: growing copies nothing but costs a call. */
const GROWTH = 16 * 1024 * 1024;
/** Activation scales are multiplied by 2^112 where weight scales are f16 bits that still lack it (assembly/tiles.mjs). */
const F16_FACTOR = 2 ** 112;

const BYTES: Record<WasmBuild, Uint8Array<ArrayBuffer>> = { simd: simdBytes, 'relaxed-simd': relaxedBytes };

/** Whether this machine's WebAssembly knows the instructions of that build. */
export const canRun = (build: WasmBuild): boolean => WebAssembly.validate(BYTES[build]);

interface Instance {
  memory: WebAssembly.Memory;
  compiled: Exports;
}

async function instantiate(build: WasmBuild): Promise<Instance> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  const abort = (): never => {
    throw new Error('the kernel stopped');
  };
  const { instance } = await WebAssembly.instantiate(BYTES[build], { env: { memory, abort } });
  return { memory, compiled: instance.exports as Exports };
}

/**
 * How 8-bit weights have to be stored for this machine's dot product to be exact: with 128 added where it takes the second
 * operand as unsigned, as they are where it is signed; undefined where it saturates or is wrong.
 */
export async function probeZeroPoint(): Promise<number | undefined> {
  if (!canRun('relaxed-simd')) return undefined;
  const { probeDot } = (await instantiate('relaxed-simd')).compiled;
  if (probeDot(100, 127) !== 4 * 12_700 || probeDot(-128, 127) !== -4 * 16_256) return undefined;
  const high = [probeDot(127, 255), probeDot(-127, 255)];
  if (high[0] === 4 * 127 * 255 && high[1] === -4 * 127 * 255) return 128;
  if (high[0] === -4 * 127 && high[1] === 4 * 127) return 0;
  return undefined;
}

/** `zeroPoint8` from probeZeroPoint for the relaxed build; undefined for the plain one. */
export async function createWasmKernel(build: WasmBuild, zeroPoint8?: number): Promise<Kernel> {
  return new WasmKernel(build, await instantiate(build), build === 'simd' ? undefined : zeroPoint8);
}

class WasmBuf implements Buf {
  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly ptr: number,
    readonly length: number,
  ) {}
  get f32(): Float32Array {
    return new Float32Array(this.memory.buffer, this.ptr, this.length);
  }
  get i32(): Int32Array {
    return new Int32Array(this.memory.buffer, this.ptr, this.length);
  }
  slice(start: number, length: number): Buf {
    return new WasmBuf(this.memory, this.ptr + start * 4, length);
  }
}

interface WasmMatrix extends Matrix {
  readonly ptr: number;
  readonly layout: Layout;
}

class WasmKernel implements Kernel {
  private readonly allocator: Allocator;
  private readonly ropeTable: RopeTable;
  /** Quantised activations, and the last panel's results before they are cut to length. */
  private activations = { ptr: 0, bytes: 0 };
  private spare = { ptr: 0, bytes: 0 };

  constructor(
    readonly name: WasmBuild,
    private readonly instance: Instance,
    private readonly zeroPoint8: number | undefined,
  ) {
    this.allocator = new Allocator(instance.compiled.heapBase() >>> 0, instance.memory.buffer.byteLength);
    this.ropeTable = new RopeTable(this);
  }

  get bytesInUse(): number {
    return this.allocator.bytesInUse;
  }

  alloc(length: number): Buf {
    const buf = new WasmBuf(this.instance.memory, this.take(length * 4), length);
    buf.f32.fill(0);
    return buf;
  }

  free(buf: Buf): void {
    this.allocator.give(buf.ptr);
  }

  loadMatrix(type: GgmlType, rows: number, cols: number, bytes: Uint8Array): Matrix {
    const layout = layoutOf(type, this.zeroPoint8);
    const byteLength = packedBytes(layout, rows, cols);
    const ptr = this.take(byteLength);
    const out = new Uint8Array(this.instance.memory.buffer, ptr, byteLength).fill(0);
    pack(out, layout, type, rows, cols, bytes, this.zeroPoint8 === undefined);
    return { type, rows, cols, byteLength, ptr, layout } satisfies WasmMatrix as Matrix;
  }

  freeMatrix(matrix: Matrix): void {
    this.allocator.give((matrix as WasmMatrix).ptr);
  }

  loadVector(type: GgmlType, length: number, bytes: Uint8Array): Buf {
    const buf = this.alloc(length);
    dequantize(type, bytes, buf.f32);
    return buf;
  }

  matmul(out: Buf, x: Buf, w: Matrix, n: number): void {
    if (n === 0) return;
    const { ptr, layout, rows, cols } = w as WasmMatrix;
    const { compiled } = this.instance;
    const blocks = cols / layout.width;
    // Per row and block: scale, start and the values (twice as wide in the plain build).
    const valueBytes = this.name === 'simd' ? layout.width * 2 : layout.width;
    const rowBytes = layout.tiles === 'f32' ? cols * 4 : blocks * (8 + valueBytes);
    this.activations = this.atLeast(this.activations, n * rowBytes);
    this.spare = this.atLeast(this.spare, n * 32);
    const a = this.activations.ptr;
    const tiles = n >> 2;
    const singles = n & 3;
    const firstSingle = x.ptr + tiles * 4 * cols * 4;
    const singlesAt = a + tiles * 4 * rowBytes;
    if (layout.tiles === 'f32') {
      compiled.interleave(x.ptr, a, 4, tiles, cols);
      compiled.interleave(firstSingle, singlesAt, 1, singles, cols);
    } else {
      const factor = layout.scaleBytes === 2 ? F16_FACTOR : 1;
      const rest = [blocks, layout.width, factor, layout.zeroPoint, Number(layout.minimum)];
      compiled.quantize(x.ptr, a, 4, tiles, ...rest);
      compiled.quantize(firstSingle, singlesAt, 1, singles, ...rest);
    }
    compiled[`matmul_${layout.tiles}`](ptr, a, out.ptr, this.spare.ptr, n, rows, blocks);
  }

  rows(out: Buf, w: Matrix, ids: Buf, n: number): void {
    const { ptr, layout, cols } = w as WasmMatrix;
    const { compiled } = this.instance;
    const { width, scaleBytes, minimum, nibbles, zeroPoint } = layout;
    ids.i32.subarray(0, n).forEach((id, i) => {
      const to = out.ptr + i * cols * 4;
      if (layout.tiles === 'f32') compiled.readFloatRow(to, ptr, id, cols);
      else compiled.readRow(to, ptr, id, cols / width, width, scaleBytes, Number(minimum), Number(nibbles), zeroPoint);
    });
  }

  rmsNorm(out: Buf, x: Buf, weight: Buf, n: number, d: number, eps: number): void {
    this.instance.compiled.rmsNorm(out.ptr, x.ptr, weight.ptr, n, d, eps);
  }

  addBias(x: Buf, bias: Buf, n: number, d: number): void {
    this.instance.compiled.addBias(x.ptr, bias.ptr, n, d);
  }

  copy(out: Buf, x: Buf, length: number): void {
    new Uint8Array(this.instance.memory.buffer).copyWithin(out.ptr, x.ptr, x.ptr + length * 4);
  }

  add(x: Buf, y: Buf, length: number): void {
    this.instance.compiled.add(x.ptr, y.ptr, length);
  }

  rope(x: Buf, n: number, heads: number, headDim: number, start: number, inverse: Buf, pairing: RopePairing): void {
    const half = inverse.length;
    const table = this.ropeTable.from(inverse, start, n);
    this.instance.compiled.rope(x.ptr, n, heads, headDim, table, half, Number(pairing === 'adjacent'));
  }

  swiglu(gate: Buf, up: Buf, length: number): void {
    this.instance.compiled.swiglu(gate.ptr, up.ptr, length);
  }

  attention(out: Buf, q: Buf, k: Buf, v: Buf, stats: Buf, shape: AttentionShape): void {
    const { n, start, heads, kvHeads, headDim, scale, cuts } = shape;
    this.instance.compiled.attention(
      ...[out.ptr, q.ptr, k.ptr, v.ptr, stats.ptr, n, start, heads, kvHeads, headDim, scale],
      ...cutArguments(cuts),
    );
  }

  attentionTile(out: Buf, q: Buf, k: Buf, stats: Buf, tile: TileRequest): void {
    const { head, heads, kvHeads, headDim, scale, q0, q1, k0, k1, rows, cols, pool } = tile;
    const kvHead = Math.floor(head / (heads / kvHeads));
    const pixels = out.f32.subarray(0, rows * cols).fill(0);
    this.instance.compiled.attentionTile(
      ...[out.ptr, q.ptr + head * headDim * 4, k.ptr + kvHead * headDim * 4, stats.ptr + head * 8],
      ...[heads * headDim * 4, kvHeads * headDim * 4, heads * 8, headDim, scale],
      ...[q0, q1, k0, k1, rows, cols, Number(pool === 'mean'), head],
      ...cutArguments(tile.cuts),
    );
    if (pool === 'mean') divideByCellSizes(pixels, tile);
  }

  route(logits: Buf, ids: Buf, weights: Buf, shape: RouterShape): void {
    const { n, experts, topK, renormalize } = shape;
    this.instance.compiled.route(logits.ptr, ids.ptr, weights.ptr, n, experts, topK, Number(renormalize));
  }

  gather(out: Buf, x: Buf, rowIds: Buf, n: number, d: number): void {
    this.instance.compiled.gather(out.ptr, x.ptr, rowIds.ptr, n, d);
  }

  scatterAdd(out: Buf, x: Buf, rowIds: Buf, scales: Buf, n: number, d: number): void {
    this.instance.compiled.scatterAdd(out.ptr, x.ptr, rowIds.ptr, scales.ptr, n, d);
  }

  /** Address of that many bytes, not cleared; the memory grows when it must. Throws Problem out-of-memory. */
  private take(bytes: number): number {
    const { memory } = this.instance;
    const found = this.allocator.take(bytes);
    if (found !== undefined) return found;
    const now = memory.buffer.byteLength;
    const wanted = Math.max(alignUp(bytes), Math.min(GROWTH, now / 4));
    const grown = [wanted, alignUp(bytes)].some((more) => {
      try {
        return memory.grow(Math.ceil(more / PAGE)) >= 0;
      } catch {
        return false;
      }
    });
    if (!grown) {
      throw new Problem('out-of-memory', `${megabytes(bytes)} more do not fit beside the ${megabytes(now)} in use.`);
    }
    this.allocator.extend(memory.buffer.byteLength);
    return this.allocator.take(bytes)!;
  }

  private atLeast(scratch: { ptr: number; bytes: number }, bytes: number): { ptr: number; bytes: number } {
    if (scratch.bytes >= bytes) return scratch;
    if (scratch.bytes > 0) this.allocator.give(scratch.ptr);
    return { ptr: this.take(bytes), bytes };
  }
}

/** Address and number of the cuts. */
const cutArguments = (cuts?: Buf): [number, number] => (cuts ? [cuts.ptr, cuts.length / CUT] : [0, 0]);

/** A mean counts the masked weights of a cell as 0, so each sum is divided by the cell's whole area. */
function divideByCellSizes(sums: Float32Array, { q0, q1, k0, k1, rows, cols }: TileRequest): void {
  const start = (cell: number, cells: number, length: number): number => Math.ceil((cell * length) / cells);
  const size = (cell: number, cells: number, length: number): number =>
    start(cell + 1, cells, length) - start(cell, cells, length);
  for (let row = 0; row < rows; row++) {
    const height = size(row, rows, q1 - q0);
    for (let col = 0; col < cols; col++) sums[row * cols + col] /= height * size(col, cols, k1 - k0);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
