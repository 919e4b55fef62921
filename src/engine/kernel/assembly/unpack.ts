/**
 * One packed panel (pack.ts) into the working format that tiles.mjs multiplies: per block 8 scales (f32), 8 minimums (f32,
 * Q4_K only), then for each group of four inputs two vectors of 4 outputs × 4 inputs as bytes, or, as words, four vectors of
 * 4 outputs × 2 inputs (two for each pair). Done once per panel and prompt, so it is plain code.
 */

/** Makes f16 bits that were moved into an f32 the value they stand for. */
const HALF_FACTOR: f32 = 5192296858534827628530496329220096.0;

/** Four f16 as f32. */
// @ts-ignore: decorator
@inline
function halves(at: usize): v128 {
  const bits = v128.and(i32x4.shl(v128.load16x4_s(at), 13), i32x4.splat(0x8fffffff));
  return f32x4.mul(bits, f32x4.splat(HALF_FACTOR));
}

/** Puts a vector of 4 outputs × 4 inputs (unsigned bytes) down as vector `v` of a group; returns where the next group goes. */
// @ts-ignore: decorator
@inline
function put(to: usize, v: usize, bytes: v128, words: bool): void {
  if (!words) {
    v128.store(to + (v << 4), bytes);
    return;
  }
  const first = i16x8.extend_low_i8x16_u(bytes); // outputs 0, 1
  const second = i16x8.extend_high_i8x16_u(bytes); // outputs 2, 3
  v128.store(to + (v << 4), v128.shuffle<i32>(first, second, 0, 2, 4, 6));
  v128.store(to + (v << 4), v128.shuffle<i32>(first, second, 1, 3, 5, 7), 32);
}

// @ts-ignore: decorator
@inline
function groupBytes(words: bool): usize {
  return words ? 64 : 32;
}

/** Q8_0: pairs as signed words, or the bytes as they are. */
export function unpackQ8(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks--) {
    v128.store(to, halves(w));
    v128.store(to, halves(w + 8), 16);
    w += 16;
    to += 32;
    for (const end = w + 256; w < end; w += 16) {
      if (words) {
        v128.store(to, v128.load8x8_s(w));
        v128.store(to, v128.load8x8_s(w, 8), 16);
        to += 32;
      } else {
        v128.store(to, v128.load(w));
        to += 16;
      }
    }
  }
}

/** 128 bytes of nibbles, group g low and group g + 4 high, as 0 … 15. */
// @ts-ignore: decorator
@inline
function putNibbles(w: usize, to: usize, words: bool): void {
  const low = i8x16.splat(15);
  const step = groupBytes(words);
  for (let g: usize = 0; g < 4; g++) {
    for (let v: usize = 0; v < 2; v++) {
      const bytes = v128.load(w + (g << 5) + (v << 4));
      put(to + g * step, v, v128.and(bytes, low), words);
      put(to + (g + 4) * step, v, v128.and(i16x8.shr_u(bytes, 4), low), words);
    }
  }
}

/** Q4_0. */
export function unpackQ4(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks--) {
    v128.store(to, halves(w));
    v128.store(to, halves(w + 8), 16);
    putNibbles(w + 16, to + 32, words);
    w += 144;
    to += 32 + (groupBytes(words) << 3);
  }
}

/** Q4_K: scale = d · 6 bits, minimum = dmin · 6 bits. `blocks` of 32, a multiple of 8. */
export function unpackQ4K(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks -= 8) {
    for (let b: usize = 0; b < 8; b++) {
      const scales = w + 32 + (b << 4);
      const s = v128.load8x8_u(scales);
      const m = v128.load8x8_u(scales, 8);
      v128.store(to, f32x4.mul(halves(w), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(s))));
      v128.store(to, f32x4.mul(halves(w + 8), f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(s))), 16);
      v128.store(to, f32x4.mul(halves(w + 16), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(m))), 32);
      v128.store(to, f32x4.mul(halves(w + 24), f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(m))), 48);
      putNibbles(w + 160 + (b << 7), to + 64, words);
      to += 64 + (groupBytes(words) << 3);
    }
    w += 1184;
  }
}

/** Q6_K: scale = d · a signed byte, values 0 … 63. `blocks` of 16, a multiple of 16. */
export function unpackQ6K(w: usize, to: usize, blocks: usize, words: bool): void {
  const low = i8x16.splat(15);
  const two = i8x16.splat(48);
  const step = groupBytes(words);
  for (; blocks; blocks -= 16) {
    for (let b: usize = 0; b < 16; b++) {
      const s = v128.load8x8_s(w + 16 + (b << 3));
      v128.store(to, f32x4.mul(halves(w), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(s))));
      v128.store(to, f32x4.mul(halves(w + 8), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(s))), 16);
      const from = w + 144 + (b >> 1) * 192;
      for (let j: usize = 0; j < 4; j++) {
        for (let v: usize = 0; v < 2; v++) {
          const bytes = v128.load(from + (j << 5) + (v << 4));
          const nibble = v128.and(b & 1 ? i16x8.shr_u(bytes, 4) : bytes, low);
          const bits = v128.load(from + ((b & 1) << 5) + (v << 4), 128);
          const high = j == 0 ? i16x8.shl(bits, 4) : j == 1 ? i16x8.shl(bits, 2) : j == 2 ? bits : i16x8.shr_u(bits, 2);
          put(to + 32 + j * step, v, v128.or(nibble, v128.and(high, two)), words);
        }
      }
      to += 32 + (step << 2);
    }
    w += 1680;
  }
}

/** F16 and BF16, [k][8 outputs], as f32. */
export function unpackHalves(w: usize, to: usize, k: usize, brain: bool): void {
  for (; k; k--) {
    v128.store(to, brain ? i32x4.shl(v128.load16x4_u(w), 16) : halves(w));
    v128.store(to, brain ? i32x4.shl(v128.load16x4_u(w, 8), 16) : halves(w + 8), 16);
    w += 16;
    to += 32;
  }
}
