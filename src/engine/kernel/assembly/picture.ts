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
 * columns of 8 queries and of KEYS keys, scores. Parts are whole rows of the picture, so that no cell is two threads'.
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
      for (let half: usize = 0; half < height; half += 4) {
        poolColumns(out, scores + (half << 2), stats + (query + half) * statStride, statStride, first - k0, seen, k1 - k0,
          query + half - q0, min(4, height - half), q1 - q0, rows, cols, mean);
      }
    }
  }
}

/** Pools scores[seen][4 of 8 queries], keys from column offset `first` of `width`, queries from row offset `row` of `tall`. */
function poolColumns(
  out: usize, scores: usize, stats: usize, statStride: usize, first: usize, seen: usize, width: usize, row: usize,
  height: usize, tall: usize, rows: usize, cols: usize, mean: bool,
): void {
  let max4 = f32x4.splat(0);
  let inverse = f32x4.splat(0);
  max4 = f32x4.replace_lane(max4, 0, load<f32>(stats));
  inverse = f32x4.replace_lane(inverse, 0, <f32>1 / load<f32>(stats, 4));
  if (height > 1) {
    max4 = f32x4.replace_lane(max4, 1, load<f32>(stats + statStride));
    inverse = f32x4.replace_lane(inverse, 1, <f32>1 / load<f32>(stats + statStride, 4));
  }
  if (height > 2) {
    max4 = f32x4.replace_lane(max4, 2, load<f32>(stats + (statStride << 1)));
    inverse = f32x4.replace_lane(inverse, 2, <f32>1 / load<f32>(stats + (statStride << 1), 4));
  }
  if (height > 3) {
    max4 = f32x4.replace_lane(max4, 3, load<f32>(stats + statStride * 3));
    inverse = f32x4.replace_lane(inverse, 3, <f32>1 / load<f32>(stats + statStride * 3, 4));
  }
  const least = leastExponent();
  for (let t: usize = 0; t < seen; ) {
    // All keys of one cell at once: column c holds keys from ⌈c·width/cols⌉ on.
    const column = ((first + t) * cols) / width;
    const next = min(seen, ((column + 1) * width + cols - 1) / cols - first);
    let pooled = v128.load(scores + (t << 5));
    if (mean) {
      pooled = weightOf(pooled, max4, least);
      for (t++; t < next; t++) pooled = f32x4.add(pooled, weightOf(v128.load(scores + (t << 5)), max4, least));
    } else {
      // The largest score has the largest weight: one exponential per cell does.
      for (t++; t < next; t++) pooled = f32x4.pmax(pooled, v128.load(scores + (t << 5)));
      pooled = weightOf(pooled, max4, least);
    }
    pooled = f32x4.mul(pooled, inverse);
    const cells = out + (column << 2);
    pool(cells, f32x4.extract_lane(pooled, 0), row, tall, rows, cols, mean);
    if (height > 1) pool(cells, f32x4.extract_lane(pooled, 1), row + 1, tall, rows, cols, mean);
    if (height > 2) pool(cells, f32x4.extract_lane(pooled, 2), row + 2, tall, rows, cols, mean);
    if (height > 3) pool(cells, f32x4.extract_lane(pooled, 3), row + 3, tall, rows, cols, mean);
  }
}

// @ts-ignore: decorator
@inline
function weightOf(score: v128, max4: v128, least: v128): v128 {
  const x = f32x4.sub(score, max4);
  return v128.andnot(exp4(x), f32x4.le(x, least));
}

// @ts-ignore: decorator
@inline
function pool(cells: usize, weight: f32, row: usize, tall: usize, rows: usize, cols: usize, mean: bool): void {
  const cell = cells + ((((row * rows) / tall) * cols) << 2);
  const old = load<f32>(cell);
  store<f32>(cell, mean ? old + weight : max(weight, old));
}
