/**
 * exp and log of additions, multiplications and divisions alone: the same bits on every machine and in every engine,
 * where those of `Math` may differ in the last one. Relative error below 1e-14.
 */

const LN2_HIGH = 0.69314718036912381649; // 32 bits of it, so that whole multiples are exact
const LN2_LOW = 1.90821492927058770002e-10;
const view = new DataView(new ArrayBuffer(8));

/** 2^k for a normal number, −1022 … 1023. */
function power2(k: number): number {
  view.setUint32(0, (k + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** 0 below −708, Infinity above 709. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  const k = Math.round(x * 1.4426950408889634);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // |r| ≤ 0.35: the terms after r^13 / 13! are below 1e-16.
  let sum = 1;
  for (let n = 13; n > 0; n--) sum = 1 + (sum * r) / n;
  return sum * power2(k);
}

/** The natural logarithm; −Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < 2.2250738585072014e-308) return log(x * 2 ** 54) - 54 * LN2_HIGH - 54 * LN2_LOW;
  view.setFloat64(0, x);
  let k = (view.getUint32(0) >>> 20) - 1023;
  view.setUint32(0, (view.getUint32(0) & 0xfffff) | 0x3ff00000);
  let m = view.getFloat64(0); // 1 … 2
  if (m > 1.4142135623730951) {
    m /= 2;
    k++;
  }
  // log m = 2 artanh s; |s| ≤ 0.172, so that terms after s^21 are below 1e-17.
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 1 / 21;
  for (let n = 19; n > 0; n -= 2) sum = 1 / n + sum * s2;
  return k * LN2_HIGH + (2 * s * sum + k * LN2_LOW);
}
