/** Which edges are worth telling. No DOM. */

/** Indices of the `count` largest by size, largest first; equal ones in order. */
export function largestBy(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b)
    .slice(0, count);
}
