/** The live part: what skip-gram reads from the workspace, and how well it has learned it. */
import type { WorkspaceText } from '../../protocol/milestones';
import { identifierRuns, isSource, partsOf } from '../shared/identifiers';
import type { SkipGram } from './skipGram';
import { nearest, rowOf, type Vectors } from './vectors';

const LEAST_COUNT = 5;
const MOST_IDENTIFIERS = 5000;
/** Below this there is nothing to learn from. */
const LEAST_TOKENS = 500;

export interface Corpus {
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

/** null when the workspace has too few identifiers. */
export function readCorpus(texts: readonly WorkspaceText[]): Corpus | null {
  const files = texts.filter(isSource);
  const runs = files.map(identifierRuns);
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
  const known = (file: string[][]): number[][] =>
    file.map((run) => run.flatMap((word) => index.get(word) ?? [])).filter((run) => run.length > 1);
  const training = runs.flatMap((file, at) => (isHeldOut(at) ? [] : known(file)));
  const tokens = training.reduce((sum, run) => sum + run.length, 0);
  if (tokens < LEAST_TOKENS) return null;
  return {
    files: files.length,
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

/** Identifiers of two words or more, the most frequent first. */
export function compounds(words: readonly string[], most: number): number[] {
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
