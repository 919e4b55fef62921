/**
 * GGUF blocks into panels of 8 outputs, once, when a model is loaded. A panel keeps the file's bits: per block (or superblock)
 * the 8 outputs' scales side by side, then for every group of four inputs the 8 outputs' codes; where a code is split over
 * bytes, group g has its bits in the same place of every byte. unpack.ts reads what is written here. Blocks are those of
 * https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h.
 */
import { claim } from './jobs';
import * as KIND from './kinds.generated';
import { zeroFloats } from './simd';

/**
 * `rows` rows of `blocks` blocks (blockBytes in the file, panelBlockBytes for 8 outputs) from `from` to panels at `out`.
 * words: 8-bit weights in pairs instead of fours; flip: turned in each byte of an 8-bit weight. suspect: u32, set to 1 where a
 * scale or weight may be NaN or infinite. The last panel is filled up with zeros.
 */
export function pack(
  kind: usize, from: usize, out: usize, rows: usize, blocks: usize, blockBytes: usize, panelBlockBytes: usize, words: bool,
  flip: u32, suspect: usize,
): void {
  const panels = (rows + 7) >> 3;
  const panelBytes = blocks * panelBlockBytes;
  for (let panel = claim(); panel < panels; panel = claim()) {
    const height = min(8, rows - (panel << 3));
    const at = out + panel * panelBytes;
    if (height < 8) zeroFloats(at, panelBytes);
    let strange: u32 = 0;
    for (let lane: usize = 0; lane < height; lane++) {
      strange |= packRow(kind, from + ((panel << 3) + lane) * blocks * blockBytes, at, lane, blocks, blockBytes, panelBlockBytes, words, flip);
    }
    if (strange) store<u32>(suspect, 1); // whoever writes it writes the same
  }
}

function packRow(
  kind: usize, from: usize, at: usize, lane: usize, blocks: usize, blockBytes: usize, panelBlockBytes: usize, words: bool,
  flip: u32,
): u32 {
  if (kind == KIND.f32) return packFloats(from, at + (lane << 2), blocks);
  if (kind == KIND.f16) return packHalves(from, at + (lane << 1), blocks, 0x7c00);
  if (kind == KIND.bf16) return packHalves(from, at + (lane << 1), blocks, 0x7f80);
  let strange: u32 = 0;
  for (; blocks; blocks--) {
    if (kind == KIND.q4) strange |= putQ4(from, at, lane);
    else if (kind == KIND.q8) strange |= putQ8(from, at, lane, words, flip);
    else if (kind == KIND.q4k) strange |= putQ4K(from, at, lane);
    else if (kind == KIND.q6k) strange |= putQ6K(from, at, lane);
    else if (kind == KIND.q5) strange |= putQ5(from, at, lane);
    else if (kind == KIND.q41) strange |= putQ41(from, at, lane);
    else if (kind == KIND.q51) strange |= putQ51(from, at, lane);
    else if (kind == KIND.q5k) strange |= putQ5K(from, at, lane);
    else if (kind == KIND.q3k) strange |= putQ3K(from, at, lane);
    else if (kind == KIND.q2k) strange |= putQ2K(from, at, lane);
    else if (kind == KIND.iq4) strange |= putQ4(from, at, lane);
    else if (kind == KIND.iq4xs) strange |= putIQ4XS(from, at, lane);
    else if (kind == KIND.mxfp4) strange |= putMXFP4(from, at, lane);
    from += blockBytes;
    at += panelBlockBytes;
  }
  return strange;
}

/** Moves a scale (f16); 1 where it is NaN or infinite. `sign` is turned in it. */
// @ts-ignore: decorator
@inline
function putScale(from: usize, at: usize, lane: usize, sign: u32 = 0): u32 {
  const bits = <u32>load<u16>(from);
  store<u16>(at + (lane << 1), <u16>(bits ^ sign));
  return u32((bits & 0x7c00) == 0x7c00);
}

/** 16 bytes of nibbles, input i low and i + 16 high, as a panel has them: groups g and g + 4. */
// @ts-ignore: decorator
@inline
function moveNibbles(from: usize, to: usize, lane: usize): void {
  putFours(v128.load(from), to, lane);
}

/** Four groups of four bytes. */
// @ts-ignore: decorator
@inline
function putFours(fours: v128, to: usize, lane: usize): void {
  to += lane << 2;
  v128.store32_lane(to, fours, 0);
  v128.store32_lane(to, fours, 1, 32);
  v128.store32_lane(to, fours, 2, 64);
  v128.store32_lane(to, fours, 3, 96);
}

/**
 * 32 codes whose nibbles lie in 32 bytes, moved down by `shift`: as moveNibbles has them. Masked, since shifts of words carry
 * bits from byte to byte.
 */
