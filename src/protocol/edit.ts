/**
 * Interventions: what a forward pass is told to do otherwise than the model would. A pass takes a list of them; everything
 * that is asked of its trace (weights, pictures, predictions) is then about the edited run.
 */

/** Half-open range of token positions. */
export interface TokenRange {
  from: number;
  to: number;
}

export type Edit =
  /** The head's output is zero before the output projection, for all tokens or these. Its own weights stay as they were. */
  | { kind: 'cut-head'; layer: number; head: number; tokens?: TokenRange }
  /**
   * These queries may not look at these keys: the weights there are exactly 0 and the softmax is over what is left. A query
   * that is left nothing to look at gets a zero vector. Without `layer` in every layer, without `head` in every head.
   */
  | { kind: 'cut-edges'; layer?: number; head?: number; queries: TokenRange; keys: TokenRange }
  /** The router may not choose this expert; its next favourite comes in. */
  | { kind: 'ban-expert'; layer: number; expert: number; tokens?: TokenRange }
  /**
   * These experts are chosen whatever the router says; places that are left over go to its favourites. The weights are the
   * router's probabilities, made to sum to one where the model does so.
   */
  | { kind: 'force-experts'; layer: number; experts: number[]; tokens?: TokenRange }
  /**
   * The residual stream that goes into `layer` at `tokens` is replaced by what it was in another kept trace of this model,
   * from that trace's position `sourceFrom` on (activation patching; Meng et al. 2022).
   */
  | { kind: 'patch-residual'; layer: number; tokens: TokenRange; trace: number; sourceFrom: number };
