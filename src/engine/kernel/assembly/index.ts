/** What the compiled kernel offers; wasm.ts calls it. Addresses and sizes are unsigned 32-bit numbers. */
export { attention, attentionTile } from './attention';
export { add, addBias, gather, rmsNorm, rope, scatterAdd, swiglu } from './elementwise';
export { interleave, quantize } from './quantize';
export { route } from './router';
export { readFloatRow, readRow } from './rows';
export { matmul_f32, matmul_q4, matmul_q4m, matmul_q6, matmul_q8 } from './tiles.generated';

/**
 * What the 8-bit dot product does with a second operand of 8 bits, which the standard leaves open: four times
 * first · second. Compiled only into the relaxed build.
 */
export function probeDot(first: i32, second: i32): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return 0;
  const a = i8x16.splat(<i8>first);
  const b = i8x16.splat(<i8>second);
  return i32x4.extract_lane(i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, i32x4.splat(0)), 0);
}

/** Where the compiler's own constants end and free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
