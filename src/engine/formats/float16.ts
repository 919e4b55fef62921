/** Writing half-precision numbers; `fromF16` in dequantize.ts reads them. */

/** Nearest half-precision bits, ties to even; overflow becomes infinity. */
export function toF16(value: number): number {
  F32[0] = value;
  const bits = U32[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundHalfToEven(Math.abs(F32[0]) * 2 ** 24); // subnormal half
  const rebased = magnitude - 0x38000000; // exponent bias 127 → 15
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13); // may carry into infinity, as it should
}

const F32 = new Float32Array(1);
const U32 = new Uint32Array(F32.buffer);

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
