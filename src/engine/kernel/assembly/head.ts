/**
 * The output matrix, once: log-sum-exp, entropy, the logit of a wanted word and the likeliest words of every row, without
 * keeping a row of the vocabulary. The vocabulary is cut into ranges of fixed size, so that results do not depend on who does
 * which; each leaves a maximum and sums by it (Milakov & Gimelshein 2018), which are added up in their order, in double.
 */
import { claim, threadIndex } from './jobs';
import { copyFloats, exp4, leastExponent, madd, maxLanes, maxLanesI32, sumLanes } from './simd';
import { rowsOf, tilesOf, unpackOf } from './tiles.generated';

/** Panels of a range, and its words. */
const PANELS: usize = 64;
const WORDS: usize = PANELS << 3;
/** Likeliest words that are kept. */
const TOP: usize = 8;
/** A range's part of a row: f64 sum, f64 sum weighted by score, f32 maximum, 4 bytes, TOP logits, TOP ids. */
const PART: usize = 24 + (TOP << 3);
/** A row's result (HEAD in kernel.ts): log-sum-exp, wanted logit, its log-probability, entropy, TOP logits, TOP ids. */
const RESULT: usize = 16 + (TOP << 3);

/**
 * As matmul's arguments, of the words from range `before` on; parts: [n][ranges] of PART bytes, of all the vocabulary's
 * ranges; wanted: i32 [n], −1 for none; results: [n] of RESULT bytes. Logits are scaled, get a bias [vocabulary] (0: none) and
 * a soft cap (0: none). scratch: `scratchBytes` per thread, n · WORDS f32 of logits and then one unpacked panel.
 */
export function head(
  kind: usize, way: usize, w: usize, stride: usize, a: usize, parts: usize, scratch: usize, scratchBytes: usize, n: usize,
  outputs: usize, blocks: usize, rowBytes: usize, unpacked: usize, wanted: usize, results: usize, bias: usize, scale: f32,
  cap: f32, before: usize, ranges: usize,
): void {
  const panels = (outputs + 7) >> 3;
  const own = (panels + PANELS - 1) / PANELS;
  const logits = scratch + threadIndex() * scratchBytes;
  const unpackedTo = logits + n * (WORDS << 2);
  for (let range = claim(); range < own; range = claim()) {
    const first = range * PANELS;
    const end = min(first + PANELS, panels);
    if (unpacked) {
      for (let panel = first; panel < end; panel++) {
        const at = unpackOf(kind, way, w + panel * stride, unpackedTo, blocks);
        tilesOf(kind, way, at, a, logits + ((panel - first) << 5), n, blocks, WORDS << 2, rowBytes);
      }
    } else {
      rowsOf(kind, way, w, stride, a, logits - (first << 5), n, first, end, blocks, WORDS << 2, rowBytes);
    }
    const count = min(WORDS, outputs - (first << 3));
    const word = (before + range) * WORDS;
    for (let row: usize = 0; row < n; row++) {
      const x = logits + row * (WORDS << 2);
      if (scale != 1 || bias || cap != 0) shape(x, count, scale, bias ? bias + (word << 2) : 0, cap);
      reduce(x, count, word, parts + (row * ranges + before + range) * PART);
      const id = load<u32>(wanted + (row << 2)) - <u32>word;
      if (id < <u32>count) store<f32>(results + row * RESULT, load<f32>(x + (<usize>id << 2)), 4);
    }
  }
}

/** x = cap · tanh((scale · x + bias) / cap), without the cap where it is 0. */
function shape(x: usize, count: usize, scale: f32, bias: usize, cap: f32): void {
  for (let i: usize = 0; i < count << 2; i += 4) {
    let value = load<f32>(x + i) * scale;
    if (bias) value += load<f32>(bias + i);
    if (cap != 0) value = cap * Mathf.tanh(value / cap);
    store<f32>(x + i, value);
  }
}

