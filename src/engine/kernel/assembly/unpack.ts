/**
 * One packed panel (pack.ts) into the working format that tiles.mjs multiplies: per block 8 scales (f32), 8 minimums (f32,
 * where the type has some), then for each group of four inputs two vectors of 4 outputs × 4 inputs as bytes, or, as words, four vectors of
 * 4 outputs × 2 inputs (two for each pair). Done once per panel and prompt, so it is plain code.
 */
import { swizzle } from './simd';

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

/** The same of signed bytes, which as bytes have `offset` added. */
// @ts-ignore: decorator
@inline
function putSigned(to: usize, v: usize, bytes: v128, words: bool, offset: v128): void {
  if (!words) {
    v128.store(to + (v << 4), v128.xor(bytes, offset));
    return;
  }
  const first = i16x8.extend_low_i8x16_s(bytes);
  const second = i16x8.extend_high_i8x16_s(bytes);
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

/** 32 inputs of five bits: nibbles as above, and in 32 bytes behind them bit g of group g. */
// @ts-ignore: decorator
@inline
function fiveBits(w: usize, g: usize, v: usize): v128 {
  const bytes = v128.load(w + ((g & 3) << 5) + (v << 4));
  const nibble = v128.and(g < 4 ? bytes : i16x8.shr_u(bytes, 4), i8x16.splat(15));
  const bits = v128.load(w + (v << 4), 128);
  const fifth = g < 4 ? i16x8.shl(bits, 4 - <i32>g) : i16x8.shr_u(bits, <i32>g - 4);
  return v128.or(nibble, v128.and(fifth, i8x16.splat(16)));
}

/** Four groups of four of those from group `first` on. */
// @ts-ignore: decorator
@inline
function putFives(w: usize, to: usize, first: usize, words: bool): void {
  for (let j: usize = 0; j < 4; j++) {
    for (let v: usize = 0; v < 2; v++) put(to + j * groupBytes(words), v, fiveBits(w, first + j, v), words);
  }
}

/** Two of four bits each from bit 2g of a byte on: group g of 16 inputs. */
// @ts-ignore: decorator
@inline
function twoBits(at: usize, g: usize): v128 {
  return v128.and(i16x8.shr_u(v128.load(at), <i32>g << 1), i8x16.splat(3));
}

/** What the four-bit codes of IQ4_NL and IQ4_XS stand for, and those of MXFP4 with 12 added (ggml-common.h). */
export const IQ4 = memory.data<i8>([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], 16);
/** What they are more than 16 · (code − 9). */
export const IQ4_REST = memory.data<u8>([17, 24, 29, 31, 31, 29, 26, 22, 17, 13, 9, 6, 5, 5, 9, 17], 16);
export const MXFP4 = memory.data<u8>([12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0], 16);

/** Sixteen times what is added to signed bytes of weights: 128 where the machine takes them as unsigned. In shared memory. */
const OFFSET = memory.data(16, 16);

/** Called once, before there are weights. */
export function setEightBitOffset(offset: i32): void {
  v128.store(OFFSET, i8x16.splat(<i8>offset));
}

/** putNibbles for codes of the table above. */
// @ts-ignore: decorator
@inline
function putIQ4(w: usize, to: usize, words: bool): void {
  const low = i8x16.splat(15);
  const step = groupBytes(words);
  const table = v128.load(IQ4);
  const offset = v128.load(OFFSET);
  for (let g: usize = 0; g < 4; g++) {
    for (let v: usize = 0; v < 2; v++) {
      const bytes = v128.load(w + (g << 5) + (v << 4));
      putSigned(to + g * step, v, swizzle(table, v128.and(bytes, low)), words, offset);
      putSigned(to + (g + 4) * step, v, swizzle(table, v128.and(i16x8.shr_u(bytes, 4), low)), words, offset);
    }
  }
}

/** IQ4_NL. */
export function unpackIQ4(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks--) {
    v128.store(to, halves(w));
    v128.store(to, halves(w + 8), 16);
    putIQ4(w + 16, to + 32, words);
    w += 144;
    to += 32 + (groupBytes(words) << 3);
  }
}

/** IQ4_XS: scale = d · a signed byte. `blocks` of 32, a multiple of 8. */
export function unpackIQ4XS(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks -= 8) {
    for (let b: usize = 0; b < 8; b++) {
      putSignedScales(w, w + 16 + (b << 3), to);
      putIQ4(w + 80 + (b << 7), to + 32, words);
      to += 32 + (groupBytes(words) << 3);
    }
    w += 1104;
  }
}

/** Eight scales: d (f16) · a signed byte. */
// @ts-ignore: decorator
@inline
function putSignedScales(d: usize, scales: usize, to: usize): void {
  const s = v128.load8x8_s(scales);
  v128.store(to, f32x4.mul(halves(d), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(s))));
  v128.store(to, f32x4.mul(halves(d + 8), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(s))), 16);
}

/** Eight numbers: d (f16) · an unsigned byte, given as eight words. */
// @ts-ignore: decorator
@inline
function putScales(d: usize, s: v128, to: usize): void {
  v128.store(to, f32x4.mul(halves(d), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(s))));
  v128.store(to, f32x4.mul(halves(d + 8), f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(s))), 16);
}

