/**
 * The kernel in scalar TypeScript: f32 storage, f64 sums, weights dequantised when they are used. It is what the fast
 * kernels are tested against, and what runs where WebAssembly SIMD is missing.
 * As long as the interface has operations: each is written out once.
 */
import { softmax } from '../../shared/softmax';
import { Problem } from '../../protocol/problem';
import { dequantize } from '../formats/dequantize';
import { refuseNotFinite } from '../formats/finite';
import { byteLengthOf, type GgmlType } from '../formats/ggmlTypes';
import {
  CLAMP,
  CUT,
  HEAD,
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
import { alibiSlope } from './alibi';
import { topIds } from './topIds';

/** Each array is a JavaScript array of its own; `ptr` only tells them apart. */
class ReferenceBuf implements Buf {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  constructor(
    readonly ptr: number,
    private readonly bytes: ArrayBuffer,
    private readonly offset: number,
    readonly length: number,
  ) {
    this.f32 = new Float32Array(bytes, offset, length);
    this.i32 = new Int32Array(bytes, offset, length);
  }
  slice(start: number, length: number): Buf {
    return new ReferenceBuf(this.ptr, this.bytes, this.offset + start * 4, length);
  }
}

class ReferenceMatrix implements Matrix {
  constructor(
    readonly type: GgmlType,
    readonly rows: number,
    readonly cols: number,
    readonly bytes: Uint8Array,
  ) {}
  get byteLength(): number {
    return this.bytes.byteLength;
  }
  /** Row r, dequantised into out[cols]. */
  readRow(r: number, out: Float32Array): void {
    const rowBytes = byteLengthOf(this.type, this.cols);
    dequantize(this.type, this.bytes.subarray(r * rowBytes, (r + 1) * rowBytes), out);
  }
}

export function createReferenceKernel(): Kernel {
  return new ReferenceKernel();
}

class ReferenceKernel implements Kernel {
  readonly name = 'reference';
  readonly threads = 1;
  readonly threadsLost = undefined;
  bytesInUse = 0;
  private nextPtr = 16;
  private readonly live = new Set<number>();

  close(): void {}

  reserve(): boolean {
    return true;
  }

  alloc(length: number): Buf {
    let bytes: ArrayBuffer;
    try {
      bytes = new ArrayBuffer(length * 4);
    } catch {
      throw new Problem('out-of-memory', `There is no memory for ${length * 4} more bytes.`);
    }
    const ptr = this.nextPtr;
    this.nextPtr += 16;
    this.live.add(ptr);
    this.bytesInUse += bytes.byteLength;
    return new ReferenceBuf(ptr, bytes, 0, length);
  }

  free(buf: Buf): void {
    if (!this.live.delete(buf.ptr)) throw new Error('This buffer was not allocated, or was freed before.');
    this.bytesInUse -= buf.length * 4;
  }

  loadMatrix(type: GgmlType, rows: number, cols: number, bytes: Uint8Array, tensor: string): Matrix {
    refuseNotFinite(type, bytes, tensor);
    const matrix = this.newMatrix(type, rows, cols);
    this.packRows(matrix, 0, bytes, tensor);
    return matrix;
  }

  newMatrix(type: GgmlType, rows: number, cols: number): Matrix {
    const bytes = new Uint8Array(this.matrixBytes(type, rows, cols));
    this.bytesInUse += bytes.byteLength;
    return new ReferenceMatrix(type, rows, cols, bytes);
  }

  packRows(matrix: Matrix, first: number, bytes: Uint8Array, tensor: string): void {
    refuseNotFinite(matrix.type, bytes, tensor);
    (matrix as ReferenceMatrix).bytes.set(bytes, first * byteLengthOf(matrix.type, matrix.cols));
  }

  matrixBytes(type: GgmlType, rows: number, cols: number): number {
    return rows * byteLengthOf(type, cols);
  }

  partOf(matrix: Matrix, first: number, rows: number): Matrix {
    const { type, cols, bytes: all } = matrix as ReferenceMatrix;
    const rowBytes = byteLengthOf(type, cols);
    const bytes = all.subarray(first * rowBytes, (first + rows) * rowBytes);
    return new ReferenceMatrix(type, rows, cols, bytes);
  }

  freeMatrix(matrix: Matrix): void {
    this.bytesInUse -= matrix.byteLength;
  }

  loadVector(type: GgmlType, length: number, bytes: Uint8Array, tensor: string): Buf {
    refuseNotFinite(type, bytes, tensor);
    const buf = this.alloc(length);
    dequantize(type, bytes, buf.f32);
    return buf;
  }

  allFinite(x: Buf, length: number): boolean {
    return x.f32.subarray(0, length).every(Number.isFinite);
  }

  /** Four rows of weights at a time: four sums that do not wait for one another, each in the order of its terms. */
  matmul(out: Buf, x: Buf, w: Matrix, n: number): void {
    const { rows, cols } = w;
    const [o, a] = [out.f32, x.f32];
    const weights = new Float32Array(4 * cols);
    const [w0, w1, w2, w3] = [0, 1, 2, 3].map((row) => weights.subarray(row * cols, (row + 1) * cols));
    for (let r = 0; r < rows; r += 4) {
      const together = Math.min(4, rows - r);
      for (let row = 0; row < together; row++) (w as ReferenceMatrix).readRow(r + row, [w0, w1, w2, w3][row]);
      for (let i = 0; i < n; i++) {
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let c = 0; c < cols; c++) {
          const value = a[i * cols + c];
          s0 += value * w0[c];
          s1 += value * w1[c];
          s2 += value * w2[c];
          s3 += value * w3[c];
        }
        const to = i * rows + r;
        o[to] = s0;
        if (together > 1) o[to + 1] = s1;
        if (together > 2) o[to + 2] = s2;
        if (together > 3) o[to + 3] = s3;
      }
    }
  }

  head(parts: Buf, out: Buf, x: Buf, w: Matrix, wanted: Buf, shape: HeadShape): void {
    const { n, words = w.rows, first = 0, scale = 1, bias, softCap = 0 } = shape;
    const logits = this.alloc(w.rows);
    try {
      for (let i = 0; i < n; i++) {
        this.matmul(logits, x.slice(i * w.cols, w.cols), w, 1);
        const row = inDouble(parts, i, words);
        logits.f32.forEach((logit, at) => {
          const shaped = logit * scale + (bias?.f32[first + at] ?? 0);
          row[first + at] = softCap ? softCap * Math.tanh(shaped / softCap) : shaped;
        });
        const id = wanted.i32[i];
        if (id >= first && id < first + w.rows) out.f32[i * HEAD.numbers + HEAD.wanted] = row[id];
      }
    } finally {
      this.free(logits);
    }
  }

  headMerge(parts: Buf, out: Buf, n: number, words: number): void {
    for (let i = 0; i < n; i++) writeHead(out.slice(i * HEAD.numbers, HEAD.numbers), inDouble(parts, i, words));
  }

  headNumbers(words: number): number {
    return 2 * words;
  }

  rows(out: Buf, w: Matrix, ids: Buf, n: number): void {
    const o = out.f32;
    for (let i = 0; i < n; i++) {
      (w as ReferenceMatrix).readRow(ids.i32[i], o.subarray(i * w.cols, (i + 1) * w.cols));
    }
  }

  rmsNorm(out: Buf, x: Buf, weight: Buf, n: number, d: number, eps: number): void {
    const [o, a, w] = [out.f32, x.f32, weight.f32];
    for (let i = 0; i < n; i++) {
      let squares = 0;
      for (let c = 0; c < d; c++) squares += a[i * d + c] * a[i * d + c];
      const inverse = 1 / Math.sqrt(squares / d + eps);
      for (let c = 0; c < d; c++) o[i * d + c] = a[i * d + c] * inverse * w[c];
    }
  }

  layerNorm(out: Buf, x: Buf, weight: Buf, bias: Buf | undefined, n: number, d: number, eps: number): void {
    const [o, a, w, b] = [out.f32, x.f32, weight.f32, bias?.f32];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += a[i * d + c];
      const mean = sum / d;
      let squares = 0;
      for (let c = 0; c < d; c++) squares += (a[i * d + c] - mean) ** 2;
      const inverse = 1 / Math.sqrt(squares / d + eps);
      for (let c = 0; c < d; c++) o[i * d + c] = (a[i * d + c] - mean) * inverse * w[c] + (b ? b[c] : 0);
    }
  }

  addBias(x: Buf, bias: Buf, n: number, d: number): void {
    const [a, b] = [x.f32, bias.f32];
    for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) a[i * d + c] += b[c];
  }

  copy(out: Buf, x: Buf, length: number): void {
    out.f32.set(x.f32.subarray(0, length));
  }

  add(x: Buf, y: Buf, length: number): void {
    const [a, b] = [x.f32, y.f32];
    for (let i = 0; i < length; i++) a[i] += b[i];
  }

  scale(x: Buf, factor: number, length: number): void {
    const a = x.f32;
    for (let i = 0; i < length; i++) a[i] *= factor;
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
    const [a, frequencies] = [x.f32, inverse.f32];
    const half = frequencies.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < half; j++) {
        const angle = (start + i) * frequencies[j];
        const [cos, sin] = [Math.cos(angle) * magnitude, Math.sin(angle) * magnitude];
        for (let h = 0; h < heads; h++) {
          const at = (i * heads + h) * headDim;
          const [p, q] = pairing === 'adjacent' ? [at + 2 * j, at + 2 * j + 1] : [at + j, at + j + half];
          const [u, v] = [a[p], a[q]];
          a[p] = u * cos - v * sin;
          a[q] = u * sin + v * cos;
        }
      }
    }
  }

  swiglu(gate: Buf, up: Buf, length: number): void {
    const [g, u] = [gate.f32, up.f32];
    for (let i = 0; i < length; i++) g[i] = (g[i] / (1 + Math.exp(-g[i]))) * u[i];
  }

  clampedSwiglu(gate: Buf, up: Buf, length: number): void {
    const [a, b] = [gate.f32, up.f32];
    for (let i = 0; i < length; i++) {
      const g = Math.min(a[i], CLAMP);
      const u = Math.min(CLAMP, Math.max(-CLAMP, b[i]));
      a[i] = (g / (1 + Math.exp(-1.702 * g))) * (u + 1);
    }
  }

  geglu(gate: Buf, up: Buf | undefined, length: number): void {
    const [g, u] = [gate.f32, up?.f32];
    for (let i = 0; i < length; i++) {
      const inner = Math.sqrt(2 / Math.PI) * (g[i] + 0.044715 * g[i] ** 3);
      g[i] = 0.5 * g[i] * (1 + Math.tanh(inner)) * (u ? u[i] : 1);
    }
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
      window,
      bothWays,
      softcap,
      alibi,
      sinks,
      cuts,
      own,
    } = shape;
    const [o, qs, st] = [out.f32, q.f32, stats.f32];
    const shared = { k: k.f32, v: v.f32 };
    const last = own ? { k: own.k.f32, v: own.v.f32 } : shared;
    const scores = new Float64Array(bothWays ?? start + n);
    const mixed = new Float64Array(headDim);
    for (let i = 0; i < n; i++) {
      for (let h = 0; h < heads; h++) {
        const kvHead = Math.floor(h / (heads / kvHeads));
        const row = (i * heads + h) * headDim;
        const position = own ? start : start + i;
        const query = (i * heads + h) * keyDim;
        // Which key t is in `shared` or, the row's own, in `last`.
        const at = (t: number): number => (own && t === position ? i : t) * kvHeads + kvHead;
        const partOf = (t: number): typeof shared => (t === position ? last : shared);
        const keys = bothWays ?? position + 1;
        const slope = alibi === undefined ? 0 : alibiSlope(h, heads, alibi);
        let max = -Infinity;
        for (let t = 0; t < keys; t++) {
          const hidden = isOutside(window, position, t) || isCut(cuts, h, position, t);
          const score = (): number => capped(dot(qs, query, partOf(t).k, at(t) * keyDim, keyDim) * scale, softcap);
          scores[t] = hidden ? -Infinity : score() - slope * Math.abs(position - t);
          max = Math.max(max, scores[t]);
        }
        if (max === -Infinity) {
          o.fill(0, row, row + headDim);
          st.set([sinks?.f32[h] ?? Infinity, 1], (i * heads + h) * 2);
          continue;
        }
        const sink = sinks?.f32[h] ?? -Infinity;
        max = Math.max(max, sink);
        let sum = Math.exp(sink - max);
        for (let t = 0; t < keys; t++) sum += scores[t] = Math.exp(scores[t] - max);
        mixed.fill(0);
        for (let t = 0; t < keys; t++) {
          const [weight, values, from] = [scores[t], partOf(t).v, at(t) * headDim];
          for (let c = 0; c < headDim; c++) mixed[c] += weight * values[from + c];
        }
        for (let c = 0; c < headDim; c++) o[row + c] = mixed[c] / sum;
        st[(i * heads + h) * 2] = max;
        st[(i * heads + h) * 2 + 1] = sum;
      }
    }
  }

  attentionTile(out: Buf, q: Buf, k: Buf, stats: Buf, tile: TileRequest): void {
    const {
      head,
      heads,
      kvHeads,
      headDim,
      keyDim = headDim,
      scale,
      window,
      bothWays,
      softcap,
      alibi,
      q0,
      q1,
      k0,
      k1,
      rows,
      cols,
      pool,
      cuts,
    } = tile;
    const [o, qs, ks, st] = [out.f32, q.f32, k.f32, stats.f32];
    const kvHead = Math.floor(head / (heads / kvHeads));
    o.fill(0, 0, rows * cols);
    const counts = new Uint32Array(rows * cols);
    const slope = alibi === undefined ? 0 : alibiSlope(head, heads, alibi);
    for (let i = q0; i < q1; i++) {
      const row = Math.floor(((i - q0) * rows) / (q1 - q0));
      const [max, sum] = [st[(i * heads + head) * 2], st[(i * heads + head) * 2 + 1]];
      for (let t = k0; t < k1; t++) {
        const cell = row * cols + Math.floor(((t - k0) * cols) / (k1 - k0));
        counts[cell]++;
        if ((t > i && !bothWays) || isOutside(window, i, t) || isCut(cuts, head, i, t)) continue;
        const score = dot(qs, (i * heads + head) * keyDim, ks, (t * kvHeads + kvHead) * keyDim, keyDim) * scale;
        const weight = Math.exp(capped(score, softcap) - slope * Math.abs(i - t) - max) / sum;
        o[cell] = pool === 'max' ? Math.max(o[cell], weight) : o[cell] + weight;
      }
    }
    if (pool === 'mean') counts.forEach((count, cell) => (o[cell] /= count));
  }

  sigmoidGate(x: Buf, gate: Buf, length: number): void {
    const [a, g] = [x.f32, gate.f32];
    for (let i = 0; i < length; i++) a[i] /= 1 + Math.exp(-g[i]);
  }

  convolve(out: Buf, x: Buf, tail: Buf, weight: Buf, shape: Parameters<Kernel['convolve']>[4]): void {
    const { n, channels, taps, onePlace, silu, bias } = shape;
    const [o, a, before, w] = [out.f32, x.f32, tail.f32, weight.f32];
    for (let t = 0; t < n; t++) {
      for (let c = 0; c < channels; c++) {
        let sum = bias?.f32[c] ?? 0;
        for (let i = 0; i < taps; i++) {
          const back = taps - 1 - i;
          const own = onePlace ? back === 0 : back <= t;
          sum +=
            w[c * taps + i] * (own ? a[(t - back) * channels + c] : before[((onePlace ? 0 : t) + i) * channels + c]);
        }
        o[t * channels + c] = silu ? sum / (1 + Math.exp(-sum)) : sum;
      }
    }
  }

  deltaRule(
    read: { out: Buf; q: Buf } | undefined,
    written: { k: Buf; v: Buf; decay: Buf; beta: Buf },
    state: Buf,
    { n, heads, keyHeads, neighbours, headDim: d, keyDim = d, plain = false, scale, onePlace }: DeltaShape,
  ): void {
    const [k, v, decay, beta] = [written.k.f32, written.v.f32, written.decay.f32, written.beta.f32];
    const before = state.f32.slice();
    for (let t = 0; t < n; t++) {
      if (onePlace) state.f32.set(before);
      for (let h = 0; h < heads; h++) {
        const keyHead = neighbours ? Math.floor((h * keyHeads) / heads) : h % keyHeads;
        const [key, value] = [(t * keyHeads + keyHead) * keyDim, (t * heads + h) * d];
        const [a, b] = [decay[t * heads + h], beta[t * heads + h]];
        for (let j = 0; j < d; j++) {
          const row = state.f32.subarray((h * d + j) * keyDim, (h * d + j + 1) * keyDim);
          const said = plain ? 0 : a * dot(row, 0, k, key, keyDim);
          const delta = (v[value + j] - said) * b;
          for (let i = 0; i < keyDim; i++) row[i] = a * row[i] + delta * k[key + i];
          if (read) read.out.f32[value + j] = dot(row, 0, read.q.f32, key, keyDim) * scale;
        }
      }
    }
    if (onePlace) state.f32.set(before);
  }

  route(logits: Buf, ids: Buf, weights: Buf, shape: RouterShape): void {
    const { n, experts, topK, renormalize } = shape;
    const [p, chosen, w] = [logits.f32, ids.i32, weights.f32];
    for (let i = 0; i < n; i++) {
      const row = p.subarray(i * experts, (i + 1) * experts);
      softmax(row);
      const order = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, topK);
      const total = renormalize ? order.reduce((sum, expert) => sum + row[expert], 0) : 1;
      order.forEach((expert, rank) => {
        chosen[i * topK + rank] = expert;
        w[i * topK + rank] = row[expert] / total;
      });
    }
  }

  gather(out: Buf, x: Buf, rowIds: Buf, n: number, d: number): void {
    for (let i = 0; i < n; i++) out.f32.set(x.f32.subarray(rowIds.i32[i] * d, (rowIds.i32[i] + 1) * d), i * d);
  }

  scatterAdd(out: Buf, x: Buf, rowIds: Buf, scales: Buf, n: number, d: number): void {
    const [o, a] = [out.f32, x.f32];
    for (let i = 0; i < n; i++) {
      const to = rowIds.i32[i] * d;
      for (let c = 0; c < d; c++) o[to + c] += scales.f32[i] * a[i * d + c];
    }
  }
}

