/**
 * The compiled kernel behind the `Kernel` interface: where things are in memory, and which operation does what. All
 * arithmetic is in assembly/. As long as the interface has operations: each is a few lines of addresses and a call.
 */
import { Problem } from '../../protocol/problem';
import { dequantize } from '../formats/dequantize';
import { refuseNotFinite } from '../formats/finite';
import { BLOCK_LAYOUT, byteLengthOf, type GgmlType } from '../formats/ggmlTypes';
import { alibiSlope } from './alibi';
import { Allocator, alignUp } from './allocator';
import { Instance, type ThreadOptions, type WasmBuild } from './instance';
import {
  CUT,
  HEAD_RANGE,
  HEAD_TOP,
  type AttentionShape,
  type Buf,
  type DeltaShape,
  type HeadShape,
  type Kernel,
  type Matrix,
  type RopePairing,
  type RouterShape,
  type TileRequest,
} from './kernel';
import { KINDS, ROW_KINDS, WAYS } from './assembly/kinds.mjs';
import { layoutOf, packedBytes, PANEL, panelBytes, PLAIN, type Arithmetic, type Layout } from './pack';
import { RopeTables } from './ropeTable';

const PAGE = 65_536;
/** Memory grows by at least this, and by a quarter of what there is: growing copies nothing but costs a call. */
const GROWTH = 16 * 1024 * 1024;
/** Bytes of a file that are packed at a time. */
const SLICE = 8 * 1024 * 1024;
/** Rows that a tile takes at once (assembly/tiles.mjs); fewer rows read the packed panels directly. */
const TILE_ROWS = 4;
/** Numbers that a row keeps of a range of the vocabulary (assembly/head.ts). */
const HEAD_PART = 6 + 2 * HEAD_TOP;
/** What the activations' start is (assembly/quantize.ts). */
const START = { sum: 0, minimum: 1, halves: 2 } as const;
/** Keys and queries that attention turns at a time (assembly/columns.ts, attention.ts). */
const [KEYS, QUERIES] = [64, 64];
/** Keys whose scores a head of a single row holds at a time (BLOCK in assembly/attention.ts). */
const SCORES = 128;

