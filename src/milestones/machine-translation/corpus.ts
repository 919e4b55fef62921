/** The project's translated texts, divided by file into those that are learned from and those that are asked. */
import { seededRandom, shuffle } from '../../shared/random';
import { tokens } from './tokens';

/** media/weights/translation.json: scripts/translationTexts.mjs. */
export interface Texts {
  /** [file, English, Chinese] */
  pairs: [string, string, string][];
  english: string[];
}

export interface Pair {
  file: string;
  english: string;
  chinese: string;
  /** Pieces. */
  target: string[];
  source: string[];
}

export interface Division {
  training: Pair[];
  test: Pair[];
  /** English for the language model alone, as pieces: first that of `training`, then the rest, each in a drawn order. */
  english: string[][];
  /** Entries of the history from which `test` is. */
  files: string[];
  /** Sentences of the test files that were left out because the rest has nearly the same, and English left out likewise. */
  nearDuplicates: number;
}

const TEST_FILES = 4;
/** Pieces of a sentence that is asked. */
const SHORTEST = 6;
const LONGEST = 36;
/** Longer pairs teach word alignment little. */
const LONGEST_TRAINING = 50;
/** Shared part of the three-character runs from which two sentences are nearly the same. */
const NEARLY = 0.5;

export function divide(texts: Texts, sentences: number, seed: number): Division {
  const random = seededRandom(seed);
  const pairs = texts.pairs.map(([file, english, chinese]) => ({
    file,
    english,
    chinese,
    target: tokens(english),
    source: tokens(chinese),
  }));
  // The workbench's strings are one large file and always learned from; the entries are drawn from.
  const entries = shuffle(
    [...new Set(pairs.map(({ file }) => file))].filter((file) => file !== 'workbench').sort(),
    random,
  );
  const files = entries.slice(0, TEST_FILES);
  const training = pairs.filter(({ file, target }) => !files.includes(file) && target.length <= LONGEST_TRAINING);
  const known = [
    new Similar(training.map(({ english }) => english)),
    new Similar(training.map(({ chinese }) => chinese)),
  ];
  const seen = new Set<string>();
  const fitting = pairs.filter(({ file, source, chinese }) => {
    if (!files.includes(file) || source.length < SHORTEST || source.length > LONGEST || seen.has(chinese)) return false;
    seen.add(chinese);
    return true;
  });
  const fresh = fitting.filter((pair) => !known[0].has(pair.english) && !known[1].has(pair.chinese));
  const test = shuffle(fresh, random).slice(0, sentences);
  const references = new Similar(test.map(({ english }) => english));
  const rest = texts.english.filter((text) => !references.has(text));
  const nearDuplicates = fitting.length - fresh.length + texts.english.length - rest.length;
  const english = [
    ...shuffle(training.map(({ target }) => target), random),
    ...shuffle(rest.map((text) => tokens(text)), random),
  ]; // prettier-ignore
  return { training, test, english, files, nearDuplicates };
}

/** Finds texts that share many runs of three characters (Jaccard's measure). */
export class Similar {
  private readonly sizes: number[] = [];
  private readonly holding = new Map<string, number[]>();

  constructor(texts: readonly string[]) {
    for (const [at, text] of texts.entries()) {
      const runs = runsOf(text);
      this.sizes.push(runs.size);
      for (const run of runs) {
        const list = this.holding.get(run);
        if (list) list.push(at);
        else this.holding.set(run, [at]);
      }
    }
  }

  /** Number of the text that shares most, with how much; null where none shares anything. The first of equals. */
  nearest(text: string): { at: number; share: number } | null {
    const runs = runsOf(text);
    const shared = new Map<number, number>();
    for (const run of runs) for (const at of this.holding.get(run) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
    let best: { at: number; share: number } | null = null;
    for (const [at, count] of shared) {
      const share = count / (runs.size + this.sizes[at] - count);
      if (!best || share > best.share || (share === best.share && at < best.at)) best = { at, share };
    }
    return best;
  }

  has(text: string): boolean {
    return (this.nearest(text)?.share ?? 0) >= NEARLY;
  }
}

function runsOf(text: string): Set<string> {
  const small = `  ${text.toLowerCase()} `;
  const runs = new Set<string>();
  for (let at = 0; at + 3 <= small.length; at++) runs.add(small.slice(at, at + 3));
  return runs;
}
