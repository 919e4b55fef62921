/**
 * Everything that goes over its elements once: norms, sums, rotation, SwiGLU, moving rows. Lengths in elements. Threads
 * take so many rows or elements at a time:
 */
import { claim } from './jobs';
import { copyFloats, exp4, madd, maxLanesI32, sumLanes } from './simd';

const ROWS: usize = 16;
const ELEMENTS: usize = 8192;

/** out[n][d] = x[n][d] / rms(x[n]) · weight[d] (Zhang & Sennrich 2019). */
export function rmsNorm(out: usize, x: usize, weight: usize, n: usize, d: usize, eps: f32): void {
  for (let first = claim() * ROWS; first < n; first = claim() * ROWS) {
    const at = (first * d) << 2;
    normRows(out + at, x + at, weight, min(ROWS, n - first), d, eps);
  }
}

function normRows(out: usize, x: usize, weight: usize, n: usize, d: usize, eps: f32): void {
  const whole = d & ~3;
  for (let row: usize = 0; row < n; row++) {
    let squares = f32x4.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 4) {
      const v = v128.load(x + (i << 2));
      squares = madd(v, v, squares);
    }
    let sum = sumLanes(squares);
    for (; i < d; i++) sum += load<f32>(x + (i << 2)) * load<f32>(x + (i << 2));
    let inverse: f32 = <f32>1 / Mathf.sqrt(sum / <f32>d + eps);
    if (!(sum < Infinity)) inverse = <f32>(1 / Math.sqrt(sumOfSquares(x, d) / <f64>d + <f64>eps));
    const scale = f32x4.splat(inverse);
    for (i = 0; i < whole; i += 4) {
      const scaled = f32x4.mul(v128.load(x + (i << 2)), scale);
      v128.store(out + (i << 2), f32x4.mul(scaled, v128.load(weight + (i << 2))));
    }
    for (; i < d; i++) store<f32>(out + (i << 2), load<f32>(x + (i << 2)) * inverse * load<f32>(weight + (i << 2)));
    x += d << 2;
    out += d << 2;
  }
}

/** Of numbers whose squares are beyond f32. */
function sumOfSquares(x: usize, d: usize): f64 {
  let sum: f64 = 0;
  for (const end = x + (d << 2); x < end; x += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(x);
  return sum;
}

/** Whether none of x[length] is NaN or infinite. */
export function allFinite(x: usize, length: usize): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  const end = x + (length << 2);
  let max4 = i32x4.splat(0);
  for (; x + 16 <= end; x += 16) max4 = i32x4.max_s(max4, v128.and(v128.load(x), magnitude));
  let most = maxLanesI32(max4);
  for (; x < end; x += 4) most = max(most, load<i32>(x) & 0x7fffffff);
  return most < 0x7f800000;
}

/** out[n][d] = (x[n][d] − mean) / deviation · weight[d] + bias[d] (Ba et al. 2016); bias 0: none. */
export function layerNorm(out: usize, x: usize, weight: usize, bias: usize, n: usize, d: usize, eps: f32): void {
  for (let row = claim(); row < n; row = claim()) {
    const at = (row * d) << 2;
    layerNormRow(out + at, x + at, weight, bias, d, eps);
  }
}

