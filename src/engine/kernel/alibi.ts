/** Attention with linear biases (Press et al. 2022): what a head takes off a score for each position between query and key. */

/**
 * Slope of one of `heads` heads, the steepest first; with `most` 8 and a power of two heads 2^(−8/heads), 2^(−16/heads) … 2^−8.
 * Other counts of heads take every other slope of twice as many for those that are left, as ggml's soft_max_ext does.
 */
export function alibiSlope(head: number, heads: number, most: number): number {
  const whole = 2 ** Math.floor(Math.log2(heads));
  if (head < whole) return 2 ** ((-most * (head + 1)) / whole);
  return 2 ** ((-most * (2 * (head - whole) + 1)) / (2 * whole));
}
