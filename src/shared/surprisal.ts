/** How surprising is a token? In bits, wherever it is told (its colour: color.ts). */

/** −log₂ p from the natural log of p; NaN where there was nothing to predict from. */
export function surprisalBits(logprob: number): number {
  return -logprob / Math.LN2;
}
