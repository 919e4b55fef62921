/** Whether numbers are as close to others as they have to be. NaN is close to NaN alone. */
import assert from 'node:assert/strict';

type Numbers = number | ArrayLike<number> | Iterable<number>;

/** |actual − expected| ≤ tolerance, number by number; as many of the one as of the other. */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: number, what = ''): void {
  assertWithin(actual, expected, () => tolerance, what);
}

/** |actual − expected| ≤ tolerance · max(1, |expected|). */
export function assertRelativelyClose(actual: Numbers, expected: Numbers, tolerance: number, what = ''): void {
  assertWithin(actual, expected, (value) => tolerance * Math.max(1, Math.abs(value)), what);
}

/** |actual − expected| ≤ tolerance · the largest |expected|, which is more than 0. */
export function assertCloseToLargest(actual: Numbers, expected: Numbers, tolerance: number, what = ''): void {
  const wanted = listOf(expected);
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(wanted[i]));
  assert.ok(largest > 0, `${what}: nothing but zeros to compare with`);
  assertWithin(actual, wanted, () => tolerance * largest, what);
}

function assertWithin(actual: Numbers, expected: Numbers, allowed: (expected: number) => number, what: string): void {
  const [ours, wanted] = [listOf(actual), listOf(expected)];
  assert.equal(ours.length, wanted.length, `${what}: ${ours.length} numbers, not ${wanted.length}`);
  for (let i = 0; i < ours.length; i++) {
    if (Math.abs(ours[i] - wanted[i]) <= allowed(wanted[i]) || Object.is(ours[i], wanted[i])) continue;
    const at = typeof actual === 'number' ? '' : `[${i}]`;
    assert.fail(`${what}${at}: ${ours[i]} is not ${wanted[i]} ± ${allowed(wanted[i])}`);
  }
}

/** Arrays as they are: of a long one a copy takes more time than the comparison. */
const listOf = (numbers: Numbers): ArrayLike<number> =>
  typeof numbers === 'number' ? [numbers] : 'length' in numbers ? numbers : [...numbers];
