/** The compiled kernels, embedded by the bundler (scripts/kernel.mjs makes them). */
declare module 'kernel:*' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