/** Four scales of powers of two, 2^(e − 128) from the bytes e (E8M0 of MXFP4, halved as in ggml-impl.h). */
// @ts-ignore: decorator
@inline
export function powers(at: usize): v128 {
  const e = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
  const one = i32x4.splat(1);
  const small = v128.bitselect(i32x4.splat(0x00200000), i32x4.splat(0x00400000), i32x4.lt_s(e, one)); // subnormal
  return v128.bitselect(small, i32x4.shl(i32x4.sub(e, one), 23), i32x4.le_s(e, one));
}

/** MXFP4. */
export function unpackMXFP4(w: usize, to: usize, blocks: usize, words: bool): void {
  const low = i8x16.splat(15);
  const step = groupBytes(words);
  const table = v128.load(MXFP4);
  for (; blocks; blocks--) {
    v128.store(to, powers(w));
    v128.store(to, powers(w + 4), 16);
    to += 32;
    for (let g: usize = 0; g < 4; g++) {
      for (let v: usize = 0; v < 2; v++) {
        const bytes = v128.load(w + 8 + (g << 5) + (v << 4));
        put(to + g * step, v, swizzle(table, v128.and(bytes, low)), words);
        put(to + (g + 4) * step, v, swizzle(table, v128.and(i16x8.shr_u(bytes, 4), low)), words);
      }
    }
    w += 136;
    to += step << 3;
  }
}

/** Q4_1: scale and minimum. */
export function unpackQ41(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks--) {
    for (let i: usize = 0; i < 4; i++) v128.store(to + (i << 4), halves(w + (i << 3)));
    putNibbles(w + 32, to + 64, words);
    w += 160;
    to += 64 + (groupBytes(words) << 3);
  }
}

/** Q5_0. */
export function unpackQ5(w: usize, to: usize, blocks: usize, words: bool): void {
  const step = groupBytes(words);
  for (; blocks; blocks--) {
    v128.store(to, halves(w));
    v128.store(to, halves(w + 8), 16);
    putFives(w + 16, to + 32, 0, words);
    putFives(w + 16, to + 32 + (step << 2), 4, words);
    w += 176;
    to += 32 + (step << 3);
  }
}

/** Q5_1, as blocks of 16: sums of 32 products with five bits do not fit 16. `blocks` of 16, a multiple of 2. */
export function unpackQ51(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks -= 2) {
    for (let first: usize = 0; first < 8; first += 4) {
      for (let i: usize = 0; i < 4; i++) v128.store(to + (i << 4), halves(w + (i << 3)));
      putFives(w + 32, to + 64, first, words);
      to += 64 + (groupBytes(words) << 2);
    }
    w += 192;
  }
}

/** Q5_K, as blocks of 16: two share scale = d · 6 bits and minimum = dmin · 6 bits. `blocks` of 16, a multiple of 16. */
export function unpackQ5K(w: usize, to: usize, blocks: usize, words: bool): void {
  for (; blocks; blocks -= 16) {
    for (let b: usize = 0; b < 8; b++) {
      const scales = w + 32 + (b << 4);
      for (let first: usize = 0; first < 8; first += 4) {
        putScales(w, v128.load8x8_u(scales), to);
        putScales(w + 16, v128.load8x8_u(scales, 8), to + 32);
        putFives(w + 160 + b * 160, to + 64, first, words);
        to += 64 + (groupBytes(words) << 2);
      }
    }
    w += 1440;
  }
}

/** Q2_K: scale = d · 4 bits, minimum = dmin · 4 bits. `blocks` of 16, a multiple of 16. */
export function unpackQ2K(w: usize, to: usize, blocks: usize, words: bool): void {
  const step = groupBytes(words);
  const low = i16x8.splat(15);
  for (; blocks; blocks -= 16) {
    for (let b: usize = 0; b < 16; b++) {
      const both = v128.load8x8_u(w + 32 + (b << 3));
      putScales(w, v128.and(both, low), to);
      putScales(w + 16, i16x8.shr_u(both, 4), to + 32);
      const from = w + 160 + (b << 5);
      for (let g: usize = 0; g < 4; g++) {
        for (let v: usize = 0; v < 2; v++) put(to + 64 + g * step, v, twoBits(from + (v << 4), g), words);
      }
      to += 64 + (step << 2);
    }
    w += 672;
  }
}

/** Q3_K: scale = d · a signed byte, values 0 … 7. `blocks` of 16, a multiple of 16. */
export function unpackQ3K(w: usize, to: usize, blocks: usize, words: bool): void {
  const step = groupBytes(words);
  const four = i8x16.splat(4);
  for (; blocks; blocks -= 16) {
    for (let b: usize = 0; b < 16; b++) {
      putSignedScales(w, w + 16 + (b << 3), to);
      const from = w + 144 + (b >> 1) * 96;
      for (let j: usize = 0; j < 4; j++) {
        const g = <i32>(j + ((b & 1) << 2)); // of the eight groups whose third bits lie together
        for (let v: usize = 0; v < 2; v++) {
          const bits = v128.load(from + (v << 4), 64);
          const third = v128.and(g < 2 ? i16x8.shl(bits, 2 - g) : i16x8.shr_u(bits, g - 2), four);
          put(to + 32 + j * step, v, v128.or(twoBits(from + ((b & 1) << 5) + (v << 4), j), third), words);
        }
      }
      to += 32 + (step << 2);
    }
    w += 912;
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
      putScales(w, v128.load8x8_u(scales), to);
      putScales(w + 16, v128.load8x8_u(scales, 8), to + 32);
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
      putSignedScales(w, w + 16 + (b << 3), to);
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
