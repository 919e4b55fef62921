/**
 * Grouped-query attention, causal or both ways, without ever holding a row of weights per query and key. Eight queries and more go block
 * by block (attendBlock), fewer row by row (attendRow); both by online softmax (Milakov & Gimelshein 2018): what was summed
 * is scaled down when the maximum rises.
 */
import { KEYS, biasColumns, biasRow, capScores, firstSeen, hideCut, lastSeen, keysToColumns, maskColumns, queriesToColumns, scoreColumns } from './columns';
import { claim, threadIndex } from './jobs';
import { dotLanes, exp1, exp4, leastExponent, madd, maxLanes, sumFour, sumLanes, zeroFloats } from './simd';

/** Queries that share the work of turning a block of keys. */
const QUERIES: usize = 64;
/** Keys whose scores a single row holds at a time. */
const BLOCK: usize = 128;

/**
 * q[n][heads][keyDim] at positions start …; k [start + n, or bothWays][kvHeads][keyDim], v the same of headDim; out[n][heads][headDim];
 * stats[n][heads][2] gets each row's maximum and sum. cuts: i32 [cutCount][6] as in kernel.ts. ownK, ownV: 0, or as k and v
 * of n rows that all stand at `start` and see other positions' keys and their own. window, bothWays and cap as in kernel.ts, 0
 * for none;
 * sinks and slopes (alibi.ts): 0, or f32 [heads]. scratch: scratchBytes per thread (wasm.ts says how many).
 */
export function attention(
  out: usize, q: usize, k: usize, v: usize, stats: usize, n: usize, start: usize, heads: usize, kvHeads: usize,
  keyDim: usize, headDim: usize, scale: f32, window: usize, bothWays: usize, cap: f32, cuts: usize, cutCount: usize, ownK: usize,
  ownV: usize, sinks: usize, slopes: usize, scratch: usize, scratchBytes: usize,
): void {
  const group = heads / kvHeads;
  const mine = scratch + threadIndex() * scratchBytes;
  const qBytes = (heads * keyDim) << 2;
  const outBytes = (heads * headDim) << 2;
  const kStride = (kvHeads * keyDim) << 2;
  const vStride = (kvHeads * headDim) << 2;
  if (n < 8 || (keyDim | headDim) & 7) {
    for (let row = claim(); row < n; row = claim()) {
      const statsAt = stats + ((row * heads) << 3);
      const rowK = ownK ? ownK + row * kStride : 0;
      const position = ownK ? start : start + row;
      attendRow(out + row * outBytes, q + row * qBytes, k, v, statsAt, position, rowK, ownV + row * vStride, heads, group, keyDim, headDim, kStride, vStride, scale, window, bothWays, cap, cuts, cutCount, sinks, slopes, mine);
    }
    return;
  }
  const blocks = (n + QUERIES - 1) / QUERIES;
  const parts = blocks * heads;
  for (let part = claim(); part < parts; part = claim()) {
    // The last queries see the most keys: they are begun first, so that no thread is left with them alone at the end.
    const first = (blocks - 1 - part / heads) * QUERIES;
    const head = part % heads;
    const outAt = out + first * outBytes + ((head * headDim) << 2);
    const qAt = q + first * qBytes + ((head * keyDim) << 2);
    const kOffset = ((head / group) * keyDim) << 2;
    const vOffset = ((head / group) * headDim) << 2;
    const rows = min(QUERIES, n - first);
    const statsAt = stats + ((first * heads + head) << 3);
    const rowK = ownK ? ownK + first * kStride + kOffset : 0;
    const rowV = ownV + first * vStride + vOffset;
    const position = ownK ? start : start + first;
    attendBlock(outAt, qAt, k + kOffset, v + vOffset, statsAt, rows, position, rowK, rowV, qBytes, outBytes, kStride, vStride, heads << 3, keyDim, headDim, scale, window, bothWays, cap, head, cuts, cutCount, sinks ? load<f32>(sinks + (head << 2)) : -Infinity, slopes ? load<f32>(slopes + (head << 2)) : 0, mine);
  }
}

/**
 * `rows` queries from position `position` on, or all at it with keys and values of their own (ownK not 0), one head.
 * Scratch: q columns, mixed values, one block's keys and weights.
 */
