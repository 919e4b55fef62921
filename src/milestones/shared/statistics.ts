/** Means with 95 % intervals: Student's t over seeds, bootstrap where one model is measured on many texts. */
import { seededRandom } from '../../engine/random';

export type Interval = [low: number, high: number];

/** Two-sided 95 % quantiles of Student's t for 1 … 30 degrees of freedom; above: the normal distribution's. */
const T95 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];
const Z95 = 1.96;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the sample (n − 1). NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** 95 % interval of the mean of independent runs, e.g. one value for each seed. Throws RangeError for fewer than two. */
export function seedInterval(values: readonly number[]): Interval {
  if (values.length < 2) throw new RangeError('an interval needs two values or more');
  const half = ((T95[values.length - 2] ?? Z95) * standardDeviation(values)) / Math.sqrt(values.length);
  return [mean(values) - half, mean(values) + half];
}

/**
 * 95 % percentile bootstrap (Efron 1979): `statistic` of items drawn with replacement. Items are what is independent:
 * texts, not tokens. Paired comparisons keep both values in one item. Deterministic for a seed.
 */
export function bootstrapInterval<Item>(
  items: readonly Item[],
  statistic: (drawn: readonly Item[]) => number,
  { seed = 1, rounds = 2000 } = {},
): Interval {
  if (items.length < 2) throw new RangeError('an interval needs two items or more');
  const random = seededRandom(seed);
  const values = Array.from({ length: rounds }, () =>
    statistic(items.map(() => items[Math.floor(random() * items.length)])),
  ).sort((a, b) => a - b);
  return [values[Math.floor(0.025 * rounds)], values[Math.ceil(0.975 * rounds) - 1]];
}

/** 95 % interval of a share of `count` independent cases (Wilson 1927): holds near 0 and 1 too. */
export function shareInterval(share: number, count: number): Interval {
  const z2 = Z95 ** 2;
  const middle = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count ** 2))) / (1 + z2 / count);
  return [middle - half, middle + half];
}

/** Whether an effect is there: the interval leaves zero (or another value of no effect) out. */
export function excludes([low, high]: Interval, value = 0): boolean {
  return low > value || high < value;
}