/** `arithmetic` from probeArithmetic for the relaxed build; the plain one has 16-bit products only. */
export async function createWasmKernel(
  build: WasmBuild,
  arithmetic: Arithmetic = PLAIN,
  threads?: ThreadOptions,
): Promise<Kernel> {
  return new WasmKernel(build, await Instance.create(build, threads), arithmetic);
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

interface Activated {
  /** Whether panels are unpacked for them, or single rows read the packed ones. */
  unpacked: boolean;
  a: number;
  /** Numbers of kind and way. */
  kinds: [number, number];
  blocks: number;
  rowBytes: number;
}

interface Scratch {
  ptr: number;
  bytes: number;
}

class WasmKernel implements Kernel {
  private readonly allocator: Allocator;
  private readonly ropeTables: RopeTables;
  /** Quantised activations; the last panel's results before they are cut to length; what each thread works in. */
  private readonly activations: Scratch = { ptr: 0, bytes: 0 };
  /** What they were made of, and how. */
  private activated: { x: number; width: number; shape: readonly number[] } | undefined;
  private readonly spare: Scratch = { ptr: 0, bytes: 0 };
  private readonly working: Scratch = { ptr: 0, bytes: 0 };

  constructor(
    readonly name: WasmBuild,
    private readonly instance: Instance,
    private readonly arithmetic: Arithmetic,
  ) {
    this.allocator = new Allocator(instance.compiled.heapBase() >>> 0, instance.memory.buffer.byteLength);
    this.ropeTables = new RopeTables(this);
    instance.compiled.setEightBitOffset(arithmetic.zeroPoint8);
  }

  get bytesInUse(): number {
    return this.allocator.bytesInUse;
  }

  get threads(): number {
    return this.instance.threads;
  }

  get threadsLost(): string | undefined {
    return this.instance.lost;
  }

  close(): void {
    this.instance.close();
  }

  reserve(bytes: number): boolean {
    if (!this.grow(bytes)) return false;
    this.allocator.extend(this.instance.memory.buffer.byteLength);
    return true;
  }

  alloc(length: number): Buf {
    const buf = new WasmBuf(this.instance.memory, this.take(length * 4), length);
    buf.f32.fill(0);
    return buf;
  }

  free(buf: Buf): void {
    this.allocator.give(buf.ptr);
  }

  loadMatrix(type: GgmlType, rows: number, cols: number, bytes: Uint8Array, tensor: string): Matrix {
    const rowBytes = byteLengthOf(type, cols);
    if (bytes.length !== rows * rowBytes) throw new RangeError(`“${tensor}” is not ${rows} rows of ${rowBytes} bytes`);
    const matrix = this.newMatrix(type, rows, cols);
    try {
      this.packRows(matrix, 0, bytes, tensor);
      return matrix;
    } catch (thrown) {
      this.freeMatrix(matrix);
      throw thrown;
    }
  }

  newMatrix(type: GgmlType, rows: number, cols: number): Matrix {
    const byteLength = this.matrixBytes(type, rows, cols);
    const ptr = this.take(byteLength);
    return {
      type,
      rows,
      cols,
      byteLength,
      ptr,
      layout: layoutOf(type, this.arithmetic),
    } satisfies WasmMatrix as Matrix;
  }

  matrixBytes(type: GgmlType, rows: number, cols: number): number {
    return packedBytes(layoutOf(type, this.arithmetic), rows, cols);
  }

  packRows(matrix: Matrix, first: number, bytes: Uint8Array, tensor: string): void {
    const { type, cols } = matrix;
    const rowBytes = byteLengthOf(type, cols);
    const atOnce = Math.max(1, Math.floor(SLICE / (rowBytes * PANEL))) * PANEL * rowBytes;
    const staging = this.take(16 + Math.min(bytes.length, atOnce));
    try {
      for (let at = 0; at < bytes.length; at += atOnce) {
        const slice = bytes.subarray(at, at + atOnce);
        const broken = this.packSlice(matrix as WasmMatrix, first + at / rowBytes, slice, staging);
        if (broken) refuseNotFinite(type, bytes, tensor);
      }
    } finally {
      this.allocator.give(staging);
    }
  }

  /** Rows from `first` on, a multiple of PANEL, by way of 16 bytes more at `from`. True where a weight may not be finite. */
  private packSlice({ layout, cols, type, ptr }: WasmMatrix, first: number, bytes: Uint8Array, from: number): boolean {
    const { bytes: blockBytes, weights } = BLOCK_LAYOUT[type];
    const { buffer } = this.instance.memory;
    const suspect = new Uint32Array(buffer, from, 1).fill(0);
    new Uint8Array(buffer, from + 16, bytes.length).set(bytes);
    const out = ptr + (first / PANEL) * panelBytes(layout, cols);
    const blocks = cols / weights;
    const flip = layout.zeroPoint === 128 ? 0x80808080 : 0;
    const kind = KINDS.indexOf(layout.kind);
    this.instance.run(
      'pack',
      bytes.length,
      kind,
      from + 16,
      out,
      bytes.length / blockBytes / blocks,
      blocks,
      blockBytes,
      layout.bytes,
      Number(layout.way === 'words'),
      flip,
      from,
    );
    return suspect[0] !== 0;
  }

  partOf(matrix: Matrix, first: number, rows: number): Matrix {
    const { layout, type, cols, ptr } = matrix as WasmMatrix;
    const from = ptr + (first / PANEL) * panelBytes(layout, cols);
    return { type, rows, cols, byteLength: packedBytes(layout, rows, cols), ptr: from, layout } as WasmMatrix;
  }

  freeMatrix(matrix: Matrix): void {
    this.allocator.give((matrix as WasmMatrix).ptr);
  }

  loadVector(type: GgmlType, length: number, bytes: Uint8Array, tensor: string): Buf {
    refuseNotFinite(type, bytes, tensor);
    const buf = this.alloc(length);
    dequantize(type, bytes, buf.f32);
    return buf;
  }

  allFinite(x: Buf, length: number): boolean {
    return this.instance.compiled.allFinite(x.ptr, length) !== 0;
  }

  matmul(out: Buf, x: Buf, w: Matrix, n: number, isSame = false): void {
    if (n === 0) return;
    const { ptr, layout, rows, cols } = w as WasmMatrix;
    const { unpacked, a, kinds, blocks, rowBytes } = this.activate(x, w as WasmMatrix, n, isSame);
    const spare = this.atLeast(this.spare, n * 32);
    const scratchBytes = unpacked ? this.panelScratch(layout, cols) : 0;
    const scratch = this.atLeast(this.working, this.threads * scratchBytes);
    const where = [...kinds, ptr, panelBytes(layout, cols), a, out.ptr, spare, scratch, scratchBytes];
    this.instance.run('matmul', n * rows * cols, ...where, n, rows, blocks, rowBytes, Number(unpacked));
  }

  head(parts: Buf, out: Buf, x: Buf, w: Matrix, wanted: Buf, shape: HeadShape): void {
    const { n, words = w.rows, first = 0, scale = 1, bias, softCap = 0 } = shape;
    if (n === 0) return;
    const { ptr, layout, rows, cols } = w as WasmMatrix;
    const { unpacked, a, kinds, blocks, rowBytes } = this.activate(x, w as WasmMatrix, n);
    const scratchBytes = n * HEAD_RANGE * 4 + (unpacked ? this.panelScratch(layout, cols) : 0);
    const scratch = this.atLeast(this.working, this.threads * scratchBytes);
    const where = [...kinds, ptr, panelBytes(layout, cols), a, parts.ptr, scratch, scratchBytes];
    const what = [n, rows, blocks, rowBytes, Number(unpacked), wanted.ptr, out.ptr, bias?.ptr ?? 0, scale, softCap];
    this.instance.run('head', n * rows * cols, ...where, ...what, first / HEAD_RANGE, Math.ceil(words / HEAD_RANGE));
  }

  headMerge(parts: Buf, out: Buf, n: number, words: number): void {
    const ranges = Math.ceil(words / HEAD_RANGE);
    this.instance.run('headMerge', n * ranges, out.ptr, parts.ptr, n, ranges);
  }

  headNumbers(words: number): number {
    return Math.ceil(words / HEAD_RANGE) * HEAD_PART;
  }

  /** Rows of activations as the tiles of that matrix read them, at `a`; what is there where `isSame` and it would be made alike. */
  private activate(x: Buf, { layout, cols }: WasmMatrix, n: number, isSame = false): Activated {
    const { width, minimum } = layout;
    const unpacked = n >= TILE_ROWS || !readsPacked(layout);
    const { way, zeroPoint } = unpacked ? layout : layout.single;
    const words = way === 'words';
    const blocks = cols / (width || 1);
    // Per row and block: scale, start and the values.
    const rowBytes = width ? blocks * (8 + (words ? width * 2 : width)) : cols * 4;
    const a = this.atLeast(this.activations, n * rowBytes);
    const height = unpacked ? TILE_ROWS : 1;
    const start = minimum ? START.minimum : way === 'halves' ? START.halves : START.sum;
    const rest = [blocks, width, Number(words), zeroPoint, start, 4 * TILE_ROWS];
    const shape = width === 0 ? [height, n, cols] : [height, n, ...rest];
    const { activated } = this;
    const isThere =
      isSame &&
      activated?.x === x.ptr &&
      activated.width === width &&
      shape.every((one, i) => one === activated.shape[i]);
    if (!isThere) {
      this.activated = undefined;
      this.instance.run(width === 0 ? 'interleave' : 'quantize', n * cols, x.ptr, a, ...shape);
      this.activated = { x: x.ptr, width, shape };
    }
    return { unpacked, a, kinds: [KINDS.indexOf(layout.kind), WAYS.indexOf(way)], blocks, rowBytes };
  }

  rows(out: Buf, w: Matrix, ids: Buf, n: number): void {
    const { ptr, layout, cols } = w as WasmMatrix;
    const { kind, width, minimum, way, zeroPoint } = layout;
    const scratch = this.atLeast(this.working, this.panelScratch(layout, cols));
    const stride = panelBytes(layout, cols);
    const rest = [cols / (width || 1), width, Number(minimum), Number(way === 'words'), zeroPoint, scratch];
    ids.i32.subarray(0, n).forEach((id, i) => {
      this.instance.compiled.readRow(out.ptr + i * cols * 4, KINDS.indexOf(kind), ptr, stride, id, ...rest);
    });
  }

  rmsNorm(out: Buf, x: Buf, weight: Buf, n: number, d: number, eps: number): void {
    this.instance.run('rmsNorm', n * d, out.ptr, x.ptr, weight.ptr, n, d, eps);
  }

  layerNorm(out: Buf, x: Buf, weight: Buf, bias: Buf | undefined, n: number, d: number, eps: number): void {
    this.instance.run('layerNorm', n * d, out.ptr, x.ptr, weight.ptr, bias?.ptr ?? 0, n, d, eps);
  }

  addBias(x: Buf, bias: Buf, n: number, d: number): void {
    this.instance.run('addBias', n * d, x.ptr, bias.ptr, n, d);
  }

  copy(out: Buf, x: Buf, length: number): void {
    new Uint8Array(this.instance.memory.buffer).copyWithin(out.ptr, x.ptr, x.ptr + length * 4);
  }

  add(x: Buf, y: Buf, length: number): void {
    this.instance.run('add', length, x.ptr, y.ptr, length);
  }

  scale(x: Buf, factor: number, length: number): void {
    this.instance.run('scale', length, x.ptr, factor, length);
  }

  rope(
    x: Buf,
    n: number,
    heads: number,
    headDim: number,
    start: number,
    inverse: Buf,
    pairing: RopePairing,
    magnitude = 1,
  ): void {
    const half = inverse.length;
    const table = this.ropeTables.from(inverse, magnitude, start, n);
    const work = n * heads * headDim;
    this.instance.run('rope', work, x.ptr, n, heads, headDim, table, half, Number(pairing === 'adjacent'));
  }

  swiglu(gate: Buf, up: Buf, length: number): void {
    this.instance.run('swiglu', length, gate.ptr, up.ptr, length);
  }

  clampedSwiglu(gate: Buf, up: Buf, length: number): void {
    this.instance.run('clampedSwiglu', length, gate.ptr, up.ptr, length);
  }

  geglu(gate: Buf, up: Buf | undefined, length: number): void {
    this.instance.run('geglu', length, gate.ptr, up?.ptr ?? 0, length);
  }

  attention(out: Buf, q: Buf, k: Buf, v: Buf, stats: Buf, shape: AttentionShape): void {
    const {
      n,
      start,
      heads,
      kvHeads,
      headDim,
      keyDim = headDim,
      scale,
      window = 0,
      bothWays = 0,
      softcap = 0,
      alibi,
      sinks,
      cuts,
      own,
    } = shape;
    // Maxima and sums, queries and mixed values of QUERIES rows, KEYS keys and their weights; or the scores of single rows.
    const blockBytes = QUERIES * 8 + (QUERIES * (keyDim + headDim) + KEYS * keyDim) * 4 + KEYS * 32;
    const scratchBytes = Math.max(blockBytes, heads * (64 + SCORES * 4 + 8));
    const scratch = this.atLeast(this.working, this.threads * scratchBytes + heads * 4);
    const slopes = alibi === undefined ? 0 : scratch + this.threads * scratchBytes;
    if (alibi !== undefined) {
      const values = Float32Array.from({ length: heads }, (_, head) => alibiSlope(head, heads, alibi));
      new Float32Array(this.instance.memory.buffer, slopes, heads).set(values);
    }
    // A single row is one thread's (assembly/attention.ts).
    const work = n === 1 ? 0 : n * heads * Math.max(keyDim, headDim) * (bothWays || start + n / 2);
    this.instance.run(
      'attention',
      work,
      out.ptr,
      q.ptr,
      k.ptr,
      v.ptr,
      stats.ptr,
      n,
      start,
      heads,
      kvHeads,
      keyDim,
      headDim,
      scale,
      window,
      bothWays,
      softcap,
      ...cutArguments(cuts),
      own?.k.ptr ?? 0,
      own?.v.ptr ?? 0,
      sinks?.ptr ?? 0,
      slopes,
      scratch,
      scratchBytes,
    );
  }

  attentionTile(out: Buf, q: Buf, k: Buf, stats: Buf, tile: TileRequest): void {
    const {
      head,
      heads,
      kvHeads,
      headDim,
      keyDim = headDim,
      scale,
      window = 0,
      bothWays = false,
      softcap = 0,
      alibi,
      q0,
      q1,
      k0,
      k1,
      rows,
      cols,
      pool,
    } = tile;
    const kvHead = Math.floor(head / (heads / kvHeads));
    const scratchBytes = (KEYS + 8) * keyDim * 4 + KEYS * 32 + 96;
    const scratch = this.atLeast(this.working, this.threads * scratchBytes);
    this.instance.run(
      'attentionTile',
      (q1 - q0) * Math.max(1, bothWays ? k1 - k0 : Math.min(k1, (q0 + q1) / 2) - k0) * keyDim,
      out.ptr,
      q.ptr + head * keyDim * 4,
      k.ptr + kvHead * keyDim * 4,
      stats.ptr + head * 8,
      heads * keyDim * 4,
      kvHeads * keyDim * 4,
      heads * 8,
      keyDim,
      scale,
      window,
      Number(bothWays),
      softcap,
      alibi === undefined ? 0 : alibiSlope(head, heads, alibi),
      q0,
      q1,
      k0,
      k1,
      rows,
      cols,
      Number(pool === 'mean'),
      head,
      ...cutArguments(tile.cuts),
      scratch,
      scratchBytes,
    );
    if (pool === 'mean') divideByCellSizes(out.f32, tile);
  }

  route(logits: Buf, ids: Buf, weights: Buf, shape: RouterShape): void {
    const { n, experts, topK, renormalize } = shape;
    const work = n * experts * (4 + topK);
    this.instance.run('route', work, logits.ptr, ids.ptr, weights.ptr, n, experts, topK, Number(renormalize));
  }

  gather(out: Buf, x: Buf, rowIds: Buf, n: number, d: number): void {
    this.instance.run('gather', n * d, out.ptr, x.ptr, rowIds.ptr, n, d);
  }

  scatterAdd(out: Buf, x: Buf, rowIds: Buf, scales: Buf, n: number, d: number): void {
    this.instance.run('scatterAdd', n * d, out.ptr, x.ptr, rowIds.ptr, scales.ptr, n, d);
  }

  sigmoidGate(x: Buf, gate: Buf, length: number): void {
    this.instance.run('sigmoidGate', length, x.ptr, gate.ptr, length);
  }

  convolve(out: Buf, x: Buf, tail: Buf, weight: Buf, shape: Parameters<Kernel['convolve']>[4]): void {
    const { n, channels, taps, onePlace, silu, bias } = shape;
    const flags = [Number(onePlace), Number(silu)];
    this.instance.run(
      'convolve',
      n * channels * taps,
      out.ptr,
      x.ptr,
      tail.ptr,
      weight.ptr,
      bias?.ptr ?? 0,
      n,
      channels,
      taps,
      ...flags,
    );
  }

  deltaRule(
    read: { out: Buf; q: Buf } | undefined,
    { k, v, decay, beta }: { k: Buf; v: Buf; decay: Buf; beta: Buf },
    state: Buf,
    { n, heads, keyHeads, neighbours = false, headDim, keyDim = headDim, plain = false, scale, onePlace }: DeltaShape,
  ): void {
    const where = [read?.out.ptr ?? 0, read?.q.ptr ?? 0, k.ptr, v.ptr, decay.ptr, beta.ptr, state.ptr];
    const work = n * heads * headDim * keyDim * 2;
    this.instance.run(
      'deltaRule',
      work,
      ...where,
      n,
      heads,
      keyHeads,
      Number(neighbours),
      headDim,
      keyDim,
      Number(plain),
      scale,
      Number(onePlace),
    );
  }

  /** Bytes of one panel in the working format (assembly/unpack.ts); f32 panels are worked on where they are. */
  private panelScratch({ kind, way, width, minimum }: Layout, cols: number): number {
    if (width === 0) return kind === 'f32' ? 0 : cols * 32;
    return (cols / width) * ((minimum ? 64 : 32) + width * (way === 'words' ? 16 : 8));
  }

  /** Address of that many bytes, not cleared; the memory grows when it must. Throws Problem out-of-memory. */
  private take(bytes: number): number {
    const { memory } = this.instance;
    const found = this.allocator.take(bytes);
    if (found !== undefined) return found;
    const now = memory.buffer.byteLength;
    const wanted = Math.max(alignUp(bytes), Math.min(GROWTH, now / 4));
    if (!this.grow(wanted) && !this.grow(alignUp(bytes))) {
      throw new Problem('out-of-memory', `${megabytes(bytes)} more do not fit beside the ${megabytes(now)} in use.`);
    }
    this.allocator.extend(memory.buffer.byteLength);
    return this.allocator.take(bytes)!;
  }

  /** Whether there are so many bytes more now. */
  private grow(bytes: number): boolean {
    try {
      return this.instance.memory.grow(Math.ceil(bytes / PAGE)) >= 0;
    } catch {
      return false;
    }
  }

  /** Address of scratch that is at least so long; what was in it is lost. */
  private atLeast(scratch: Scratch, bytes: number): number {
    if (scratch.bytes < bytes) {
      if (scratch.bytes > 0) this.allocator.give(scratch.ptr);
      scratch.bytes = 0; // if there is no room now, nothing is left to give back later
      scratch.ptr = this.take(bytes);
      scratch.bytes = bytes;
    }
    return scratch.ptr;
  }
}

/** Whether single rows can be multiplied from packed panels (assembly/tiles.mjs has such tiles). */
const readsPacked = ({ kind, single, width }: Layout): boolean => width === 0 || ROW_KINDS[single.way].includes(kind);

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