function attendBlock(
  out: usize, q: usize, k: usize, v: usize, stats: usize, rows: usize, position: usize, ownK: usize, ownV: usize,
  qBytes: usize, outBytes: usize, kStride: usize, vStride: usize, statStride: usize, keyDim: usize, headDim: usize,
  scale: f32, window: usize, bothWays: usize, cap: f32, head: usize, cuts: usize, cutCount: usize, sink: f32, slope: f32, scratch: usize,
): void {
  const step: usize = ownK ? 0 : 1; // positions from one row to the next
  const tiles = (rows + 7) >> 3;
  const queryBytes = keyDim << 5; // 8 rows
  const tileBytes = headDim << 5;
  const maxima = scratch; // f32 [QUERIES], then sums
  const queries = maxima + (QUERIES << 3);
  const mixed = queries + tiles * queryBytes; // [QUERIES][headDim]
  const keys = mixed + tiles * tileBytes; // [KEYS / 4][keyDim][4]
  const weights = keys + ((KEYS * keyDim) << 2); // [KEYS][8 queries]
  for (let t: usize = 0; t < tiles; t++) {
    queriesToColumns(queries + t * queryBytes, q + ((t * qBytes) << 3), min(8, rows - (t << 3)), qBytes, keyDim, scale);
    for (let i: usize = 0; i < 32; i += 16) {
      v128.store(maxima + (t << 5) + i, f32x4.splat(-Infinity));
      v128.store(maxima + (QUERIES << 2) + (t << 5) + i, f32x4.splat(0));
    }
  }
  zeroFloats(mixed, tiles * tileBytes);
  const total = bothWays ? lastSeen(position + (rows - 1) * step, window, bothWays) : position + rows * step;
  for (let first = firstSeen(position, window); first < total; first += KEYS) {
    const count = min(KEYS, total - first);
    keysToColumns(keys, k + first * kStride, count, kStride, keyDim);
    for (let t: usize = 0; t < tiles; t++) {
      const query = position + (t << 3) * step; // of the tile's first row
      const end = lastSeen(query + 7 * step, window, bothWays);
      if (first >= end || first + count <= firstSeen(query, window)) continue;
      const seen = min(count, end - first);
      scoreColumns(weights, keys, queries + t * queryBytes, seen, keyDim);
      if (cap) capScores(weights, seen << 3, cap);
      if (slope) biasColumns(weights, first, seen, query, step, slope);
      maskColumns(weights, first, seen, query, step, window, bothWays, head, cuts, cutCount);
      weighColumns(weights, seen, maxima + (t << 5), maxima + (QUERIES << 2) + (t << 5), mixed + t * tileBytes, headDim);
      mixColumns(mixed + t * tileBytes, weights, v + first * vStride, seen, vStride, headDim);
      mixColumns(mixed + t * tileBytes + (tileBytes >> 1), weights + 16, v + first * vStride, seen, vStride, headDim);
    }
  }
  for (let row: usize = 0; row < rows; row++) {
    if (ownK) {
      const maximum = maxima + (row << 2);
      const mixedRow = mixed + ((row * headDim) << 2);
      attendOwn(q + row * qBytes, ownK, ownV, mixedRow, maximum, maximum + (QUERIES << 2), keyDim, headDim, scale, cap, position, head, cuts, cutCount, weights);
      ownK += kStride;
      ownV += vStride;
    }
    finishRow(out + row * outBytes, mixed + ((row * headDim) << 2), stats + row * statStride, maxima + (row << 2), sink, headDim);
  }
}

/** One head of a row also sees the key and value that are its own, no position away. scores: room for four. */
function attendOwn(
  q: usize, k: usize, v: usize, mixed: usize, maximum: usize, sum: usize, keyDim: usize, headDim: usize, scale: f32,
  cap: f32, position: usize, head: usize, cuts: usize, cutCount: usize, scores: usize,
): void {
  const score = sumLanes(dotLanes(q, k, keyDim)) * scale;
  v128.store(scores, f32x4.replace_lane(f32x4.splat(-Infinity), 0, score));
  if (cap) capScores(scores, 4, cap);
  if (cutCount) hideCut(scores, 4, position, 1, position, head, cuts, cutCount);
  weighRow(scores, 1, maximum, sum, mixed, headDim);
  mixRow(mixed, scores, v, 1, 1, 1, headDim, 0);
}

/** Mixed values divided by the row's sum; maximum and sum to stats. */
function finishRow(out: usize, mixed: usize, stats: usize, maximum: usize, sink: f32, headDim: usize): void {
  const sum = load<f32>(maximum + (QUERIES << 2));
  if (sum == 0) {
    nothingSeen(out, stats, sink, headDim);
    return;
  }
  const inverse = f32x4.splat(withSink(stats, load<f32>(maximum), sum, sink));
  for (const end = mixed + (headDim << 2); mixed < end; mixed += 16) {
    v128.store(out, f32x4.mul(v128.load(mixed), inverse));
    out += 16;
  }
}

