/** Small vector helpers that every part of the kernel uses. */

/** a · b + c; one rounding with relaxed SIMD where the machine has fused multiply-add, two otherwise. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Bytes of the table, whose places are all below 16. */
// @ts-ignore: decorator
@inline
export function swizzle(table: v128, places: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(table, places);
  return v128.swizzle(table, places);
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return f32x4.extract_lane(v, 0);
}

/** Largest of the four lanes. */
// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  v = f32x4.pmax(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  v = f32x4.pmax(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return f32x4.extract_lane(v, 0);
}

/** Largest of the four lanes as signed integers. */
// @ts-ignore: decorator
@inline
export function maxLanesI32(v: v128): i32 {
  v = i32x4.max_s(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  v = i32x4.max_s(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return i32x4.extract_lane(v, 0);
}

/** (Σa, Σb, Σc, Σd): four sums of lanes by transposition. */
// @ts-ignore: decorator
@inline
export function sumFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/**
 * exp4's constants, loaded, since V8 makes a constant anew at each use, and as single numbers, which two joined vectors can load at
 * once: limits, 1 / ln 2, −ln 2 in two parts, the polynomial, 1.5 · 2^23, which leaves a rounded number in the low bits of
 * what it is added to, and the bias of an f32's exponent at BIAS.
 */
const EXP = memory.data<f32>([
  88, -87, 1.44269504, -0.693359375, 2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2,
  1.6666665459e-1, 5.0000001201e-1, 1, 12582912,
], 4);
const BIAS = memory.data<i32>([127], 4);

/** −87, below which e^x counts as nothing. */
// @ts-ignore: decorator
@inline
export function leastExponent(): v128 {
  return v128.load32_splat(EXP, 4);
}

/**
 * e^x, relative error below 2e-7 for x in [−87, 88]; smaller x give e^−87 ≈ 0, larger e^88, NaN gives NaN.
 * Cephes' expf: x = n·ln 2 + r, a polynomial in r, 2^n by the exponent's bits. Without instructions for rounding, which V8 does not
 * join into 256-bit ones.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, v128.load32_splat(EXP, 4)), v128.load32_splat(EXP)); // in this order NaN stays NaN
  const shifted = f32x4.add(f32x4.mul(x, v128.load32_splat(EXP, 8)), v128.load32_splat(EXP, 48));
  const n = f32x4.sub(shifted, v128.load32_splat(EXP, 48));
  let r = madd(n, v128.load32_splat(EXP, 12), x);
  r = madd(n, v128.load32_splat(EXP, 16), r);
  let p = madd(v128.load32_splat(EXP, 20), r, v128.load32_splat(EXP, 24));
  p = madd(p, r, v128.load32_splat(EXP, 28));
  p = madd(p, r, v128.load32_splat(EXP, 32));
  p = madd(p, r, v128.load32_splat(EXP, 36));
  p = madd(p, r, v128.load32_splat(EXP, 40));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), v128.load32_splat(EXP, 44));
  const power = i32x4.shl(i32x4.add(shifted, v128.load32_splat(BIAS)), 23);
  return f32x4.mul(p, power);
}

/** e^x for one number, by the same arithmetic. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** Products of a[d] and b[d], summed in four lanes whose sum is a·b. */
// @ts-ignore: decorator
@inline
export function dotLanes(a: usize, b: usize, d: usize): v128 {
  let sum = f32x4.splat(0);
  let other = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 8 <= d; i += 8) {
    sum = madd(v128.load(a + (i << 2)), v128.load(b + (i << 2)), sum);
    other = madd(v128.load(a + (i << 2), 16), v128.load(b + (i << 2), 16), other);
  }
  sum = f32x4.add(sum, other);
  for (; i < d; i++) {
    const product = load<f32>(a + (i << 2)) * load<f32>(b + (i << 2));
    sum = f32x4.replace_lane(sum, 0, f32x4.extract_lane(sum, 0) + product);
  }
  return sum;
}

/**
 * Moves `bytes`, a multiple of 4, that do not overlap. Not memory.copy: that checks against the memory's size as this
 * thread last heard of it, and fails when another thread has just made it grow.
 */
export function copyFloats(to: usize, from: usize, bytes: usize): void {
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
}

/** Zeroes `bytes`, a multiple of 4; why not memory.fill, see copyFloats. */
export function zeroFloats(at: usize, bytes: usize): void {
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(at + i, i32x4.splat(0));
  for (; i < bytes; i += 4) store<f32>(at + i, 0);
}
