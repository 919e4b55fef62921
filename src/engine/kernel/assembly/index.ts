/** What the compiled kernel offers; wasm.ts calls it. Addresses and sizes are unsigned 32-bit numbers. */
export { allFinite } from './elementwise';
export { argumentsAt, enter, failed, help, run, setPatience, settle, stopHelpers } from './jobs';
export { readRow } from './rows';
export { setEightBitOffset } from './unpack';

/**
 * What the 8-bit dot products do with a second operand of 8 bits, which the standard leaves open: sums of four products
 * (`wide`), or of two, in 16 bits. Compiled only into the relaxed build.
 */
export function probeDot(first: i32, second: i32, wide: bool): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return 0;
  const a = i8x16.splat(<i8>first);
  const b = i8x16.splat(<i8>second);
  if (wide) return i32x4.extract_lane(i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, i32x4.splat(0)), 0);
  return i16x8.extract_lane_s(i16x8.relaxed_dot_i8x16_i7x16_s(a, b), 0);
}

/** Where the compiler's own constants end and free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