/** Maximum and sum to stats, a sink's score (−∞: none) among them; what the mixed values are to be multiplied by. */
function withSink(stats: usize, max: f32, sum: f32, sink: f32): f32 {
  const most = Mathf.max(max, sink);
  const shrink: f32 = sink > max ? exp1(max - sink) : 1;
  if (sink > -Infinity) sum = sum * shrink + exp1(sink - most);
  store<f32>(stats, most);
  store<f32>(stats, sum, 4);
  return shrink / sum;
}

/** Every key is cut: the output is 0, and a sink has all, or +∞ as the maximum makes every weight that is read later 0. */
function nothingSeen(out: usize, stats: usize, sink: f32, headDim: usize): void {
  zeroFloats(out, headDim << 2);
  store<f32>(stats, sink > -Infinity ? sink : Infinity);
  store<f32>(stats + 4, 1);
}

/**
 * Scores [count][8 queries] become e^(score − maximum); maxima and sums (8 each) are brought up to date, and what was
 * mixed so far [8][headDim] is scaled down where a maximum rose.
 */
function weighColumns(weights: usize, count: usize, maxima: usize, sums: usize, mixed: usize, headDim: usize): void {
  // Two vectors side by side, which V8 can join.
  const end = weights + (count << 5);
  const old0 = v128.load(maxima);
  const old1 = v128.load(maxima, 16);
  let max0 = old0;
  let max1 = old1;
  for (let at = weights; at < end; at += 32) {
    max0 = f32x4.pmax(max0, v128.load(at));
    max1 = f32x4.pmax(max1, v128.load(at, 16));
  }
  if (v128.any_true(v128.or(f32x4.ne(old0, max0), f32x4.ne(old1, max1)))) {
    v128.store(maxima, shrinkFrom(old0, max0));
    v128.store(maxima, shrinkFrom(old1, max1), 16);
    for (let r: usize = 0; r < 8; r++) {
      const shrink = load<f32>(maxima + (r << 2));
      store<f32>(sums + (r << 2), load<f32>(sums + (r << 2)) * shrink);
      scaleRow(mixed + ((r * headDim) << 2), shrink, headDim);
    }
    v128.store(maxima, max0);
    v128.store(maxima, max1, 16);
  }
  const base0 = finiteMaximum(max0);
  const base1 = finiteMaximum(max1);
  let sum0 = v128.load(sums);
  let sum1 = v128.load(sums, 16);
  const least = leastExponent();
  for (let at = weights; at < end; at += 32) {
    const x0 = f32x4.sub(v128.load(at), base0);
    const x1 = f32x4.sub(v128.load(at, 16), base1);
    // exp4 ends at e^−87; what is below counts as nothing, a masked lane above all. NaN is kept, and makes the row NaN.
    const weight0 = v128.andnot(exp4(x0), f32x4.le(x0, least));
    const weight1 = v128.andnot(exp4(x1), f32x4.le(x1, least));
    sum0 = f32x4.add(sum0, weight0);
    sum1 = f32x4.add(sum1, weight1);
    v128.store(at, weight0);
    v128.store(at, weight1, 16);
  }
  v128.store(sums, sum0);
  v128.store(sums, sum1, 16);
}

/** A row that has seen nothing yet keeps −∞ as its maximum; 0 in its place keeps NaN out. */
// @ts-ignore: decorator
@inline
function finiteMaximum(max: v128): v128 {
  return v128.bitselect(max, f32x4.splat(0), f32x4.gt(max, f32x4.splat(-Infinity)));
}

/** What was summed by another maximum is multiplied by it; where nothing had been seen, by 0. */
// @ts-ignore: decorator
@inline
function shrinkFrom(old: v128, max: v128): v128 {
  return v128.and(exp4(f32x4.sub(old, finiteMaximum(max))), f32x4.gt(old, f32x4.splat(-Infinity)));
}