function layerNormRow(out: usize, x: usize, weight: usize, bias: usize, d: usize, eps: f32): void {
  const whole = d & ~3;
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 4) sums = f32x4.add(sums, v128.load(x + (i << 2)));
  let sum = sumLanes(sums);
  for (; i < d; i++) sum += load<f32>(x + (i << 2));
  const mean: f32 = sum / <f32>d;
  const mean4 = f32x4.splat(mean);
  let squares = f32x4.splat(0);
  for (i = 0; i < whole; i += 4) {
    const v = f32x4.sub(v128.load(x + (i << 2)), mean4);
    squares = madd(v, v, squares);
  }
  let square = sumLanes(squares);
  for (; i < d; i++) {
    const v = load<f32>(x + (i << 2)) - mean;
    square += v * v;
  }
  const inverse: f32 = <f32>1 / Mathf.sqrt(square / <f32>d + eps);
  const inverse4 = f32x4.splat(inverse);
  for (i = 0; i < whole; i += 4) {
    const scaled = f32x4.mul(f32x4.sub(v128.load(x + (i << 2)), mean4), inverse4);
    const shift = bias ? v128.load(bias + (i << 2)) : f32x4.splat(0);
    v128.store(out + (i << 2), madd(scaled, v128.load(weight + (i << 2)), shift));
  }
  for (; i < d; i++) {
    const shift = bias ? load<f32>(bias + (i << 2)) : 0;
    store<f32>(out + (i << 2), (load<f32>(x + (i << 2)) - mean) * inverse * load<f32>(weight + (i << 2)) + shift);
  }
}

/** x *= factor */
export function scale(x: usize, factor: f32, length: usize): void {
  const factor4 = f32x4.splat(factor);
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    const end = x + (min(first + ELEMENTS, length) << 2);
    let at = x + (first << 2);
    for (; at + 16 <= end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor4));
    for (; at < end; at += 4) store<f32>(at, load<f32>(at) * factor);
  }
}

/** x += y */
export function add(x: usize, y: usize, length: usize): void {
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    addPart(x + (first << 2), y + (first << 2), min(ELEMENTS, length - first));
  }
}

function addPart(x: usize, y: usize, length: usize): void {
  const whole = length & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) v128.store(x + (i << 2), f32x4.add(v128.load(x + (i << 2)), v128.load(y + (i << 2))));
  for (; i < length; i++) store<f32>(x + (i << 2), load<f32>(x + (i << 2)) + load<f32>(y + (i << 2)));
}

/** x[n][d] += bias[d] */
export function addBias(x: usize, bias: usize, n: usize, d: usize): void {
  for (let row = claim(); row < n; row = claim()) addPart(x + row * (d << 2), bias, d);
}

/** gate = gate / (1 + e^−gate) · up (Shazeer 2020). */
export function swiglu(gate: usize, up: usize, length: usize): void {
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    swigluPart(gate + (first << 2), up + (first << 2), min(ELEMENTS, length - first));
  }
}

function swigluPart(gate: usize, up: usize, length: usize): void {
  const whole = length & ~7;
  let i: usize = 0;
  for (; i < whole; i += 8) {
    // Two vectors side by side, which V8 can join.
    const a = silu4(v128.load(gate + (i << 2)));
    const b = silu4(v128.load(gate + (i << 2), 16));
    const upA = v128.load(up + (i << 2));
    const upB = v128.load(up + (i << 2), 16);
    v128.store(gate + (i << 2), f32x4.mul(a, upA));
    v128.store(gate + (i << 2), f32x4.mul(b, upB), 16);
  }
  for (; i < length; i++) {
    const g = load<f32>(gate + (i << 2));
    const silu = g / (<f32>1 + f32x4.extract_lane(exp4(f32x4.splat(-g)), 0));
    store<f32>(gate + (i << 2), silu * load<f32>(up + (i << 2)));
  }
}

/** g · sigmoid(g). */
// @ts-ignore: decorator
@inline
function silu4(g: v128): v128 {
  return f32x4.div(g, f32x4.add(f32x4.splat(1), exp4(f32x4.neg(g))));
}

/** gate = g · sigmoid(1.702 g) · (u + 1), g and u being gate and up held within 7, g from above alone (gpt-oss). */
export function clampedSwiglu(gate: usize, up: usize, length: usize): void {
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    const end = min(first + ELEMENTS, length) << 2;
    let at = first << 2;
    for (; at + 16 <= end; at += 16) v128.store(gate + at, clamped4(v128.load(gate + at), v128.load(up + at)));
    for (; at < end; at += 4) {
      const both = clamped4(f32x4.splat(load<f32>(gate + at)), f32x4.splat(load<f32>(up + at)));
      store<f32>(gate + at, f32x4.extract_lane(both, 0));
    }
  }
}

