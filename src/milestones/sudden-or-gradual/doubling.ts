/** How sudden is a curve over training? The largest share of its way that lies within one doubling of the tokens seen. */
import { log2 } from '../../shared/elementary';

/**
 * @param tokens rising, all above zero
 * @param values as many; between them straight lines over log2 of the tokens
 * @returns the share of the way from the first value to the one furthest from it, of the doubling that has most of it, and
 *   where that doubling begins; null for a curve whose way is shorter than `least`
 *
 * A curve that rises by the same amount in each of n doublings gives 1 / n, a step 1; a curve that overshoots between its
 * points and comes back may give more than 1 and is given as 1.
 */
export function largestDoubling(
  tokens: readonly number[],
  values: readonly number[],
  least: number,
): { share: number; from: number } | null {
  const start = values[0];
  const end = values.reduce((far, value) => (Math.abs(value - start) > Math.abs(far - start) ? value : far), start);
  if (!(Math.abs(end - start) >= least)) return null;
  const at = tokens.map(log2);
  const last = at[at.length - 1];
  const valueAt = (x: number): number => {
    const next = at.findIndex((each) => each >= x);
    if (next <= 0) return values[0];
    const within = (x - at[next - 1]) / (at[next] - at[next - 1]);
    return values[next - 1] + within * (values[next] - values[next - 1]);
  };
  // The gain over a doubling is straight between the places where either of its ends meets a point.
  const starts = [...tokens, ...tokens.map((each) => each / 2)].filter(
    (from) => from >= tokens[0] && 2 * from <= tokens[tokens.length - 1],
  );
  let best = { share: -Infinity, from: tokens[0] };
  for (const from of starts) {
    const share = (valueAt(Math.min(last, log2(2 * from))) - valueAt(log2(from))) / (end - start);
    if (share > best.share) best = { share, from };
  }
  return starts.length === 0 ? null : { ...best, share: Math.min(1, best.share) };
}