/** mixed[4][headDim] += Σ weights[t][4 of 8 queries] · v[t]; headDim is a multiple of 8. */
function mixColumns(mixed: usize, weights: usize, v: usize, count: usize, stride: usize, headDim: usize): void {
  const m1 = headDim << 2;
  const m2 = m1 << 1;
  const m3 = m2 + m1;
  for (const end = mixed + m1; mixed < end; mixed += 32) {
    let a0 = v128.load(mixed);
    let a1 = v128.load(mixed, 16);
    let b0 = v128.load(mixed + m1);
    let b1 = v128.load(mixed + m1, 16);
    let c0 = v128.load(mixed + m2);
    let c1 = v128.load(mixed + m2, 16);
    let d0 = v128.load(mixed + m3);
    let d1 = v128.load(mixed + m3, 16);
    let w = weights;
    let from = v;
    const last = weights + (count << 5);
    do {
      const v0 = v128.load(from);
      const v1 = v128.load(from, 16);
      const x0 = v128.load32_splat(w);
      a0 = madd(x0, v0, a0);
      a1 = madd(x0, v1, a1);
      const x1 = v128.load32_splat(w, 4);
      b0 = madd(x1, v0, b0);
      b1 = madd(x1, v1, b1);
      const x2 = v128.load32_splat(w, 8);
      c0 = madd(x2, v0, c0);
      c1 = madd(x2, v1, c1);
      const x3 = v128.load32_splat(w, 12);
      d0 = madd(x3, v0, d0);
      d1 = madd(x3, v1, d1);
      w += 32;
      from += stride;
    } while (w < last);
    v128.store(mixed, a0);
    v128.store(mixed, a1, 16);
    v128.store(mixed + m1, b0);
    v128.store(mixed + m1, b1, 16);
    v128.store(mixed + m2, c0);
    v128.store(mixed + m2, c1, 16);
    v128.store(mixed + m3, d0);
    v128.store(mixed + m3, d1, 16);
    v += 32;
  }
}

/**
 * One query at `position`, its own key and value at ownK and ownV or (0) in k and v; `heads` heads of which `group` share a
 * key's part. Key by key and all heads of a key at once: their parts lie side by side, and memory is read fastest in a row.
 * scratch: v128 partials [heads][4], f32 scores [heads][BLOCK], maxima
 * [heads], sums [heads].
 */
function attendRow(
  out: usize, q: usize, k: usize, v: usize, stats: usize, position: usize, ownK: usize, ownV: usize,
  heads: usize, group: usize, keyDim: usize, headDim: usize, kStride: usize, vStride: usize, scale: f32, window: usize, bothWays: usize,
  cap: f32, cuts: usize, cutCount: usize, sinks: usize, slopes: usize, scratch: usize,
): void {
  const headBytes = headDim << 2;
  const maxima = scratch + (heads << 6) + heads * (BLOCK << 2);
  const sums = maxima + (heads << 2);
  zeroFloats(out, heads * headBytes);
  for (let h: usize = 0; h < heads; h++) {
    store<f32>(maxima + (h << 2), -Infinity);
    store<f32>(sums + (h << 2), 0);
  }
  const end = lastSeen(position, window, bothWays);
  let first = firstSeen(position, window);
  while (first < end) {
    if (ownK && first == position) {
      first++; // its own key is not among the others'
      continue;
    }
    const until = ownK && first < position ? position : end;
    const count = min(BLOCK, until - first);
    attendKeys(out, q, k + first * kStride, v + first * vStride, first, count, position, heads, group, keyDim, headDim, kStride, vStride, scale, cap, cuts, cutCount, slopes, scratch);
    first += count;
  }
  if (ownK) attendKeys(out, q, ownK, ownV, position, 1, position, heads, group, keyDim, headDim, kStride, vStride, scale, cap, cuts, cutCount, slopes, scratch);
  for (let h: usize = 0; h < heads; h++) {
    const sum = load<f32>(sums + (h << 2));
    const sink: f32 = sinks ? load<f32>(sinks + (h << 2)) : -Infinity;
    if (sum == 0) {
      nothingSeen(out, stats, sink, headDim);
    } else {
      scaleRow(out, withSink(stats, load<f32>(maxima + (h << 2)), sum, sink), headDim);
    }
    out += headBytes;
    stats += 8;
  }
}

/** `count` keys and values, the first of position `first`, of attendRow's query. */
function attendKeys(
  out: usize, q: usize, k: usize, v: usize, first: usize, count: usize, position: usize, heads: usize, group: usize,
  keyDim: usize, headDim: usize, kStride: usize, vStride: usize, scale: f32, cap: f32, cuts: usize, cutCount: usize,
  slopes: usize, scratch: usize,
): void {
  const rows = scratch + (heads << 6);
  const maxima = rows + heads * (BLOCK << 2);
  const sums = maxima + (heads << 2);
  scoreRow(rows, scratch, q, k, count, heads, group, keyDim, kStride, scale);
  for (let h: usize = 0; h < heads; h++) {
    const scores = rows + h * (BLOCK << 2);
    if (cap) capScores(scores, (count + 3) & ~3, cap);
    if (slopes) biasRow(scores, first, count, position, load<f32>(slopes + (h << 2)));
    if (cutCount) hideCut(scores, 4, first, count, position, h, cuts, cutCount);
    weighRow(scores, count, maxima + (h << 2), sums + (h << 2), out + h * (headDim << 2), headDim);
  }
  mixRow(out, rows, v, count, heads, group, headDim, vStride);
}

