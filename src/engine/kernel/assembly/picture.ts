/** A picture of one head's weights, from kept queries, keys, maxima and sums. */
import { KEYS, biasColumns, capScores, firstSeen, keysToColumns, lastSeen, maskColumns, queriesToColumns, scoreColumns } from './columns';
import { claim, threadIndex } from './jobs';
import { exp4, leastExponent, zeroFloats } from './simd';

/** Queries that a part of a picture has at least, so that turning its keys is little beside them. */
const LEAST: usize = 32;

/**
 * out[rows][cols]: weights of queries [q0, q1) and keys [k0, k1) of one head, pooled by maximum
 * (mean = false) or summed (mean = true; the caller divides). q and k point to the head's first row; strides in bytes;
 * slope: the head's (alibi.ts), 0 for none; stats points to the head's first pair, `statStride` bytes apart. scratch: scratchBytes per thread, for
 * columns of 8 queries and of KEYS keys, scores, and what poolColumns works in. Parts are whole rows of the picture, so that no cell is two threads'.
 */
export function attentionTile(
  out: usize, q: usize, k: usize, stats: usize, qStride: usize, kStride: usize, statStride: usize, headDim: usize,
  scale: f32, window: usize, bothWays: bool, cap: f32, slope: f32, q0: usize, q1: usize, k0: usize, k1: usize, rows: usize, cols: usize, mean: bool,
  head: usize, cuts: usize, cutCount: usize, scratch: usize, scratchBytes: usize,
): void {
  const tall = q1 - q0;
  const each = max<usize>(1, (LEAST * rows) / tall);
  const parts = (rows + each - 1) / each;
  for (let part = claim(); part < parts; part = claim()) {
    // The last rows see the most keys, and are begun first.
    const row = (parts - 1 - part) * each;
    const end = min(rows, row + each);
    zeroFloats(out + ((row * cols) << 2), ((end - row) * cols) << 2);
    const from = q0 + (row * tall + rows - 1) / rows;
    const until = q0 + (end * tall + rows - 1) / rows;
    tilePart(out, q, k, stats, qStride, kStride, statStride, headDim, scale, window, bothWays, cap, slope, q0, q1, from, until, k0, k1, rows, cols, mean, head, cuts, cutCount, scratch + threadIndex() * scratchBytes);
  }
}

/** The queries [from, until) of it. */
function tilePart(
  out: usize, q: usize, k: usize, stats: usize, qStride: usize, kStride: usize, statStride: usize, headDim: usize,
  scale: f32, window: usize, bothWays: bool, cap: f32, slope: f32, q0: usize, q1: usize, from: usize, until: usize, k0: usize, k1: usize,
  rows: usize, cols: usize, mean: bool, head: usize, cuts: usize, cutCount: usize, scratch: usize,
): void {
  const columns = scratch;
  const queries = columns + ((KEYS * headDim) << 2);
  const scores = queries + (headDim << 5);
  const keys: usize = bothWays ? k1 : 0;
  const end = bothWays ? k1 : min(k1, until);
  for (let first = k0; first < end; first += KEYS) {
    const count = min(KEYS, end - first);
    keysToColumns(columns, k + first * kStride, count, kStride, headDim);
    // Queries before the first key see none of the block, unless they see later ones.
    for (let query = bothWays ? from : max(from, first); query < until; query += 8) {
      if (first + count <= firstSeen(query, window)) continue;
      const height = min(8, until - query);
      const last = lastSeen(query + 7, window, keys);
      if (first >= last) continue;
      const seen = min(count, last - first);
      queriesToColumns(queries, q + query * qStride, height, qStride, headDim, scale);
      scoreColumns(scores, columns, queries, seen, headDim);
      if (cap) capScores(scores, seen << 3, cap);
      if (slope) biasColumns(scores, first, seen, query, 1, slope);
      if ((!bothWays && first + seen > query) || cutCount || window) maskColumns(scores, first, seen, query, 1, window, keys, head, cuts, cutCount);
      poolColumns(out, scores, stats + query * statStride, statStride, first - k0, seen, k1 - k0, query - q0, height, q1 - q0, rows, cols, mean, scores + (KEYS << 5));
    }
  }
}

