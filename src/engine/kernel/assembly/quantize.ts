/**
 * Activations as 8-bit integers with a scale per block, laid out for the tiles that read them.
 *
 * A tile of R rows (the last one of those that are left) holds, block by block: R scales (f32), R starts, then the values: bytes four by
 * four (group 0 of every row, group 1 of every row, …) or, as words, 16-bit two by two. Values are at most ±127, rounded
 * half to even. The start takes the weights' zero point off, or is what their minimum is multiplied by:
 */
import { claim } from './jobs';
import { copyFloats, maxLanesI32 } from './simd';

/** −zeroPoint · Σ values, i32. */
const START_SUM: usize = 0;
/** scale · Σ values, f32. */
const START_MINIMUM: usize = 1;
/** −zeroPoint · Σ of the values 0, 1 and of the values 2, 3 of every group: two i16. */
const START_HALVES: usize = 2;

/** 1.5 · 2^23: adding it to |x| < 2^22 leaves the rounded x in the low bits. */
const ROUND: f32 = 12582912;

/** x: `rows` rows of `blocks` · `width` f32. width is 16 or 32; `rowsAtOnce` whole tiles of R. */
export function quantize(
  x: usize, out: usize, R: usize, rows: usize, blocks: usize, width: usize, words: usize, zeroPoint: i32,
  start: usize, rowsAtOnce: usize,
): void {
  const blockBytes = 8 + (words ? width << 1 : width);
  const rowBytes = blocks * blockBytes;
  for (let first = claim() * rowsAtOnce; first < rows; first = claim() * rowsAtOnce) {
    for (let row = first; row < min(first + rowsAtOnce, rows); row++) {
      const inTile = row % R;
      const height = min(R, rows - (row - inTile));
      let from = x + ((row * blocks * width) << 2);
      let to = out + (row - inTile) * rowBytes + (inTile << 2);
      for (let block: usize = 0; block < blocks; block++) {
        quantizeBlock(from, to, height << 2, width, words, zeroPoint, start);
        from += width << 2;
        to += blockBytes * height;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function quantizeBlock(
  x: usize, to: usize, step: usize, width: usize, words: usize, zeroPoint: i32, start: usize,
): void {
  const bytes = width << 2;
  // Without their signs, floats are in the order of their bits, with infinity and then NaN as the largest: a block that
  // holds one of them gets it as its scale, and every product becomes one.
  const magnitude = i32x4.splat(0x7fffffff);
  let max4 = i32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) max4 = i32x4.max_s(max4, v128.and(v128.load(x + i), magnitude));
  const max = reinterpret<f32>(maxLanesI32(max4));
  const scale = max / 127;
  const inverse = f32x4.splat(max > 0 ? 127 / max : 0);
  let values = to + (step << 1);
  let sum4 = i32x4.splat(0); // of the values 0, 1, 2 and 3 of every group
  for (let i: usize = 0; i < bytes; i += 32) {
    const a = rounded(v128.load(x + i), inverse);
    const b = rounded(v128.load(x + i, 16), inverse);
    sum4 = i32x4.add(sum4, i32x4.add(a, b));
    const both = i16x8.narrow_i32x4_s(a, b);
    if (!words) {
      const eight = i8x16.narrow_i16x8_s(both, both);
      v128.store32_lane(values, eight, 0);
      v128.store32_lane(values + step, eight, 1);
      values += step << 1;
    } else {
      v128.store32_lane(values, both, 0);
      v128.store32_lane(values + step, both, 1);
      v128.store32_lane(values + (step << 1), both, 2);
      v128.store32_lane(values + step * 3, both, 3);
      values += step << 2;
    }
  }
  const low = i32x4.extract_lane(sum4, 0) + i32x4.extract_lane(sum4, 1);
  const high = i32x4.extract_lane(sum4, 2) + i32x4.extract_lane(sum4, 3);
  store<f32>(to, scale);
  if (start == START_MINIMUM) store<f32>(to + step, scale * <f32>(low + high));
  else if (start == START_SUM) store<i32>(to + step, -zeroPoint * (low + high));
  else {
    store<i16>(to + step, <i16>(-zeroPoint * low));
    store<i16>(to + step, <i16>(-zeroPoint * high), 2);
  }
}

/** The four products as rounded integers (i32). */
// @ts-ignore: decorator
@inline
function rounded(x: v128, inverse: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(x, inverse), f32x4.splat(ROUND)), i32x4.splat(0x4b400000));
}

/** For f32 matrices: tiles of R rows interleaved, [tile][k][R]; the last one of those that are left. */
export function interleave(x: usize, out: usize, R: usize, rows: usize, k: usize): void {
  for (let first = claim() * R; first < rows; first = claim() * R) {
    const height = min(R, rows - first);
    const from = x + ((first * k) << 2);
    const to = out + ((first * k) << 2);
    if (height == 1) {
      copyFloats(to, from, k << 2);
      continue;
    }
    for (let row: usize = 0; row < height; row++) {
      for (let i: usize = 0; i < k; i++) {
        store<f32>(to + ((i * height + row) << 2), load<f32>(from + ((row * k + i) << 2)));
      }
    }
  }
}
