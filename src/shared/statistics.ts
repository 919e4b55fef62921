/**
 * 95 % intervals: Student's t for means over seeds, Wilson's for shares, bootstrap where one model is measured on many
 * texts.
 */
import { seededRandom } from './random';

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

/** Spearman's: Pearson's correlation of the ranks, ties sharing theirs; NaN where one side does not vary. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const [mx, my] = [mean(x), mean(y)];
  const [dx, dy] = [x.map((value) => value - mx), y.map((value) => value - my)];
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, i) => sum + value * q[i], 0);
  return product(dx, dy) / Math.sqrt(product(dx, dx) * product(dy, dy));
}

/** From 0, the mean of theirs for equal values. */
function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((i, j) => values[i] - values[j]);
  const result = new Array<number>(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) result[order[i]] = (first + end - 1) / 2;
    first = end;
  }
  return result;
}

/** 95 % interval of the mean of independent runs, e.g. one value for each seed. Throws RangeError for fewer than two. */
export function seedInterval(values: readonly number[]): Interval {
  if (values.length < 2) throw new RangeError('an interval needs two values or more');
  const half = (quantileOf(values) * standardDeviation(values)) / Math.sqrt(values.length);
  return [mean(values) - half, mean(values) + half];
}

/**
 * The same for shares, of which Student's would pass 0 or 1: Wilson's interval, for as many independent cases as the spread
 * between the runs amounts to (Franco et al. 2019, for surveys). In the middle of the scale it is nearly Student's.
 */
export function seedShareInterval(shares: readonly number[]): Interval {
  if (shares.length < 2) throw new RangeError('an interval needs two values or more');
  const share = mean(shares);
  const variance = standardDeviation(shares) ** 2 / shares.length;
  // Runs that agree on 0, on 1 or on anything else say nothing of their spread.
  return variance === 0 ? [share, share] : scoreInterval(share, (share * (1 - share)) / variance, quantileOf(shares));
}

/** Student's, for as many runs. */
const quantileOf = ({ length }: readonly number[]): number => T95[length - 2] ?? Z95;

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

/**
 * 95 % interval of the mean of paired differences of right answers, each −1, 0 or 1: by bootstrap, which has no width where all
 * are alike; there, up to three of n cases may be otherwise (the rule of three).
 */
export function pairedInterval(differences: readonly number[]): Interval {
  const [first] = differences;
  if (differences.some((one) => one !== first)) return bootstrapInterval(differences, mean);
  const open = 3 / differences.length;
  return [Math.max(-1, first - open), Math.min(1, first + open)];
}

/** 95 % interval of a share of `count` independent cases (Wilson 1927): holds near 0 and 1 too. Without cases: 0 to 1. */
export function shareInterval(share: number, count: number): Interval {
  return count === 0 ? [0, 1] : scoreInterval(share, count, Z95);
}

function scoreInterval(share: number, count: number, quantile: number): Interval {
  const q2 = quantile ** 2;
  const middle = (share + q2 / (2 * count)) / (1 + q2 / count);
  const half = (quantile * Math.sqrt((share * (1 - share)) / count + q2 / (4 * count ** 2))) / (1 + q2 / count);
  // Rounding may be a hair outside.
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Whether a number is above a level with its whole interval, or by itself where it has none. Not where there is no number. */
export function isAbove(found: { value: number; interval?: readonly number[] } | undefined, level = 0): boolean {
  return found !== undefined && (found.interval?.[0] ?? found.value) > level;
}
