/** Seeded random numbers: the same seed gives the same results on every machine. */
import { cos, log } from './elementary';

/** The largest seed that can be asked for: seeds are 32 bits, a larger one would be another's double. */
export const MOST_SEED = 2 ** 32 - 1;

/** Mulberry32 (Tommy Ettinger): uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of the standard normal distribution (Box and Muller 1958); takes two numbers from `random`. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * log(1 - random())) * cos(2 * Math.PI * random());
}

/** In place, every order equally likely (Fisher and Yates). */
export function shuffle<List extends unknown[] | Uint16Array>(items: List, random: () => number): List {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}

/** For each of `count` numbers from 0 on, any of them but itself; the same ones for equal seeds. */
export function othersByChance(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => (i + 1 + Math.floor(random() * (count - 1))) % count);
}
