/**
 * The operations that the forward pass asks for, with the types of their arguments in order: u address or size, f f32,
 * i signed, b flag. scripts/kernel.mjs writes the compiled side's dispatcher from it, wasm.ts writes arguments by it.
 */
export const OPS = {
  matmul: 'uuuuuuuuuuuuuu',
  quantize: 'uuuuuuuiuu',
  interleave: 'uuuuu',
  pack: 'uuuuuuubuu',
  head: 'uuuuuuuuuuuuuuuuffuu',
  headMerge: 'uuuu',
  attention: 'uuuuuuuuuuufuufuuuuuuuu',
  attentionTile: 'uuuuuuuufubffuuuuuubuuuuu',
  rmsNorm: 'uuuuuf',
  layerNorm: 'uuuuuuf',
  add: 'uuu',
  scale: 'ufu',
  addBias: 'uuuu',
  swiglu: 'uuu',
  clampedSwiglu: 'uuu',
  geglu: 'uuu',
  rope: 'uuuuuub',
  route: 'uuuuuub',
  gather: 'uuuuu',
  scatterAdd: 'uuuuuu',
  sigmoidGate: 'uuu',
  convolve: 'uuuuuuuubb',
  deltaRule: 'uuuuuuuuuubuubfb',
};
