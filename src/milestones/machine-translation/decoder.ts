/**
 * The best translation of a sentence by phrases (Koehn et al. 2003): beam search over which source pieces are covered. What
 * the language model is asked is gathered for all hypotheses of one stack, so that it can be asked at once.
 */
import { log } from '../../shared/elementary';
import { END, ORDER, type History } from './counts';
import type { LanguageModel } from './languageModels';
import { LONGEST_PHRASE, type Phrase, type Tables } from './phrases';

export interface Weights {
  /** Of the language model's logarithm; 0: it is not asked. */
  language: number;
  /** For each word. */
  word: number;
  /** For each piece jumped over. */
  jump: number;
}

/** Set once, on other divisions of the files than those that are checked; the same for both language models. */
export const WITH_LANGUAGE: Weights = { language: 0.2, word: 1, jump: 0.15 };
/** Without a language model a word costs less, so it brings less. */
export const ALONE: Weights = { language: 0, word: 0.6, jump: 0.15 };

/** Source pieces that may be jumped over, forwards. */
const FARTHEST = 6;
/** Of a piece that no phrase has. */
const UNKNOWN_PIECE = -4;

interface Option {
  phrase: Phrase;
  ids: number[];
}

interface Hypothesis {
  /** First piece not covered; bit b: piece gap + 1 + b is covered. */
  gap: number;
  mask: number;
  /** Behind the last phrase. */
  end: number;
  words: number[];
  history: History;
  score: number;
  /** With what is hoped for of the rest. */
  hoped: number;
  from: Hypothesis | null;
  phrase: Phrase | null;
}

export interface Translation {
  pieces: string[];
  /** Runs of words that were looked up, by stack, each run once in its stack; the last word is the asked one. */
  asked: number[][][];
}

export interface Decoding {
  tables: Tables;
  model: LanguageModel;
  weights: Weights;
  beam: number;
  /** Whether what is asked is kept. */
  keepAsked?: boolean;
}

export function translate(source: readonly string[], decoding: Decoding): Translation {
  const { tables, model, weights, beam, keepAsked } = decoding;
  const { counts } = model;
  const known = new Map<number, number>();
  const chance = (history: History, word: number): number => {
    if (weights.language === 0) return 0;
    const key = (history.contexts.at(-1)! * 8 + history.words) * 2 ** 17 + word;
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = weights.language * log(model.score(history, word))));
    return value;
  };
  const histories = new Map<string, History>();
  const historyOf = (words: readonly number[]): History => {
    const key = words.join();
    let found = histories.get(key);
    if (!found) histories.set(key, (found = counts.history(words)));
    return found;
  };
  const options = optionsOf(source, tables, (word) => counts.id(word));
  const hope = hopesOf(options, weights, (ids) =>
    ids.reduce((sum, id, at) => sum + chance(historyOf(ids.slice(Math.max(0, at - ORDER + 1), at)), id), 0),
  );
  const hopeOf = (gap: number, mask: number): number => {
    let [sum, first] = [0, gap];
    for (let at = gap; at < source.length; at++) {
      const isCovered = at > gap && at - gap - 1 < 30 && ((mask >>> (at - gap - 1)) & 1) === 1;
      if (!isCovered) continue;
      if (at > first) sum += hope[first][at];
      first = at + 1;
    }
    return first < source.length ? sum + hope[first][source.length] : sum;
  };
  const start = historyOf(counts.beginning);
  const stacks = Array.from({ length: source.length + 1 }, (): Map<string, Hypothesis> => new Map());
  stacks[0].set('', { gap: 0, mask: 0, end: 0, words: counts.beginning, history: start, score: 0, hoped: 0, from: null, phrase: null }); // prettier-ignore
  const asked: number[][][] = [];
  for (let covered = 0; covered < source.length; covered++) {
    const runs = new Map<string, number[]>();
    for (const hypothesis of best(stacks[covered], beam)) {
      const { gap, mask, end } = hypothesis;
      for (let first = gap; first <= Math.min(source.length - 1, gap + FARTHEST); first++) {
        for (let last = first; last < source.length && last - gap < 30; last++) {
          if (last > gap && (mask >>> (last - gap - 1)) & 1) break;
          for (const { phrase, ids } of options[first][last] ?? []) {
            let { words, history } = hypothesis;
            let score =
              hypothesis.score + phrase.score + weights.word * ids.length - weights.jump * Math.abs(first - end);
            for (const id of ids) {
              score += chance(history, id);
              const longer = [...words, id];
              if (keepAsked) runs.set(longer.join(), longer);
              words = longer.slice(-(ORDER - 1));
              history = historyOf(words);
            }
            const next = covering(gap, mask, first, last);
            const isWhole = covered + last - first + 1 === source.length;
            if (isWhole) score += chance(history, END);
            const hoped = score + hopeOf(next.gap, next.mask);
            const key = `${next.gap} ${next.mask} ${last} ${words.join()}`;
            const stack = stacks[covered + last - first + 1];
            const other = stack.get(key);
            if (other && other.score >= score) continue;
            stack.set(key, { ...next, end: last + 1, words, history, score, hoped, from: hypothesis, phrase });
          }
        }
      }
    }
    asked.push([...runs.values()]);
  }
  const pieces: string[][] = [];
  for (let at: Hypothesis | null = best(stacks[source.length], 1)[0] ?? null; at; at = at.from) {
    if (at.phrase) pieces.unshift(at.phrase.target);
  }
  return { pieces: pieces.flat(), asked: asked.filter((each) => each.length > 0) };
}

function best(stack: ReadonlyMap<string, Hypothesis>, count: number): Hypothesis[] {
  return [...stack.values()].sort((a, b) => b.hoped - a.hoped).slice(0, count);
}

function covering(gap: number, mask: number, first: number, last: number): { gap: number; mask: number } {
  let covered = mask;
  for (let at = Math.max(first, gap + 1); at <= last; at++) covered |= 1 << (at - gap - 1);
  if (first > gap) return { gap, mask: covered };
  let next = gap + 1;
  for (; covered & 1; covered >>>= 1) next++;
  return { gap: next, mask: covered >>> 1 };
}

/** [first][last]: translations of the pieces first … last. */
function optionsOf(source: readonly string[], { phrases }: Tables, idOf: (word: string) => number): Option[][][] {
  return source.map((piece, first) => {
    const row: Option[][] = [];
    for (let last = first; last < Math.min(source.length, first + LONGEST_PHRASE); last++) {
      const found = phrases.get(source.slice(first, last + 1).join(' '));
      const list = found ?? (last === first ? [{ target: [piece], score: UNKNOWN_PIECE }] : []);
      if (list.length > 0) row[last] = list.map((phrase) => ({ phrase, ids: phrase.target.map(idOf) }));
    }
    return row;
  });
}

/** [from][to]: the best that the pieces from … to − 1 could bring by themselves. */
function hopesOf(options: Option[][][], weights: Weights, alone: (ids: number[]) => number): number[][] {
  const length = options.length;
  const hope = Array.from({ length: length + 1 }, () => new Array<number>(length + 1).fill(-Infinity));
  for (let width = 1; width <= length; width++) {
    for (let from = 0; from + width <= length; from++) {
      const to = from + width;
      for (const { phrase, ids } of options[from][to - 1] ?? []) {
        hope[from][to] = Math.max(hope[from][to], phrase.score + weights.word * ids.length + alone(ids));
      }
      for (let middle = from + 1; middle < to; middle++) {
        hope[from][to] = Math.max(hope[from][to], hope[from][middle] + hope[middle][to]);
      }
    }
  }
  return hope;
}