// @ts-ignore: decorator
@inline
function clamped4(gate: v128, up: v128): v128 {
  const g = f32x4.min(gate, f32x4.splat(7));
  const u = f32x4.max(f32x4.min(up, f32x4.splat(7)), f32x4.splat(-7));
  const one = f32x4.splat(1);
  const silu = f32x4.div(g, f32x4.add(one, exp4(f32x4.mul(g, f32x4.splat(-1.702)))));
  return f32x4.mul(silu, f32x4.add(u, one));
}

/** gate = gelu(gate) · up, by the tanh formula (Hendrycks & Gimpel 2016); up 0: gelu(gate). */
export function geglu(gate: usize, up: usize, length: usize): void {
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    const end = min(first + ELEMENTS, length) << 2;
    let at = first << 2;
    for (; at + 16 <= end; at += 16) {
      const activated = gelu4(v128.load(gate + at));
      v128.store(gate + at, up ? f32x4.mul(activated, v128.load(up + at)) : activated);
    }
    for (; at < end; at += 4) {
      const activated = f32x4.extract_lane(gelu4(f32x4.splat(load<f32>(gate + at))), 0);
      store<f32>(gate + at, up ? activated * load<f32>(up + at) : activated);
    }
  }
}

/** 0.5 · x · (1 + tanh u) = x / (1 + e^(−2u)), u = √(2/π) · (x + 0.044715 x³) */
// @ts-ignore: decorator
@inline
function gelu4(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715));
  const u = f32x4.mul(f32x4.splat(-1.5957691216), madd(cube, x, x));
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp4(u)));
}

/**
 * Rotates x[n][heads][headDim] in place (Su et al. 2021). table[n][half][2]: cosine and sine of each position and
 * frequency. Pairs are (2j, 2j + 1) when adjacent, else (j, j + half).
 */
export function rope(x: usize, n: usize, heads: usize, headDim: usize, table: usize, half: usize, adjacent: bool): void {
  const stride: usize = adjacent ? 8 : 4;
  const partner: usize = adjacent ? 4 : half << 2;
  for (let row = claim(); row < n; row = claim()) {
    let head = x + ((row * heads * headDim) << 2);
    const angles = table + row * (half << 3);
    for (const end = head + ((heads * headDim) << 2); head < end; head += headDim << 2) {
      let first = head;
      let angle = angles;
      for (let j: usize = 0; j < half; j++) {
        const cos = load<f32>(angle);
        const sin = load<f32>(angle + 4);
        const u = load<f32>(first);
        const v = load<f32>(first + partner);
        store<f32>(first, u * cos - v * sin);
        store<f32>(first + partner, u * sin + v * cos);
        first += stride;
        angle += 8;
      }
    }
  }
}

/** out[i] = x[rowIds[i]], rows of d. */
export function gather(out: usize, x: usize, rowIds: usize, n: usize, d: usize): void {
  for (let i = claim(); i < n; i = claim()) {
    copyFloats(out + i * (d << 2), x + <usize>load<u32>(rowIds + (i << 2)) * (d << 2), d << 2);
  }
}

/** out[rowIds[i]] += scales[i] · x[i], rows of d; the rowIds differ. */
export function scatterAdd(out: usize, x: usize, rowIds: usize, scales: usize, n: usize, d: usize): void {
  const whole = d & ~3;
  for (let row = claim(); row < n; row = claim()) {
    const from = x + row * (d << 2);
    const to = out + <usize>load<u32>(rowIds + (row << 2)) * (d << 2);
    const scale = load<f32>(scales + (row << 2));
    const scales4 = f32x4.splat(scale);
    let i: usize = 0;
    for (; i < whole; i += 4) v128.store(to + (i << 2), madd(scales4, v128.load(from + (i << 2)), v128.load(to + (i << 2))));
    for (; i < d; i++) store<f32>(to + (i << 2), load<f32>(to + (i << 2)) + scale * load<f32>(from + (i << 2)));
  }
}