// @ts-ignore: decorator
@inline
function putHalfBytes(from: usize, shift: i32, to: usize, lane: usize): void {
  const low = i8x16.splat(15);
  const first = v128.and(i16x8.shr_u(v128.load(from), shift), low);
  const second = v128.and(i16x8.shr_u(v128.load(from, 16), shift), low);
  putFours(v128.or(first, i16x8.shl(second, 4)), to, lane);
}

/** Bit `bit` of 32 bytes, an input each: bit g of the four bytes of a lane is group g's. */
// @ts-ignore: decorator
@inline
function putBits(from: usize, bit: u32, to: usize, lane: usize): void {
  let four: u32 = 0;
  for (let g: u32 = 0; g < 8; g++) four |= ((load<u32>(from + (<usize>g << 2)) >> bit) & 0x01010101) << g;
  store<u32>(to + (lane << 2), four);
}

/** Two bits, from `shift` on, of 16 bytes, an input each: bits 2g of the four bytes of a lane are group g's. */
// @ts-ignore: decorator
@inline
function putPairs(from: usize, shift: u32, to: usize, lane: usize): void {
  let four: u32 = 0;
  for (let g: u32 = 0; g < 4; g++) four |= ((load<u32>(from + (<usize>g << 2)) >> shift) & 0x03030303) << (g << 1);
  store<u32>(to + (lane << 2), four);
}

/** The bits of 32 inputs in one word, as putBits has them. */
// @ts-ignore: decorator
@inline
function spreadBits(bits: u32, to: usize, lane: usize): void {
  let four: u32 = 0;
  for (let g: u32 = 0; g < 8; g++) {
    const own = bits >> (g << 2);
    four |= ((own & 1) | ((own & 2) << 7) | ((own & 4) << 14) | ((own & 8) << 21)) << g;
  }
  store<u32>(to + (lane << 2), four);
}

function putQ8(from: usize, at: usize, lane: usize, words: bool, flip: u32): u32 {
  const strange = putScale(from, at, lane);
  if (words) {
    const to = at + 16 + (lane << 1); // [pair][8 outputs][2]
    for (let i: usize = 0; i < 16; i++) store<u16>(to + (i << 4), load<u16>(from + 2 + (i << 1)));
  } else {
    const to = at + 16 + (lane << 2); // [group][8 outputs][4]
    for (let i: usize = 0; i < 8; i++) store<u32>(to + (i << 5), load<u32>(from + 2 + (i << 2)) ^ flip);
  }
  return strange;
}

/** Q4_0 and IQ4_NL. */
function putQ4(from: usize, at: usize, lane: usize): u32 {
  moveNibbles(from + 2, at + 16, lane);
  return putScale(from, at, lane);
}

/** The minimum is what is taken off: its sign is turned. */
function putQ41(from: usize, at: usize, lane: usize): u32 {
  moveNibbles(from + 4, at + 32, lane);
  return putScale(from, at, lane) | putScale(from + 2, at + 16, lane, 0x8000);
}

function putQ5(from: usize, at: usize, lane: usize): u32 {
  moveNibbles(from + 6, at + 16, lane);
  spreadBits(load<u32>(from + 2), at + 144, lane);
  return putScale(from, at, lane);
}

function putQ51(from: usize, at: usize, lane: usize): u32 {
  moveNibbles(from + 8, at + 32, lane);
  spreadBits(load<u32>(from + 4), at + 160, lane);
  return putScale(from, at, lane) | putScale(from + 2, at + 16, lane, 0x8000);
}

/** Scale (E8M0) as it is; from 2^125 on a product may be infinite. */
function putMXFP4(from: usize, at: usize, lane: usize): u32 {
  const exponent = load<u8>(from);
  store<u8>(at + lane, exponent);
  moveNibbles(from + 1, at + 8, lane);
  return u32(exponent >= 253);
}

/** d, dmin, then 8 × (8 scales, 8 minimums) as bytes: get_scale_min_k4 of ggml-quants.c. */
function putScalesK4(from: usize, at: usize, lane: usize): u32 {
  const packed = from + 4;
  for (let j: usize = 0; j < 8; j++) {
    const to = at + 32 + (j << 4) + lane;
    if (j < 4) {
      store<u8>(to, load<u8>(packed + j) & 63);
      store<u8>(to + 8, load<u8>(packed + j + 4) & 63);
    } else {
      const both = load<u8>(packed + j + 4);
      store<u8>(to, (both & 15) | ((load<u8>(packed + j - 4) >> 6) << 4));
      store<u8>(to + 8, (both >> 4) | ((load<u8>(packed + j) >> 6) << 4));
    }
  }
  return putScale(from, at, lane) | putScale(from + 2, at + 16, lane);
}