/**
 * scores[heads][count of BLOCK] = scale · q·k; missing lanes of the last four are −∞. partials: v128 [heads][4 keys], the
 * lanes of a product before they are added up.
 */
function scoreRow(
  scores: usize, partials: usize, q: usize, k: usize, count: usize, heads: usize, group: usize,
  keyDim: usize, stride: usize, scale: f32,
): void {
  const scale4 = f32x4.splat(scale);
  const headBytes = keyDim << 2;
  for (let t: usize = 0; t < count; t += 4) {
    for (let i: usize = 0; i < 4; i++) {
      let h: usize = 0;
      for (let part = k; h < heads; part += headBytes) {
        for (const last = h + group; h < last; h++) {
          const lanes = t + i < count ? dotLanes(q + h * headBytes, part, keyDim) : f32x4.splat(-Infinity);
          v128.store(partials + (((h << 2) + i) << 4), lanes);
        }
      }
      k += stride;
    }
    for (let h: usize = 0; h < heads; h++) {
      const at = partials + (h << 6);
      const four = sumFour(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48));
      v128.store(scores + ((h * BLOCK + t) << 2), f32x4.mul(four, scale4));
    }
  }
}

/**
 * One head's scores become e^(score − maximum), lanes that were −∞ become 0; maximum and sum are brought up to date, and
 * what was mixed so far [headDim] is scaled down when the maximum rose.
 */
function weighRow(scores: usize, count: usize, maximum: usize, sum: usize, mixed: usize, headDim: usize): void {
  let max4 = f32x4.splat(-Infinity);
  for (let t: usize = 0; t < count; t += 4) max4 = f32x4.pmax(max4, v128.load(scores + (t << 2)));
  const old = load<f32>(maximum);
  const max = Mathf.max(old, maxLanes(max4));
  let sumSoFar = load<f32>(sum);
  if (max > old) {
    const shrink: f32 = old == -Infinity ? 0 : exp1(old - max);
    sumSoFar *= shrink;
    scaleRow(mixed, shrink, headDim);
    store<f32>(maximum, max);
  }
  // A row that has seen nothing yet keeps −∞ as its maximum; 0 in its place keeps NaN out.
  max4 = f32x4.splat(max == -Infinity ? 0 : max);
  const least = leastExponent();
  let sum4 = f32x4.splat(0);
  for (let t: usize = 0; t < count; t += 4) {
    const x = f32x4.sub(v128.load(scores + (t << 2)), max4);
    const weights = v128.andnot(exp4(x), f32x4.le(x, least));
    sum4 = f32x4.add(sum4, weights);
    v128.store(scores + (t << 2), weights);
  }
  store<f32>(sum, sumSoFar + sumLanes(sum4));
}

/** out[heads][headDim] += Σ scores[head][t] · v[t] */
function mixRow(
  out: usize, scores: usize, v: usize, count: usize, heads: usize, group: usize, headDim: usize,
  stride: usize,
): void {
  const headBytes = headDim << 2;
  const whole = headBytes & ~15;
  for (let t: usize = 0; t < count; t++) {
    let to = out;
    let h: usize = 0;
    for (let part = v; h < heads; part += headBytes) {
      for (const last = h + group; h < last; h++) {
        const weight = load<f32>(scores + ((h * BLOCK + t) << 2));
        const weight4 = f32x4.splat(weight);
        let i: usize = 0;
        for (; i < whole; i += 16) v128.store(to + i, madd(weight4, v128.load(part + i), v128.load(to + i)));
        for (; i < headBytes; i += 4) store<f32>(to + i, load<f32>(to + i) + weight * load<f32>(part + i));
        to += headBytes;
      }
    }
    v += stride;
  }
}

function scaleRow(out: usize, factor: f32, headDim: usize): void {
  const factor4 = f32x4.splat(factor);
  const whole = (headDim & ~3) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), factor4));
  for (; i < headDim << 2; i += 4) store<f32>(out + i, load<f32>(out + i) * factor);
}
