/**
 * exp, log, tanh, sin, cos and powers of additions, multiplications and divisions alone: the same bits on every machine and in
 * every engine, where those of `Math` may differ (V8 changed its `**` between Node 20 and 24). Polynomials of Sun's fdlibm
 * (e_exp.c, e_log.c, k_sin.c, k_cos.c), which are good to the last bit or two.
 */

const LN2_HIGH = 0.69314718036912381649; // 32 bits of it, so that whole multiples are exact
const LN2_LOW = 1.90821492927058770002e-10;
const LOG2_E = 1.4426950408889634;
/** π/2 in three parts, the first two of 33 bits: whole multiples up to 2^20 are exact. */
const HALF_PI = [1.57079632673412561417, 6.0771005063039659766e-11, 2.02226624879595063154e-21] as const;
/** 1/n! for n = 2 … 13. */
const FACTORIALS = Array.from({ length: 12 }, (_, at) => {
  let product = 1;
  for (let n = 2; n <= at + 2; n++) product *= n;
  return 1 / product;
});
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
  const k = Math.round(x * LOG2_E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  return (1 - (low - (r * c) / (2 - c) - high)) * power2(k);
}

/** exp(x) − 1, precise near 0. */
export function expm1(x: number): number {
  if (!(Math.abs(x) < 0.35)) return exp(x) - 1;
  let sum = FACTORIALS[11];
  for (let n = 10; n >= 0; n--) sum = FACTORIALS[n] + sum * x;
  return x + x * x * sum;
}

export function tanh(x: number): number {
  if (!(Math.abs(x) < 20)) return x > 0 ? 1 : x < 0 ? -1 : x;
  const grown = expm1(2 * Math.abs(x));
  const size = grown / (grown + 2);
  return x < 0 ? -size : size;
}

/** log x = k · log 2 + log m with m in √½ … √2: k, and log m less m − 1, and m − 1. x > 0 and finite. */
const apart = { k: 0, rest: 0, f: 0 };
function takeApart(x: number): typeof apart {
  const isSmall = x < 2.2250738585072014e-308;
  view.setFloat64(0, isSmall ? x * 18014398509481984 : x); // 2^54
  let k = (view.getUint32(0) >>> 20) - 1023;
  view.setUint32(0, (view.getUint32(0) & 0xfffff) | 0x3ff00000);
  let m = view.getFloat64(0); // 1 … 2
  if (m > 1.4142135623730951) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const even =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  apart.k = isSmall ? k - 54 : k;
  apart.rest = half - s * (half + odd + even);
  apart.f = f;
  return apart;
}

/** The natural logarithm; −Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const { k, rest, f } = takeApart(x);
  return k * LN2_HIGH - (rest - k * LN2_LOW - f);
}

/** The logarithm to base 2, exact for powers of 2. */
export function log2(x: number): number {
  if (!(x > 0) || x === Infinity) return log(x);
  const { k, rest, f } = takeApart(x);
  return k + (f - rest) * LOG2_E;
}

/** base^exponent for a base above 0; whole exponents by multiplying. Relative error about |exponent · log base| · 1e-16. */
export function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 0x7fffffff) return exp(exponent * log(base));
  let product = 1;
  for (let left = Math.abs(exponent), square = base; left > 0; left >>>= 1, square *= square)
    if (left & 1) product *= square;
  return exponent < 0 ? 1 / product : product;
}

/** Of an angle in radians; absolute error below 1e-15 up to a million, growing with it beyond. */
export function sin(x: number): number {
  return turned(x, 0);
}

/** As sin. */
export function cos(x: number): number {
  return turned(x, 1);
}

/** The sine of x and so many quarter turns. */
function turned(x: number, quarters: number): number {
  const k = Math.round(x / (HALF_PI[0] + HALF_PI[1]));
  const r = x - k * HALF_PI[0] - k * HALF_PI[1] - k * HALF_PI[2];
  const z = r * r;
  // % 4 keeps the sign.
  const quarter = (((k % 4) + quarters + 4) % 4) as 0 | 1 | 2 | 3;
  const size =
    quarter % 2 === 0
      ? r +
        r *
          z *
          (-1.66666666666666324348e-1 +
            z *
              (8.33333333332248946124e-3 +
                z *
                  (-1.98412698298579493134e-4 +
                    z *
                      (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)))))
      : 1 -
        (0.5 * z -
          z *
            z *
            (4.16666666666666019037e-2 +
              z *
                (-1.38888888888741095749e-3 +
                  z *
                    (2.48015872894767294178e-5 +
                      z *
                        (-2.7557314351390663303e-7 +
                          z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11))))));
  return quarter < 2 ? size : -size;
}
