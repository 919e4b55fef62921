/** Causal grouped-query attention and pictures of it, without ever holding a row of weights per query and key. */
import { dot, dotFour, exp1, exp4, madd, maxLanes, sumLanes } from './simd';

/** Keys whose scores are held at a time: a whole number of fours, small enough to stay in the first-level cache. */
const BLOCK: usize = 128;
const scores = memory.data(512, 16); // f32 [BLOCK]

/**
 * q[n][heads][headDim] at positions start …; k, v [start + n][kvHeads][headDim]; out as q; stats[n][heads][2] gets each
 * row's maximum and sum. Online softmax (Milakov & Gimelshein 2018): what was summed is scaled down when the maximum rises.
 */
export function attention(
  out: usize, q: usize, k: usize, v: usize, stats: usize,
  n: usize, start: usize, heads: usize, kvHeads: usize, headDim: usize, scale: f32, cuts: usize, cutCount: usize,
): void {
  const group = heads / kvHeads;
  const stride = (kvHeads * headDim) << 2;
  for (let row: usize = 0; row < n; row++) {
    for (let head: usize = 0; head < heads; head++) {
      const offset = ((head / group) * headDim) << 2;
      attendRow(out, q, k + offset, v + offset, stats, start + row + 1, headDim, stride, scale, head, cuts, cutCount);
      out += headDim << 2;
      q += headDim << 2;
      stats += 8;
    }
  }
}

function attendRow(
  out: usize, q: usize, k: usize, v: usize, stats: usize, keys: usize, headDim: usize, stride: usize, scale: f32,
  head: usize, cuts: usize, cutCount: usize,
): void {
  memory.fill(out, 0, headDim << 2);
  let max: f32 = -Infinity;
  let sum: f32 = 0;
  for (let first: usize = 0; first < keys; first += BLOCK) {
    const count = min(BLOCK, keys - first);
    let blockMax = scoreBlock(q, k + first * stride, count, headDim, stride, scale);
    if (cutCount) {
      blockMax = hideCut(first, count, keys - 1, head, cuts, cutCount);
      if (blockMax == -Infinity) continue;
    }
    if (blockMax > max) {
      const shrink: f32 = max == -Infinity ? 0 : exp1(max - blockMax);
      sum *= shrink;
      scaleRow(out, shrink, headDim);
      max = blockMax;
    }
    sum += weigh(count, max);
    mix(out, v + first * stride, count, headDim, stride);
  }
  if (sum == 0) {
    // Every key is cut: +∞ as the maximum makes every weight read later 0.
    store<f32>(stats, Infinity);
    store<f32>(stats + 4, 1);
    return;
  }
  scaleRow(out, <f32>1 / sum, headDim);
  store<f32>(stats, max);
  store<f32>(stats + 4, sum);
}

/** scores[count] = scale · q·k; missing lanes of the last four are −∞. Returns the largest. */
function scoreBlock(q: usize, k: usize, count: usize, headDim: usize, stride: usize, scale: f32): f32 {
  const scale4 = f32x4.splat(scale);
  let max4 = f32x4.splat(-Infinity);
  const whole = count & ~3;
  let t: usize = 0;
  for (; t < whole; t += 4) {
    const four = f32x4.mul(dotFour(q, k, stride, headDim), scale4);
    max4 = f32x4.pmax(max4, four);
    v128.store(scores + (t << 2), four);
    k += stride << 2;
  }
  let max = maxLanes(max4);
  if (t < count) {
    v128.store(scores + (t << 2), f32x4.splat(-Infinity));
    for (; t < count; t++) {
      const score = dot(q, k, headDim) * scale;
      store<f32>(scores + (t << 2), score);
      if (score > max) max = score;
      k += stride;
    }
  }
  return max;
}

/** Scores of cut edges become −∞; returns the largest that is left. cuts: i32 [cutCount][6] as in kernel.ts. */
function hideCut(first: usize, count: usize, query: usize, head: usize, cuts: usize, cutCount: usize): f32 {
  for (const end = cuts + cutCount * 24; cuts < end; cuts += 24) {
    if (head < load<u32>(cuts) || head >= load<u32>(cuts, 4)) continue;
    if (query < load<u32>(cuts, 8) || query >= load<u32>(cuts, 12)) continue;
    const from = max(first, load<u32>(cuts, 16));
    const to = min(first + count, load<u32>(cuts, 20));
    for (let key = from; key < to; key++) store<f32>(scores + ((key - first) << 2), -Infinity);
  }
  let largest: f32 = -Infinity;
  for (let t: usize = 0; t < count; t++) largest = Mathf.max(largest, load<f32>(scores + (t << 2)));
  return largest;
}

