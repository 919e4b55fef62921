/** Statements “key: thing”, one token each: a key has two halves, so that other keys share one with it. */
import { shuffle } from '../../shared/random';
import { THINGS } from './options';

/** Values of half a key. */
export const HALVES = 128;
export const KEYS = HALVES ** 2;

export interface Haystack {
  /** [statements], all different. */
  keys: Int32Array<ArrayBuffer>;
  /** [statements] */
  things: Int32Array<ArrayBuffer>;
}

const said = (keys: readonly number[], random: () => number): Haystack => ({
  keys: Int32Array.from(keys),
  things: Int32Array.from(keys, () => Math.floor(random() * THINGS)),
});

/** Throws RangeError where there are not so many keys. */
export function haystack(length: number, random: () => number): Haystack {
  if (length > KEYS) throw new RangeError(`there are only ${KEYS} keys`);
  if (length > KEYS / 4) return said(shuffle([...Array(KEYS).keys()], random).slice(0, length), random);
  const keys = new Set<number>();
  while (keys.size < length) keys.add(Math.floor(random() * KEYS));
  return said([...keys], random);
}

/** The needle first, then `near` statements that share half of its key, then such that share none. */
export function around(needle: number, near: number, length: number, random: () => number): Haystack {
  const [first, second] = [Math.floor(needle / HALVES), needle % HALVES];
  const others = [...Array(HALVES).keys()].flatMap((half) => [first * HALVES + half, half * HALVES + second]);
  const keys = new Set([
    needle,
    ...shuffle(
      others.filter((key) => key !== needle),
      random,
    ).slice(0, near),
  ]);
  while (keys.size < length) {
    const key = Math.floor(random() * KEYS);
    if (Math.floor(key / HALVES) !== first && key % HALVES !== second) keys.add(key);
  }
  return said([...keys], random);
}
