/** Exact fractions: what a step says is compared without any rounding of ours. */

export interface Rational {
  readonly n: bigint;
  /** > 0 and without a common divisor with n. */
  readonly d: bigint;
}

/** Digits that a number may have: far above any real step, and keeps hostile text from taking all the time. */
export const MAX_DIGITS = 150;
/** Of what is computed: so that it is quick, and that JavaScript has a number near it. */
const BOUND = 2n ** 512n;

/** A number too large to be checked, or one that is no fraction. */
export class BeyondBounds extends RangeError {}

/** Throws RangeError on d = 0, BeyondBounds from 2^512. */
export function rational(n: bigint, d = 1n): Rational {
  if (d === 0n) throw new RangeError('division by zero');
  const common = gcd(n < 0n ? -n : n, d < 0n ? -d : d);
  const sign = d < 0n ? -1n : 1n;
  const [numerator, denominator] = [(sign * n) / common, (sign * d) / common];
  if (numerator >= BOUND || -numerator >= BOUND || denominator >= BOUND) throw new BeyondBounds('too large');
  return { n: numerator, d: denominator };
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

/** "12", "1,234.50", "1,00,000", ".5"; undefined for anything else. */
export function parseDecimal(text: string): Rational | undefined {
  const plain = /^(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?$/.test(text)
    ? text.replaceAll(',', '')
    : text;
  const match = /^(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match) return undefined;
  const [whole, decimals] = [match[1], match[2] ?? ''];
  if (whole.length + decimals.length === 0 || whole.length + decimals.length > MAX_DIGITS) return undefined;
  return rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
/** Throws RangeError when b is zero. */
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
/** Throws RangeError when b is zero. */
export function floorDivide(a: Rational, b: Rational): Rational {
  const { n, d } = divide(a, b);
  return rational(n / d - (n < 0n && n % d !== 0n ? 1n : 0n));
}
/** Throws BeyondBounds where the exponent is no whole number or the result is too large, RangeError for 0^-1. */
export function power(base: Rational, { n: exponent, d }: Rational): Rational {
  if (exponent < 0n) return power(rational(base.d, base.n), { n: -exponent, d });
  const isTrivial = base.d === 1n && base.n * base.n <= 1n;
  // Whatever is not 0, 1 or -1 has at least so many bits.
  if (d !== 1n || (exponent > 512n && !isTrivial)) throw new BeyondBounds('exponent');
  const by = isTrivial ? exponent % 2n || (exponent && 2n) : exponent;
  const digits = base.n.toString(2).length + base.d.toString(2).length;
  if (by > 2n && BigInt(digits) * by > 2048n) throw new BeyondBounds('too large');
  return rational(base.n ** by, base.d ** by);
}
const whole = ({ n, d }: Rational, most: bigint): bigint => {
  if (d !== 1n || n < 0n || n > most) throw new BeyondBounds('no small whole number');
  return n;
};

/** Of whole numbers up to 100; throws BeyondBounds for others. */
export function factorial(value: Rational): Rational {
  let product = 1n;
  for (let i = whole(value, 100n); i > 1n; i--) product *= i;
  return rational(product);
}

/** n over k of whole numbers up to 500; throws BeyondBounds for others. */
export function binomial(n: Rational, k: Rational): Rational {
  const [all, some] = [whole(n, 500n), whole(k, 500n)];
  let product = 1n;
  for (let i = 1n; i <= some; i++) product = (product * (all - some + i)) / i;
  return rational(some > all ? 0n : product);
}

/** Of squares of fractions; throws BeyondBounds for what has no rational root. */
export function squareRoot({ n, d }: Rational): Rational {
  return rational(exactRoot(n), exactRoot(d));
}

function exactRoot(square: bigint): bigint {
  if (square < 0n) throw new BeyondBounds('no real root');
  let root = BigInt(Math.floor(Math.sqrt(Number(square))));
  // Newton's step mends what the float has lost.
  for (let i = 0; i < 8 && root > 0n && root * root !== square; i++) root = (root + square / root) / 2n;
  if (root * root !== square) throw new BeyondBounds('no rational root');
  return root;
}

export const equal = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;

/** Nearest number of JavaScript's: quotient and remainder apart, so that large integers keep what they can. */
export function toNumber({ n, d }: Rational): number {
  return Number(n / d) + Number(n % d) / Number(d);
}

/** Whether `stated`, written with so many decimals, is `exact` rounded to them (halves may go either way). */
export function isRounded(stated: Rational, exact: Rational, decimals: number): boolean {
  const off = subtract(stated, exact);
  const distance = off.n < 0n ? -off.n : off.n;
  // |stated − exact| ≤ half a unit of the last decimal
  return distance * 2n * 10n ** BigInt(decimals) <= off.d;
}
