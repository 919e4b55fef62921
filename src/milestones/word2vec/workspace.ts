/** The live part: what skip-gram reads from the workspace, or from this history, and how well it has learned it. */
import type { TextsFrom, WorkspaceText } from '../../protocol/milestones';
import { historyTexts } from '../shared/historyTexts';
import { identifierRuns, isSource, partsOf } from '../shared/identifiers';
import type { SkipGram } from './skipGram';
import { nearest, rowOf, type Vectors } from './vectors';

const LEAST_COUNT = 5;
const MOST_IDENTIFIERS = 5000;
/** Fewer identifiers in the workspace teach nothing. */
const LEAST_TOKENS = 500;
/** Shorter words of prose mostly hold sentences together. */
const TELLING = 6;

export interface Corpus {
  from: TextsFrom;
  files: number;
  /** Most frequent first. */
  words: string[];
  counts: number[];
  /** Runs of word numbers. */
  training: number[][];
  /** From every tenth file. */
  heldOut: number[][];
  tokens: number;
}

/** The workspace's identifiers, or where they are too few the words of this history's English. */
export function readCorpus(texts: readonly WorkspaceText[]): Corpus {
  const own = corpusOf('workspace', texts.filter(isSource).map(identifierRuns));
  return own.tokens < LEAST_TOKENS ? corpusOf('history', historyTexts().map(wordRuns)) : own;
}

/** Words in small letters, of two letters or more; a line is a run. */
function wordRuns({ text }: WorkspaceText): string[][] {
  return text.split('\n').map((line) => line.toLowerCase().match(/\p{L}{2,}/gu) ?? []);
}

/** `runs`: [files][runs][words] */
function corpusOf(from: TextsFrom, runs: readonly string[][][]): Corpus {
  const isHeldOut = (file: number): boolean => file % 10 === 9;
  const counted = new Map<string, number>();
  runs.forEach((file, at) => {
    if (isHeldOut(at)) return;
    for (const run of file) for (const word of run) counted.set(word, (counted.get(word) ?? 0) + 1);
  });
  const words = [...counted.keys()]
    .filter((word) => counted.get(word)! >= LEAST_COUNT)
    .sort((a, b) => counted.get(b)! - counted.get(a)! || (a < b ? -1 : 1))
    .slice(0, MOST_IDENTIFIERS);
  const index = new Map(words.map((word, at) => [word, at]));
  const known = (file: readonly string[][]): number[][] =>
    file.map((run) => run.flatMap((word) => index.get(word) ?? [])).filter((run) => run.length > 1);
  const training = runs.flatMap((file, at) => (isHeldOut(at) ? [] : known(file)));
  const tokens = training.reduce((sum, run) => sum + run.length, 0);
  return {
    from,
    files: runs.length,
    words,
    counts: words.map((word) => counted.get(word)!),
    training,
    heldOut: runs.flatMap((file, at) => (isHeldOut(at) ? known(file) : [])),
    tokens,
  };
}

/**
 * How often a word two places on, in files that were not trained on, scores above a word drawn at random (ties count
 * half): the area under the ROC curve. null when there is nothing held out.
 */
export function heldOutRanking(model: SkipGram, runs: readonly number[][], most: number): number | null {
  let [above, pairs] = [0, 0];
  for (const run of runs) {
    for (let at = 0; at + 2 < run.length && pairs < most; at++) {
      const random = model.draw();
      const difference = model.score(run[at], run[at + 2]) - model.score(run[at], random);
      above += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
      pairs++;
    }
  }
  return pairs > 0 ? above / pairs : null;
}

/** Whose neighbours are shown: identifiers of two words or more, or longer words of prose; the most frequent first. */
export function telling({ from, words }: Pick<Corpus, 'from' | 'words'>): number[] {
  return from === 'workspace'
    ? compounds(words, words.length)
    : [...words.keys()].filter((at) => words[at].length >= TELLING);
}

/** Identifiers of two words or more, the most frequent first. */
function compounds(words: readonly string[], most: number): number[] {
  return [...words.keys()].filter((at) => partsOf(words[at]).length > 1).slice(0, most);
}

/**
 * Skip-gram sees an identifier as one symbol, so it cannot know that readFile and writeFile share a word. How often does
 * the nearest identifier share one all the same, and how often does any other? null without compound identifiers.
 */
export function sharedWords(vectors: Vectors, most: number): { nearest: number; chance: number } | null {
  const asked = compounds(vectors.words, most);
  if (asked.length < 20) return null;
  const parts = vectors.words.map((word) => new Set(partsOf(word)));
  const share = (a: number, b: number): boolean => [...parts[a]].some((part) => parts[b].has(part));
  let [hits, chance] = [0, 0];
  for (const at of asked) {
    const [{ word }] = nearest(vectors, rowOf(vectors, at), 1, [at]);
    if (share(at, vectors.index.get(word)!)) hits++;
    let others = 0;
    for (let other = 0; other < parts.length; other++) if (other !== at && share(at, other)) others++;
    chance += others / (parts.length - 1);
  }
  return { nearest: hits / asked.length, chance: chance / asked.length };
}