/** One row's logits of one range, ids from `first` on. */
function reduce(x: usize, count: usize, first: usize, part: usize): void {
  // The last four are filled up with −∞, which weighs nothing.
  const end = x + (count << 2);
  for (let at = end; at & 15; at += 4) store<f32>(at, -Infinity);
  const magnitude = i32x4.splat(0x7fffffff);
  let largest = i32x4.splat(0);
  let max4 = f32x4.splat(-Infinity);
  for (let at = x; at < end; at += 16) {
    const v = v128.load(at);
    max4 = f32x4.pmax(max4, v);
    // −∞ behind the end is no number that was computed.
    largest = i32x4.max_s(largest, v128.and(v128.and(v, magnitude), at + 16 <= end ? magnitude : inside(end - at)));
  }
  const max = maxLanes(max4);
  const whole = maxLanesI32(largest) < 0x7f800000;
  const base = f32x4.splat(max);
  let sum = f32x4.splat(0);
  let weighted = f32x4.splat(0);
  const least = leastExponent();
  for (let at = x; at < end; at += 16) {
    const score = f32x4.sub(v128.load(at), base);
    const weight = v128.andnot(exp4(score), f32x4.le(score, least));
    sum = f32x4.add(sum, weight);
    weighted = madd(weight, f32x4.pmax(score, least), weighted);
  }
  store<f64>(part, whole ? <f64>sumLanes(sum) : NaN);
  store<f64>(part, <f64>sumLanes(weighted), 8);
  store<f32>(part, max, 16);
  likeliest(x, count, first, part + 24);
}

/** Lanes of the first `bytes` of a vector. */
function inside(bytes: usize): v128 {
  let mask = i32x4.splat(0);
  if (bytes > 0) mask = i32x4.replace_lane(mask, 0, -1);
  if (bytes > 4) mask = i32x4.replace_lane(mask, 1, -1);
  if (bytes > 8) mask = i32x4.replace_lane(mask, 2, -1);
  return mask;
}

/** The TOP largest of x, falling, ties to the lower id: logits and then ids at `top`; −∞ and −1 where there are fewer. */
function likeliest(x: usize, count: usize, first: usize, top: usize): void {
  for (let i: usize = 0; i < TOP; i++) {
    store<f32>(top + (i << 2), -Infinity);
    store<i32>(top + ((TOP + i) << 2), -1);
  }
  let least = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < count; i += 4) {
    if (!v128.any_true(f32x4.gt(v128.load(x + (i << 2)), least))) continue;
    for (let j = i; j < min(i + 4, count); j++) insert(top, load<f32>(x + (j << 2)), <i32>(first + j));
    least = v128.load32_splat(top, (TOP - 1) << 2);
  }
}

/** Into a falling list of TOP, behind what is as large. */
function insert(top: usize, value: f32, id: i32): void {
  let at = TOP;
  while (at > 0 && value > load<f32>(top + ((at - 1) << 2))) at--;
  if (at == TOP) return;
  for (let i = TOP - 1; i > at; i--) {
    store<f32>(top + (i << 2), load<f32>(top + ((i - 1) << 2)));
    store<i32>(top + ((TOP + i) << 2), load<i32>(top + ((TOP + i - 1) << 2)));
  }
  store<f32>(top + (at << 2), value);
  store<i32>(top + ((TOP + at) << 2), id);
}

/** results[n] from parts[n][ranges]; the wanted logits are there already. */
export function headMerge(results: usize, parts: usize, n: usize, ranges: usize): void {
  for (let row = claim(); row < n; row = claim()) {
    const result = results + row * RESULT;
    const from = parts + row * ranges * PART;
    const end = from + ranges * PART;
    let max: f32 = -Infinity;
    for (let part = from; part < end; part += PART) max = Mathf.max(max, load<f32>(part, 16));
    let sum: f64 = 0;
    let weighted: f64 = 0;
    const top = result + 16;
    copyFloats(top, from + 24, TOP << 3);
    for (let part = from; part < end; part += PART) {
      const apart = <f64>load<f32>(part, 16) - <f64>max;
      const share = Math.exp(apart);
      const own = load<f64>(part);
      sum += own * share;
      weighted += (load<f64>(part, 8) + own * apart) * share;
      if (part == from) continue;
      for (let i: usize = 0; i < TOP; i++) {
        const value = load<f32>(part + 24 + (i << 2));
        if (!(value > load<f32>(top + ((TOP - 1) << 2)))) break;
        insert(top, value, load<i32>(part + 24 + ((TOP + i) << 2)));
      }
    }
    const log = Math.log(sum);
    store<f32>(result, <f32>(<f64>max + log));
    store<f32>(result, <f32>(<f64>load<f32>(result, 4) - <f64>max - log), 8);
    store<f32>(result, <f32>notNegative(log - weighted / sum), 12);
  }
}

/** An entropy is not below 0; NaN stays. */
// @ts-ignore: decorator
@inline
function notNegative(value: f64): f64 {
  return value < 0 ? 0 : value;
}