/**
 * Pools scores[seen][8 queries], keys from column offset `first` of `width`, `height` queries from row offset `row` of `tall`.
 * scratch: maxima, inverse sums and weights of the eight. Two vectors side by side, which V8 can join where they are stored.
 */
function poolColumns(
  out: usize, scores: usize, stats: usize, statStride: usize, first: usize, seen: usize, width: usize, row: usize,
  height: usize, tall: usize, rows: usize, cols: usize, mean: bool, scratch: usize,
): void {
  const weights = scratch + 64;
  for (let r: usize = 0; r < 8; r++) {
    const is = r < height;
    store<f32>(scratch + (r << 2), is ? load<f32>(stats + r * statStride) : 0);
    store<f32>(scratch + (r << 2), is ? <f32>1 / load<f32>(stats + r * statStride, 4) : 0, 32);
  }
  const top = (row * rows) / tall;
  // Rows of one cell's height at most: their largest weight is all that is kept of them.
  const together = !mean && ((row + height - 1) * rows) / tall == top;
  const max0 = v128.load(scratch);
  const max1 = v128.load(scratch, 16);
  const inverse0 = v128.load(scratch, 32);
  const inverse1 = v128.load(scratch, 48);
  const least = leastExponent();
  for (let t: usize = 0; t < seen; ) {
    // All keys of one cell at once: column c holds keys from ⌈c·width/cols⌉ on.
    const column = ((first + t) * cols) / width;
    const end = scores + (min(seen, ((column + 1) * width + cols - 1) / cols - first) << 5);
    let at = scores + (t << 5);
    let pooled0 = v128.load(at);
    let pooled1 = v128.load(at, 16);
    if (mean) {
      pooled0 = weightOf(pooled0, max0, least);
      pooled1 = weightOf(pooled1, max1, least);
      for (at += 32; at < end; at += 32) {
        pooled0 = f32x4.add(pooled0, weightOf(v128.load(at), max0, least));
        pooled1 = f32x4.add(pooled1, weightOf(v128.load(at, 16), max1, least));
      }
    } else {
      // The largest score has the largest weight: one exponential per cell does.
      for (at += 32; at < end; at += 32) {
        pooled0 = f32x4.pmax(pooled0, v128.load(at));
        pooled1 = f32x4.pmax(pooled1, v128.load(at, 16));
      }
      pooled0 = weightOf(pooled0, max0, least);
      pooled1 = weightOf(pooled1, max1, least);
    }
    t = (at - scores) >> 5;
    v128.store(weights, f32x4.mul(pooled0, inverse0));
    v128.store(weights, f32x4.mul(pooled1, inverse1), 16);
    const cells = out + (column << 2);
    if (together) {
      pool(cells + ((top * cols) << 2), largest(f32x4.max(v128.load(weights), v128.load(weights, 16))), false);
    } else {
      for (let r: usize = 0; r < height; r++) {
        pool(cells + (((((row + r) * rows) / tall) * cols) << 2), load<f32>(weights + (r << 2)), mean);
      }
    }
  }
}

/** Of four; NaN where one is. */
// @ts-ignore: decorator
@inline
function largest(v: v128): f32 {
  v = f32x4.max(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  v = f32x4.max(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return f32x4.extract_lane(v, 0);
}

// @ts-ignore: decorator
@inline
function weightOf(score: v128, max4: v128, least: v128): v128 {
  const x = f32x4.sub(score, max4);
  return v128.andnot(exp4(x), f32x4.le(x, least));
}

// @ts-ignore: decorator
@inline
function pool(cell: usize, weight: f32, mean: bool): void {
  const old = load<f32>(cell);
  store<f32>(cell, mean ? old + weight : max(weight, old));
}