/** scores = e^(scores − max); returns their sum. Lanes that were −∞ become 0. */
function weigh(count: usize, max: f32): f32 {
  const max4 = f32x4.splat(max);
  const least = f32x4.splat(-87);
  let sum4 = f32x4.splat(0);
  for (let t: usize = 0; t < count; t += 4) {
    const x = f32x4.sub(v128.load(scores + (t << 2)), max4);
    // exp4 ends at e^−87; what is below counts as nothing, a masked lane above all.
    const weights = v128.and(exp4(x), f32x4.gt(x, least));
    sum4 = f32x4.add(sum4, weights);
    v128.store(scores + (t << 2), weights);
  }
  return sumLanes(sum4);
}

/** out[headDim] += Σ scores[t] · v[t] */
function mix(out: usize, v: usize, count: usize, headDim: usize, stride: usize): void {
  const wholeDim = headDim & ~3;
  const wholeKeys = count & ~3;
  let t: usize = 0;
  for (; t < wholeKeys; t += 4) {
    const w0 = v128.load32_splat(scores + (t << 2));
    const w1 = v128.load32_splat(scores + (t << 2), 4);
    const w2 = v128.load32_splat(scores + (t << 2), 8);
    const w3 = v128.load32_splat(scores + (t << 2), 12);
    const v1 = v + stride;
    const v2 = v1 + stride;
    const v3 = v2 + stride;
    let i: usize = 0;
    for (; i < wholeDim << 2; i += 16) {
      let o = madd(w0, v128.load(v + i), v128.load(out + i));
      o = madd(w1, v128.load(v1 + i), o);
      o = madd(w2, v128.load(v2 + i), o);
      v128.store(out + i, madd(w3, v128.load(v3 + i), o));
    }
    for (; i < headDim << 2; i += 4) {
      let o = load<f32>(out + i) + load<f32>(scores + (t << 2)) * load<f32>(v + i);
      o += load<f32>(scores + (t << 2), 4) * load<f32>(v1 + i);
      o += load<f32>(scores + (t << 2), 8) * load<f32>(v2 + i);
      store<f32>(out + i, o + load<f32>(scores + (t << 2), 12) * load<f32>(v3 + i));
    }
    v += stride << 2;
  }
  for (; t < count; t++) {
    const weight = load<f32>(scores + (t << 2));
    for (let i: usize = 0; i < headDim << 2; i += 4) store<f32>(out + i, load<f32>(out + i) + weight * load<f32>(v + i));
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

/**
 * out[rows][cols], zeroed by the caller: weights of queries [q0, q1) and keys [k0, k1) of one head, pooled by maximum
 * (mean = false) or summed (mean = true; the caller divides). q and k point to the head's first row; strides in bytes;
 * stats points to the head's first pair, `statStride` bytes apart.
 */
export function attentionTile(
  out: usize, q: usize, k: usize, stats: usize, qStride: usize, kStride: usize, statStride: usize, headDim: usize,
  scale: f32, q0: usize, q1: usize, k0: usize, k1: usize, rows: usize, cols: usize, mean: bool,
  head: usize, cuts: usize, cutCount: usize,
): void {
  const width = k1 - k0;
  for (let query = q0; query < q1; query++) {
    const max = load<f32>(stats + query * statStride);
    const inverse: f32 = <f32>1 / load<f32>(stats + query * statStride, 4);
    const cells = out + ((((query - q0) * rows) / (q1 - q0)) * cols << 2);
    const end = min(k1, query + 1);
    for (let first = k0; first < end; first += BLOCK) {
      const count = min(BLOCK, end - first);
      scoreBlock(q + query * qStride, k + first * kStride, count, headDim, kStride, scale);
      if (cutCount) hideCut(first, count, query, head, cuts, cutCount);
      if (mean || cols == width) weigh(count, max);
      for (let t: usize = 0; t < count;) {
        // All keys of one cell at once: column c holds keys from ⌈c·width/cols⌉ on.
        const column = ((first - k0 + t) * cols) / width;
        const next = min(count, ((column + 1) * width + cols - 1) / cols + k0 - first);
        const cell = cells + (column << 2);
        let pooled: f32 = load<f32>(scores + (t << 2));
        for (t++; t < next; t++) {
          const score = load<f32>(scores + (t << 2));
          pooled = mean ? pooled + score : score > pooled ? score : pooled;
        }
        // The largest score has the largest weight: one exponential per cell does.
        const weight: f32 = (mean || cols == width ? pooled : pooled - max > -87 ? exp1(pooled - max) : 0) * inverse;
        const old = load<f32>(cell);
        store<f32>(cell, mean ? old + weight : weight > old ? weight : old);
      }
    }
  }
}
