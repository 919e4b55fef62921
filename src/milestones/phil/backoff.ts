/**
 * A back-off model of sequences: interpolated Witten-Bell (Witten & Bell 1991). The count in the longest context is
 * mixed with the shorter ones; the share of the shorter is the share of first times in the longer.
 */

/** Tokens are whole numbers below this. */
const MOST_TOKENS = 2 ** 21;

export class Backoff {
  /** Sum of counts after a context, and how many different tokens followed: [contexts]. Context 0 is the empty one. */
  private readonly totals: number[] = [0];
  private readonly kinds: number[] = [0];
  /** (context, one token further back) → context. */
  private readonly longer = new Map<number, number>();
  /** (context, token) → count. */
  private readonly counts = new Map<number, number>();

  /**
   * `order` tokens of context at most; `base` is what is known before any count: sums to 1 over all tokens. `adjust` may
   * share the probabilities without context anew; their sum must stay.
   */
  constructor(
    private readonly order: number,
    private readonly base: (token: number) => number,
    private readonly adjust: (token: number, probability: number) => number = (_, probability) => probability,
  ) {}

  /** Learns that `history[end]` followed what stands before it; `times` −1 takes that back. */
  learn(history: ArrayLike<number>, end: number, times: 1 | -1 = 1): void {
    const token = history[end];
    let context = 0;
    for (let back = 0; ; back++) {
      const key = context * MOST_TOKENS + token;
      const count = this.counts.get(key) ?? 0;
      if (count + times > 0) this.counts.set(key, count + times);
      else this.counts.delete(key);
      this.totals[context] += times;
      if (count === 0 || count + times === 0) this.kinds[context] += times;
      if (back === this.order || end - back - 1 < 0) return;
      const path = context * MOST_TOKENS + history[end - back - 1];
      let next = this.longer.get(path);
      if (next === undefined) {
        next = this.totals.length;
        this.longer.set(path, next);
        this.totals.push(0);
        this.kinds.push(0);
      }
      context = next;
    }
  }

  /** Probability of `token` after history[0 … end − 1]. */
  probability(history: ArrayLike<number>, end: number, token: number): number {
    let probability = this.base(token);
    let context = 0;
    for (let back = 0; ; back++) {
      const [total, kinds] = [this.totals[context], this.kinds[context]];
      if (total > 0) {
        const count = this.counts.get(context * MOST_TOKENS + token) ?? 0;
        probability = (count + kinds * probability) / (total + kinds);
      }
      if (back === 0) probability = this.adjust(token, probability);
      if (back === this.order || end - back - 1 < 0) return probability;
      const next = this.longer.get(context * MOST_TOKENS + history[end - back - 1]);
      if (next === undefined) return probability;
      context = next;
    }
  }

  /** Counts of all tokens and how many different ones: what a first time is weighed by. */
  get size(): number {
    return this.totals[0] + this.kinds[0];
  }

  /** How often the token was learned. */
  count(token: number): number {
    return this.counts.get(token) ?? 0;
  }
}
