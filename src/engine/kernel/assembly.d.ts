/** The compiled kernels, embedded by the bundler (scripts/kernel.mjs makes them). */
declare module 'kernel:simd' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module 'kernel:relaxed-simd' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
