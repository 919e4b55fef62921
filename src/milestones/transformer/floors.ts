/** What counting alone reaches on the same text: one symbol's frequency, and the frequency after the two before it. */
import { log2 } from '../../shared/elementary';

const ORDERS = 3;

/**
 * Witten-Bell interpolation (Witten & Bell 1991) of what followed the last `order` − 1 symbols, down to uniform: order 1 is
 * the unigram, order 3 the trigram. Learned from `training`, symbols 0 … vocabulary − 1.
 */
export function counted(training: Uint8Array, vocabulary: number): (before: Uint8Array, order: number) => Float64Array {
  const followers = Array.from({ length: ORDERS }, () => new Map<number, Map<number, number>>());
  for (let at = 0; at < training.length; at++) {
    for (let context = 0; context < ORDERS && context <= at; context++) {
      const key = keyOf(training, at, context, vocabulary);
      const known = followers[context].get(key) ?? new Map<number, number>();
      followers[context].set(key, known);
      known.set(training[at], (known.get(training[at]) ?? 0) + 1);
    }
  }
  return (before, order) => {
    let chances = new Float64Array(vocabulary).fill(1 / vocabulary);
    for (let context = 0; context < order && context <= before.length; context++) {
      const seen = followers[context].get(keyOf(before, before.length, context, vocabulary));
      if (!seen) break;
      let total = 0;
      for (const count of seen.values()) total += count;
      const lower = chances;
      chances = lower.map((chance) => (seen.size * chance) / (total + seen.size));
      for (const [symbol, count] of seen) chances[symbol] += count / (total + seen.size);
    }
    return chances;
  };
}

/** The `context` symbols before place `at`, as one number. */
function keyOf(symbols: Uint8Array, at: number, context: number, vocabulary: number): number {
  let key = 0;
  for (let back = context; back >= 1; back--) key = key * vocabulary + symbols[at - back];
  return key;
}

/** Mean bits a symbol of `windows` (each [length + 1]), from the second symbol on, knowing only what stands before it there. */
export function countedBits(
  chances: ReturnType<typeof counted>,
  windows: readonly Uint8Array[],
  order: number,
): { mean: number; byPlace: number[] } {
  const length = windows[0].length - 1;
  const byPlace = new Array<number>(length).fill(0);
  for (const window of windows) {
    for (let place = 0; place < length; place++) {
      byPlace[place] -=
        log2(chances(window.subarray(Math.max(0, place + 1 - ORDERS), place + 1), order)[window[place + 1]]) /
        windows.length;
    }
  }
  return { mean: byPlace.reduce((sum, bits) => sum + bits, 0) / length, byPlace };
}
