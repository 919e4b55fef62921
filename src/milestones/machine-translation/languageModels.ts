/** Two readings of the same counts: Stupid Backoff (Brants et al. 2007), and interpolated Kneser-Ney. */
import { ORDER, type Counts, type History } from './counts';

export interface LanguageModel {
  readonly counts: Counts;
  /** Of the word after a history: a score above 0, of Kneser-Ney a probability. */
  score(history: History, word: number): number;
}

/** The paper's. */
export const BACKOFF = 0.4;
/** What an unknown word is given: as if half of one had been seen. */
const HALF = 0.5;

/** The share after the longest context that has the word, times 0.4 for each word that had to be dropped. */
export class StupidBackoff implements LanguageModel {
  constructor(readonly counts: Counts) {}

  score({ contexts, words }: History, word: number): number {
    const { counts } = this;
    let discount = 1;
    // A context that the text never has is stepped over with the same discount.
    for (let missing = words + 1 - contexts.length; missing > 0; missing--) discount *= BACKOFF;
    for (let at = contexts.length - 1; at >= 0; at--) {
      const count = counts.count(contexts[at], word);
      if (count > 0) return discount * (count / counts.totals[contexts[at]]);
      discount *= BACKOFF;
    }
    return discount * this.floor;
  }

  /** Of a word that is nowhere, before any discount. */
  get floor(): number {
    return HALF / this.counts.totals[0];
  }

  /** Words of context that the answer came from; −1: the word is unknown. */
  usedContext({ contexts }: History, word: number): number {
    for (let at = contexts.length - 1; at >= 0; at--) if (this.counts.count(contexts[at], word) > 0) return at;
    return -1;
  }
}

/** One discount for each length (Kneser & Ney 1995; Chen & Goodman 1998), shorter contexts by their continuations. */
export class KneserNey implements LanguageModel {
  /** [lengths of context] */
  private readonly discounts: number[];

  constructor(readonly counts: Counts) {
    const { once, twice } = counts.rare();
    this.discounts = once.map((n1, length) => (n1 > 0 ? n1 / (n1 + 2 * twice[length]) : 0.5));
  }

  score({ contexts }: History, word: number): number {
    const { counts } = this;
    let probability = 1 / (counts.vocabulary + 1);
    for (const [length, context] of contexts.entries()) {
      const whole = length === ORDER - 1 || counts.begins[context];
      const total = whole ? counts.totals[context] : counts.continuationTotals[context];
      if (total === 0) continue;
      const kinds = whole ? counts.kinds[context] : counts.continuationKinds[context];
      const count = whole ? counts.count(context, word) : counts.continuation(context, word);
      const discount = this.discounts[length];
      probability = (Math.max(0, count - discount) + discount * kinds * probability) / total;
    }
    return probability;
  }
}