/** A row's logits, kept until all words have come. */
const inDouble = ({ f32 }: Buf, row: number, words: number): Float64Array =>
  new Float64Array(f32.buffer, f32.byteOffset + row * words * 8, words);

/** One row of `head`, whose wanted logit is there already. */
function writeHead({ f32, i32 }: Buf, logits: Float64Array): void {
  const max = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const whole = logits.every(Number.isFinite);
  let [sum, weighted] = [0, 0];
  for (const logit of logits) {
    const weight = Math.exp(logit - max);
    sum += weight;
    weighted += weight * (logit - max);
  }
  f32[HEAD.logSumExp] = whole ? max + Math.log(sum) : NaN;
  f32[HEAD.entropy] = Math.max(0, Math.log(sum) - weighted / sum);
  f32[HEAD.logProbability] = f32[HEAD.wanted] - max - Math.log(sum);
  const ids = topIds(logits, HEAD_TOP);
  for (let k = 0; k < HEAD_TOP; k++) {
    f32[HEAD.top + k] = logits[ids[k]] ?? -Infinity;
    i32[HEAD.ids + k] = ids[k] ?? -1;
  }
}

/** Whether a key is too far back to be seen. */
const isOutside = (window: number | undefined, query: number, key: number): boolean =>
  window !== undefined && Math.abs(query - key) >= window;

const capped = (score: number, softcap: number | undefined): number =>
  softcap ? softcap * Math.tanh(score / softcap) : score;

/** Whether one of the cuts (EdgeCuts) hides this key from this query. */
function isCut(cuts: Buf | undefined, head: number, query: number, key: number): boolean {
  if (!cuts) return false;
  const c = cuts.i32;
  for (let at = 0; at < c.length; at += CUT) {
    const inside = [head, query, key].every((value, i) => value >= c[at + 2 * i] && value < c[at + 2 * i + 1]);
    if (inside) return true;
  }
  return false;
}

function dot(a: Float32Array, from: number, b: Float32Array, to: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[from + i] * b[to + i];
  return sum;
}
