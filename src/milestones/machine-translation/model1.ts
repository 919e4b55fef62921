/**
 * IBM Model 1 (Brown et al. 1993): every target word is made by one source word or by none, wherever they stand; how likely
 * which word is by which is found by expectation and maximization.
 */

/** The empty word, by which a target word may come from nowhere. */
export const NONE = '';

export type WordTable = Map<string, Map<string, number>>;

export interface SentencePair {
  source: readonly string[];
  target: readonly string[];
}

/** t(target | source): source → target → probability. */
export async function learnWords(
  pairs: readonly SentencePair[],
  rounds: number,
  pause: () => Promise<void>,
): Promise<WordTable> {
  let table: WordTable | null = null;
  for (let round = 0; round < rounds; round++) {
    const counts: WordTable = new Map();
    for (const [number, { source, target }] of pairs.entries()) {
      if (number % 100 === 0) await pause();
      const words = [NONE, ...source];
      for (const wanted of target) {
        // In the first round all are equally likely.
        const shares = words.map((word) => (table ? (table.get(word)?.get(wanted) ?? 0) : 1));
        const sum = shares.reduce((all, share) => all + share, 0);
        for (const [at, word] of words.entries()) {
          if (shares[at] === 0) continue;
          let row = counts.get(word);
          if (!row) counts.set(word, (row = new Map()));
          row.set(wanted, (row.get(wanted) ?? 0) + shares[at] / sum);
        }
      }
    }
    for (const row of counts.values()) {
      let sum = 0;
      for (const count of row.values()) sum += count;
      // What is next to nothing is left out: the tables stay small.
      for (const [word, count] of row) {
        if (count / sum < 1e-5) row.delete(word);
        else row.set(word, count / sum);
      }
    }
    table = counts;
  }
  return table ?? new Map();
}

/** Of each target word the source word that most likely made it, −1: none. A tie goes to the nearer to the diagonal. */
export function align({ source, target }: SentencePair, table: WordTable): number[] {
  return target.map((wanted, j) => {
    let [best, chance] = [-1, table.get(NONE)?.get(wanted) ?? 0];
    const diagonal = (i: number): number => Math.abs((i + 0.5) / source.length - (j + 0.5) / target.length);
    for (const [i, word] of source.entries()) {
      const share = table.get(word)?.get(wanted) ?? 0;
      if (share > chance || (share === chance && best >= 0 && diagonal(i) < diagonal(best)))
        [best, chance] = [i, share];
    }
    return best;
  });
}
