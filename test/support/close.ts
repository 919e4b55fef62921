/** Whether numbers are as close to others as they have to be. NaN is close to NaN alone. */
import assert from 'node:assert/strict';

type Numbers = number | Iterable<number>;

/** |actual − expected| ≤ tolerance, number by number; as many of the one as of the other. */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: number, what = ''): void {
  assertWithin(actual, expected, () => tolerance, what);
}

/** |actual − expected| ≤ tolerance · max(1, |expected|). */
export function assertRelativelyClose(actual: Numbers, expected: Numbers, tolerance: number, what = ''): void {
  assertWithin(actual, expected, (value) => tolerance * Math.max(1, Math.abs(value)), what);
}

function assertWithin(actual: Numbers, expected: Numbers, allowed: (expected: number) => number, what: string): void {
  const [ours, wanted] = [listOf(actual), listOf(expected)];
  assert.equal(ours.length, wanted.length, `${what}: ${ours.length} numbers, not ${wanted.length}`);
  ours.forEach((value, i) => {
    if (Object.is(value, wanted[i]) || Math.abs(value - wanted[i]) <= allowed(wanted[i])) return;
    const at = typeof actual === 'number' ? '' : `[${i}]`;
    assert.fail(`${what}${at}: ${value} is not ${wanted[i]} ± ${allowed(wanted[i])}`);
  });
}

const listOf = (numbers: Numbers): number[] => (typeof numbers === 'number' ? [numbers] : [...numbers]);
