/** Phrases that stand for each other, taken from sentences aligned word by word in both directions (Koehn et al. 2003). */
import { log } from '../../shared/elementary';
import { align, learnWords, type SentencePair, type WordTable } from './model1';

export interface Phrase {
  target: string[];
  /** Of log P(target | source), log P(source | target) and the words' own chances: the translation model's part of the score. */
  score: number;
}

export interface Tables {
  /** Source phrase, its pieces joined by blanks → the best of its translations, best first. */
  phrases: Map<string, Phrase[]>;
  /** t(target | source), Model 1. */
  words: WordTable;
}

export const LONGEST_PHRASE = 7;
const LONGEST_TARGET = 6;
const ROUNDS = 5;
const MOST_TRANSLATIONS = 12;
/** Weights of the parts; set once, on other divisions of the files than those that are checked. */
const WEIGHTS = { forward: 0.3, backward: 0.2, words: 0.3 };

export async function learnPhrases(pairs: readonly SentencePair[], pause: () => Promise<void>): Promise<Tables> {
  const swapped = pairs.map(({ source, target }) => ({ source: target, target: source }));
  const words = await learnWords(pairs, ROUNDS, pause);
  const back = await learnWords(swapped, ROUNDS, pause);
  const counts = new Map<string, Map<string, number>>();
  const targets = new Map<string, number>();
  for (const [at, pair] of pairs.entries()) {
    const links = symmetric(align(pair, words), align(swapped[at], back), pair);
    for (const [source, target] of phrasesOf(pair, links)) {
      let row = counts.get(source);
      if (!row) counts.set(source, (row = new Map()));
      row.set(target, (row.get(target) ?? 0) + 1);
      targets.set(target, (targets.get(target) ?? 0) + 1);
    }
  }
  const phrases = new Map<string, Phrase[]>();
  for (const [source, row] of counts) {
    let all = 0;
    for (const count of row.values()) all += count;
    const list = [...row].map(([target, count]): Phrase => {
      const [from, to] = [source.split(' '), target.split(' ')];
      const score =
        WEIGHTS.forward * log(count / all) +
        WEIGHTS.backward * log(count / targets.get(target)!) +
        WEIGHTS.words * (lexical(from, to, words) + lexical(to, from, back)) * 0.5;
      return { target: to, score };
    });
    phrases.set(source, list.sort((a, b) => b.score - a.score).slice(0, MOST_TRANSLATIONS));
  }
  return { phrases, words };
}

/** Each target word by the mean of its chances from the source words. */
function lexical(source: readonly string[], target: readonly string[], table: WordTable): number {
  let sum = 0;
  for (const wanted of target) {
    let chance = 0;
    for (const word of source) chance += table.get(word)?.get(wanted) ?? 0;
    sum += log(Math.max(chance / source.length, 1e-6));
  }
  return sum;
}

type Links = Set<number>;

/** Links that both directions have, grown by those next to them that one has (“grow-diag”), then by those of loose words. */
export function symmetric(
  forward: readonly number[],
  backward: readonly number[],
  { source, target }: SentencePair,
): Links {
  const width = target.length;
  const union: Links = new Set();
  const links: Links = new Set();
  forward.forEach((i, j) => i >= 0 && union.add(i * width + j));
  backward.forEach((j, i) => {
    if (j < 0) return;
    if (union.has(i * width + j)) links.add(i * width + j);
    union.add(i * width + j);
  });
  const [usedSource, usedTarget] = [new Set<number>(), new Set<number>()];
  const add = (link: number): void => {
    links.add(link);
    usedSource.add(Math.floor(link / width));
    usedTarget.add(link % width);
  };
  [...links].forEach(add);
  const free = (link: number): boolean => !usedSource.has(Math.floor(link / width)) || !usedTarget.has(link % width);
  const rest = [...union].filter((link) => !links.has(link)).sort((a, b) => a - b);
  const neighbours = (link: number): boolean => {
    const [i, j] = [Math.floor(link / width), link % width];
    for (let di = -1; di <= 1; di++) {
      for (let dj = -1; dj <= 1; dj++) {
        const [a, b] = [i + di, j + dj];
        if (a >= 0 && a < source.length && b >= 0 && b < width && links.has(a * width + b)) return true;
      }
    }
    return false;
  };
  for (let grown = true; grown;) {
    grown = false;
    for (const link of rest) {
      if (!links.has(link) && free(link) && neighbours(link)) {
        add(link);
        grown = true;
      }
    }
  }
  for (const link of rest) {
    if (!links.has(link) && !usedSource.has(Math.floor(link / width)) && !usedTarget.has(link % width)) add(link);
  }
  return links;
}

/** All pairs of runs with no link from inside to outside; loose target words at the edges may go with them. */
export function phrasesOf({ source, target }: SentencePair, links: Links): [string, string][] {
  const width = target.length;
  const found: [string, string][] = [];
  const [low, high] = [new Array<number>(width).fill(Infinity), new Array<number>(width).fill(-1)];
  const ends = source.map((): [number, number] => [Infinity, -1]);
  for (const link of links) {
    const [i, j] = [Math.floor(link / width), link % width];
    [low[j], high[j]] = [Math.min(low[j], i), Math.max(high[j], i)];
    ends[i] = [Math.min(ends[i][0], j), Math.max(ends[i][1], j)];
  }
  for (let first = 0; first < source.length; first++) {
    let [from, to] = [Infinity, -1];
    for (let last = first; last < Math.min(source.length, first + LONGEST_PHRASE); last++) {
      [from, to] = [Math.min(from, ends[last][0]), Math.max(to, ends[last][1])];
      if (to < 0 || to - from >= LONGEST_TARGET) continue;
      let closed = true;
      for (let j = from; j <= to && closed; j++) closed = high[j] < 0 || (low[j] >= first && high[j] <= last);
      if (!closed) continue;
      const name = source.slice(first, last + 1).join(' ');
      for (let a = from; a >= 0 && (a === from || high[a] < 0); a--) {
        for (let b = to; b < width && (b === to || high[b] < 0) && b - a < LONGEST_TARGET; b++) {
          found.push([name, target.slice(a, b + 1).join(' ')]);
        }
      }
    }
  }
  return found;
}