function putQ4K(from: usize, at: usize, lane: usize): u32 {
  for (let j: usize = 0; j < 8; j++) {
    putHalfBytes(from + 16 + ((j >> 1) << 5), <i32>(j & 1) << 2, at + 160 + (j << 7), lane);
  }
  return putScalesK4(from, at, lane);
}

function putQ5K(from: usize, at: usize, lane: usize): u32 {
  for (let j: usize = 0; j < 8; j++) {
    const to = at + 160 + j * 160;
    putHalfBytes(from + 48 + ((j >> 1) << 5), <i32>(j & 1) << 2, to, lane);
    putBits(from + 16, <u32>j, to + 128, lane);
  }
  return putScalesK4(from, at, lane);
}

function putQ6K(from: usize, at: usize, lane: usize): u32 {
  for (let j: usize = 0; j < 16; j++) store<u8>(at + 16 + (j << 3) + lane, load<u8>(from + 192 + j));
  for (let quarter: usize = 0; quarter < 8; quarter++) {
    const half = quarter >> 2;
    const part = quarter & 3;
    const to = at + 144 + quarter * 192;
    putHalfBytes(from + (half << 6) + ((part & 1) << 5), <i32>(part & 2) << 1, to, lane);
    const high = from + 128 + (half << 5);
    putPairs(high, <u32>part << 1, to + 128, lane);
    putPairs(high + 16, <u32>part << 1, to + 160, lane);
  }
  return putScale(from + 208, at, lane);
}

/** d, 16 signed scales; then for every 32 inputs two bits of the first 16, of the second 16, a third bit of all. */
function putQ3K(from: usize, at: usize, lane: usize): u32 {
  const packed = from + 96;
  for (let j: usize = 0; j < 16; j++) {
    const low = j < 8 ? load<u8>(packed + j) & 15 : load<u8>(packed + j - 8) >> 4;
    const high = (load<u8>(packed + 8 + (j & 3)) >> <u8>((j >> 2) << 1)) & 3;
    store<i8>(at + 16 + (j << 3) + lane, <i8>((<i32>low | (<i32>high << 4)) - 32));
  }
  for (let part: usize = 0; part < 8; part++) {
    const to = at + 144 + part * 96;
    const codes = from + 32 + ((part >> 2) << 5);
    putPairs(codes, <u32>(part & 3) << 1, to, lane);
    putPairs(codes + 16, <u32>(part & 3) << 1, to + 32, lane);
    putBits(from, <u32>part, to + 64, lane);
  }
  return putScale(from + 108, at, lane);
}

/** d, dmin, 16 bytes of scale (low) and minimum (high), then two bits for every 16 inputs. */
function putQ2K(from: usize, at: usize, lane: usize): u32 {
  for (let j: usize = 0; j < 16; j++) {
    store<u8>(at + 32 + (j << 3) + lane, load<u8>(from + j));
    const codes = from + 16 + ((j >> 3) << 5) + ((j & 1) << 4);
    putPairs(codes, <u32>((j >> 1) & 3) << 1, at + 160 + (j << 5), lane);
  }
  return putScale(from + 80, at, lane) | putScale(from + 82, at + 16, lane);
}

/** d, 8 signed scales, nibbles. */
function putIQ4XS(from: usize, at: usize, lane: usize): u32 {
  const high = <u32>load<u16>(from + 2);
  for (let j: usize = 0; j < 8; j++) {
    const low = (<i32>load<u8>(from + 4 + (j >> 1)) >> (<i32>(j & 1) << 2)) & 15;
    store<i8>(at + 16 + (j << 3) + lane, <i8>((low | <i32>(((high >> (<u32>j << 1)) & 3) << 4)) - 32));
    moveNibbles(from + 8 + (j << 4), at + 80 + (j << 7), lane);
  }
  return putScale(from, at, lane);
}

/** F16 and BF16 as they are: [inputs][8 outputs]; `exponent` is all ones in NaN and infinity. */
function packHalves(from: usize, to: usize, count: usize, exponent: u32): u32 {
  let strange: u32 = 0;
  for (const end = from + (count << 1); from < end; from += 2) {
    const bits = <u32>load<u16>(from);
    store<u16>(to, <u16>bits);
    strange |= u32((bits & exponent) == exponent);
    to += 16;
  }
  return strange;
}

function packFloats(from: usize, to: usize, count: usize): u32 {
  let strange: u32 = 0;
  for (const end = from + (count << 2); from < end; from += 4) {
    const bits = load<u32>(from);
    store<u32>(to, bits);
    strange |= u32((bits & 0x7f800000) == 0x7f800000);
    to += 32;
  }
  return strange;
}
