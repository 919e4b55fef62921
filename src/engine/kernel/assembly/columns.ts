/**
 * Scores of eight queries against a block of keys, a column per query: what attention and its pictures are made of. Turned
 * that way, maxima and sums run down the lanes, and eight queries share every key that is read.
 */
import { exp4, madd, zeroFloats } from './simd';

/** Keys in a block. */
export const KEYS: usize = 64;

/** out[headDim][8] = scale · q of `rows` ≤ 8 queries, rowBytes apart; queries that there are not are 0. */
export function queriesToColumns(out: usize, q: usize, rows: usize, rowBytes: usize, headDim: usize, scale: f32): void {
  if (rows == 8) {
    turnFour(out, q, rowBytes, headDim, 32, scale);
    turnFour(out + 16, q + (rowBytes << 2), rowBytes, headDim, 32, scale);
    return;
  }
  zeroFloats(out, headDim << 5);
  for (let row: usize = 0; row < rows; row++) {
    const from = q + row * rowBytes;
    for (let i: usize = 0; i < headDim; i++) store<f32>(out + (i << 5) + (row << 2), load<f32>(from + (i << 2)) * scale);
  }
}

/** out[count / 4, rounded up][headDim][4] = k of `count` keys, `stride` bytes apart; keys that there are not are 0. */
export function keysToColumns(out: usize, k: usize, count: usize, stride: usize, headDim: usize): void {
  const fourBytes = headDim << 4;
  for (; count >= 4; count -= 4) {
    turnFour(out, k, stride, headDim, 16, 1);
    k += stride << 2;
    out += fourBytes;
  }
  if (count == 0) return;
  zeroFloats(out, fourBytes);
  for (let j: usize = 0; j < count; j++) {
    for (let i: usize = 0; i < headDim; i++) store<f32>(out + (i << 4) + (j << 2), load<f32>(k + (i << 2)));
    k += stride;
  }
}

/** out[length], `step` bytes apart: four rows of f32, `stride` bytes apart, as columns, scaled. */
function turnFour(out: usize, from: usize, stride: usize, length: usize, step: usize, scale: f32): void {
  const scale4 = f32x4.splat(scale);
  const from1 = from + stride;
  const from2 = from1 + stride;
  const from3 = from2 + stride;
  const whole = length & ~3;
  let i: usize = 0;
  for (; i < whole << 2; i += 16) {
    const a = f32x4.mul(v128.load(from + i), scale4);
    const b = f32x4.mul(v128.load(from1 + i), scale4);
    const c = f32x4.mul(v128.load(from2 + i), scale4);
    const d = f32x4.mul(v128.load(from3 + i), scale4);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i32>(ab, cd, 0, 1, 4, 5));
    v128.store(out + step, v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
    v128.store(out + step * 2, v128.shuffle<i32>(ab2, cd2, 0, 1, 4, 5));
    v128.store(out + step * 3, v128.shuffle<i32>(ab2, cd2, 2, 3, 6, 7));
    out += step << 2;
  }
  for (; i < length << 2; i += 4) {
    store<f32>(out, load<f32>(from + i) * scale);
    store<f32>(out, load<f32>(from1 + i) * scale, 4);
    store<f32>(out, load<f32>(from2 + i) * scale, 8);
    store<f32>(out, load<f32>(from3 + i) * scale, 12);
    out += step;
  }
}

/** scores[count][8] = keys · queries, both as columns; written up to the next multiple of four keys. */
export function scoreColumns(scores: usize, keys: usize, queries: usize, count: usize, headDim: usize): void {
  const end = scores + (count << 5);
  for (; scores < end; scores += 128) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let d0 = f32x4.splat(0);
    let d1 = f32x4.splat(0);
    let q = queries;
    const last = queries + (headDim << 5);
    do {
      const q0 = v128.load(q);
      const q1 = v128.load(q, 16);
      const x0 = v128.load32_splat(keys);
      a0 = madd(x0, q0, a0);
      a1 = madd(x0, q1, a1);
      const x1 = v128.load32_splat(keys, 4);
      b0 = madd(x1, q0, b0);
      b1 = madd(x1, q1, b1);
      const x2 = v128.load32_splat(keys, 8);
      c0 = madd(x2, q0, c0);
      c1 = madd(x2, q1, c1);
      const x3 = v128.load32_splat(keys, 12);
      d0 = madd(x3, q0, d0);
      d1 = madd(x3, q1, d1);
      keys += 16;
      q += 32;
    } while (q < last);
    v128.store(scores, a0);
    v128.store(scores, a1, 16);
    v128.store(scores, b0, 32);
    v128.store(scores, b1, 48);
    v128.store(scores, c0, 64);
    v128.store(scores, c1, 80);
    v128.store(scores, d0, 96);
    v128.store(scores, d1, 112);
  }
}

