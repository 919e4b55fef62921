/** Wilson's score interval for a share (Wilson 1927): honest for few trials and for shares near 0 and 1. */

/** 95 %. */
const Z = 1.959964;

export function wilson(successes: number, trials: number): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials))) / (1 + z2 / trials);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
