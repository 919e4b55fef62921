/**
 * Activations as 8-bit integers with a scale per block, laid out for the tiles that read them.
 *
 * A tile of R rows holds, block by block: R scales (f32, already times `factor`), R starts, then the values four by four:
 * group 0 of every row, group 1 of every row, … The start is −zeroPoint·Σvalues (i32) where the weights are stored with a
 * zero point, or scale·Σvalues (f32) where they have a minimum that is multiplied by it. In the exact build values are
 * 16-bit and grouped by two. Values are at most ±127, rounded half to even.
 */
import { maxLanes } from './simd';

/** 1.5 · 2^23: adding it to |x| < 2^22 leaves the rounded x in the low bits. */
const ROUND: f32 = 12582912;

/** x: `tiles` · R rows of `blocks` · `width` f32, one behind the other. width is 16 or 32. */
export function quantize(
  x: usize, out: usize, R: usize, tiles: usize, blocks: usize, width: usize, factor: f32, zeroPoint: i32, minimum: bool,
): void {
  const step = R << 2;
  const valueBytes: usize = ASC_FEATURE_RELAXED_SIMD ? width : width << 1;
  const blockBytes = (8 + valueBytes) * R;
  for (let tile: usize = 0; tile < tiles; tile++) {
    for (let row: usize = 0; row < R; row++) {
      let to = out + (row << 2);
      for (let block: usize = 0; block < blocks; block++) {
        quantizeBlock(x, to, step, width, factor, zeroPoint, minimum);
        x += width << 2;
        to += blockBytes;
      }
    }
    out += blocks * blockBytes;
  }
}

// @ts-ignore: decorator
@inline
function quantizeBlock(
  x: usize, to: usize, step: usize, width: usize, factor: f32, zeroPoint: i32, minimum: bool,
): void {
  const bytes = width << 2;
  let max4 = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) max4 = f32x4.pmax(max4, f32x4.abs(v128.load(x + i)));
  const max = maxLanes(max4);
  const scale = max / 127;
  const inverse = f32x4.splat(max > 0 ? 127 / max : 0);
  let values = to + (step << 1);
  let sum4 = i32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    const a = rounded(v128.load(x + i), inverse);
    const b = rounded(v128.load(x + i, 16), inverse);
    sum4 = i32x4.add(sum4, i32x4.add(a, b));
    const words = i16x8.narrow_i32x4_s(a, b);
    if (ASC_FEATURE_RELAXED_SIMD) {
      const eight = i8x16.narrow_i16x8_s(words, words);
      v128.store32_lane(values, eight, 0);
      v128.store32_lane(values + step, eight, 1);
      values += step << 1;
    } else {
      v128.store32_lane(values, words, 0);
      v128.store32_lane(values + step, words, 1);
      v128.store32_lane(values + (step << 1), words, 2);
      v128.store32_lane(values + step * 3, words, 3);
      values += step << 2;
    }
  }
  const sum =
    i32x4.extract_lane(sum4, 0) + i32x4.extract_lane(sum4, 1) + i32x4.extract_lane(sum4, 2) + i32x4.extract_lane(sum4, 3);
  store<f32>(to, scale * factor);
  if (minimum) store<f32>(to + step, scale * <f32>sum);
  else store<i32>(to + step, -zeroPoint * sum);
}

/** The four products as rounded integers (i32). */
// @ts-ignore: decorator
@inline
function rounded(x: v128, inverse: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(x, inverse), f32x4.splat(ROUND)), i32x4.splat(0x4b400000));
}

/** For f32 matrices: R rows interleaved, out[tile][k][R]. */
export function interleave(x: usize, out: usize, R: usize, tiles: usize, k: usize): void {
  for (let tile: usize = 0; tile < tiles; tile++) {
    for (let row: usize = 0; row < R; row++) {
      let to = out + (row << 2);
      for (let i: usize = 0; i < k; i++) {
        store<f32>(to, load<f32>(x));
        x += 4;
        to += R << 2;
      }
    }
    out += (k * R) << 2;
  }
}