/** scores[length] = cap · tanh(score / cap); −∞ stays. length: a multiple of 4. */
export function capScores(scores: usize, length: usize, cap: f32): void {
  const cap4 = f32x4.splat(cap);
  const two = f32x4.splat(<f32>2 / cap);
  const one = f32x4.splat(1);
  for (const end = scores + (length << 2); scores < end; scores += 16) {
    const s = v128.load(scores);
    const tanh = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(one, exp4(f32x4.mul(s, two)))));
    const capped = f32x4.mul(cap4, tanh);
    v128.store(scores, v128.bitselect(capped, s, f32x4.gt(s, f32x4.splat(-Infinity))));
  }
}

/**
 * scores[count][8] lose `slope` for each position between query and key: keys from position `first` on, queries from `query` on,
 * `step` positions apart. Positions are exact up to 2^24.
 */
export function biasColumns(scores: usize, first: usize, count: usize, query: usize, step: usize, slope: f32): void {
  const slope4 = f32x4.splat(slope);
  const one = f32x4.splat(1);
  const apart = f32x4.splat(<f32>step);
  const low = f32x4.add(f32x4.splat(<f32>query), f32x4.mul(apart, f32x4(0, 1, 2, 3)));
  const high = f32x4.add(low, f32x4.mul(apart, f32x4.splat(4)));
  let key = f32x4.splat(<f32>first);
  for (const end = scores + (count << 5); scores < end; scores += 32) {
    v128.store(scores, f32x4.sub(v128.load(scores), f32x4.mul(slope4, f32x4.abs(f32x4.sub(low, key)))));
    v128.store(scores, f32x4.sub(v128.load(scores, 16), f32x4.mul(slope4, f32x4.abs(f32x4.sub(high, key)))), 16);
    key = f32x4.add(key, one);
  }
}

/** The same for one query's scores[count], written up to the next multiple of four; −∞ stays. */
export function biasRow(scores: usize, first: usize, count: usize, query: usize, slope: f32): void {
  const slope4 = f32x4.splat(slope);
  const four = f32x4.splat(4);
  let apart = f32x4.sub(f32x4.splat(<f32>query - <f32>first), f32x4(0, 1, 2, 3));
  for (const end = scores + (count << 2); scores < end; scores += 16) {
    v128.store(scores, f32x4.sub(v128.load(scores), f32x4.mul(slope4, f32x4.abs(apart))));
    apart = f32x4.sub(apart, four);
  }
}

/** The first position that a query at `position` sees. */
export function firstSeen(position: usize, window: usize): usize {
  return window && position >= window ? position + 1 - window : 0;
}

/** Behind the last position that a query at `position` sees; `keys`: of how many, where it sees later ones (0: it does not). */
export function lastSeen(position: usize, window: usize, keys: usize): usize {
  if (!keys) return position + 1;
  return window ? min(keys, position + window) : keys;
}

/**
 * Scores that may not be seen become −∞. scores[count][8]: keys from position `first` on, queries from `query` on,
 * `step` positions apart (1, or 0: all at `query`, whose own key is elsewhere). window 0: all earlier keys are seen, and with
 * `keys` (not 0) later ones, too.
 * cuts: i32 [cutCount][6], as in kernel.ts.
 */
export function maskColumns(
  scores: usize, first: usize, count: usize, query: usize, step: usize, window: usize, keys: usize, head: usize,
  cuts: usize, cutCount: usize,
): void {
  for (let row: usize = 0; row < 8; row++) {
    const position = query + row * step;
    const seen = lastSeen(position, window, keys);
    const from = min(firstSeen(position, window), first + count);
    for (let key = first; key < from; key++) store<f32>(scores + ((key - first) << 5) + (row << 2), -Infinity);
    for (let key = max(first, seen); key < first + count; key++) {
      store<f32>(scores + ((key - first) << 5) + (row << 2), -Infinity);
    }
    if (!step && position >= first && position < first + count) {
      store<f32>(scores + ((position - first) << 5) + (row << 2), -Infinity);
    }
    if (cutCount) hideCut(scores + (row << 2), 32, first, count, position, head, cuts, cutCount);
  }
}

/** The same for one query's scores, `step` bytes apart, and cuts alone. */
export function hideCut(
  scores: usize, step: usize, first: usize, count: usize, query: usize, head: usize, cuts: usize, cutCount: usize,
): void {
  for (const end = cuts + cutCount * 24; cuts < end; cuts += 24) {
    if (head < load<u32>(cuts) || head >= load<u32>(cuts, 4)) continue;
    if (query < load<u32>(cuts, 8) || query >= load<u32>(cuts, 12)) continue;
    const from = max(first, load<u32>(cuts, 16));
    const to = min(first + count, load<u32>(cuts, 20));
    for (let key = from; key < to; key++) store<f32>(scores + (key - first) * step, -Infinity);
  }
}
