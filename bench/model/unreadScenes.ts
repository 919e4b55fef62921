/**
 * The third set of scenes that the model never saw: written by somebody who read neither the generator nor its scenes, and read by
 * nobody who writes either. bench/problems/scenes3.json: for each language scenes of one quantity (`Written`).
 */
import { readFileSync } from 'node:fs';
import type { Change, Operation, Scene } from '../../src/reasoning/problems/scene';
import { problemsOf } from '../../src/reasoning/problems/problems';
import { LEAST } from '../../src/reasoning/problems/readScenes';
import type { Language, WordProblem } from '../../src/protocol/reasoning';

const FILE = 'bench/problems/scenes3.json';
const OPERATIONS = ['add', 'sub', 'mul', 'div'] as const satisfies readonly Operation[];

type Sentence = string | { say: string; by: number };

/** As it was written: `most`, `by`, `from` as in scenes.en.txt; a sentence may bound its own number. */
interface Written extends Partial<Record<Operation, Sentence[]>> {
  name: string;
  most: number;
  by: number;
  from?: number;
  words?: Record<string, string[]>;
  start: string[];
  ask: string[];
}

/** Throws where a scene is not as its form says: which, and what of it. */
export function sceneOf(written: Written): Scene {
  const { name, most, by, from = 0, words = {}, start, ask } = written;
  const wrong = (what: string): Error => new Error(`${FILE}: scene ${name}: ${what}`);
  const known = new Set(['a', 'b', 'n', ...Object.keys(words)]);
  const check = (sentence: string, numbers: number): string => {
    const named = Array.from(sentence.matchAll(/\{([^}]*)\}/g), ([, word]) => word);
    const strange = named.filter((word) => !known.has(word));
    if (strange.length > 0) throw wrong(`“${sentence}” names {${strange[0]}}, of which it has no words`);
    if (named.filter((word) => word === 'n').length !== numbers)
      throw wrong(`“${sentence}” has {n} another number of times`);
    return sentence;
  };
  const changes = (sentences: Sentence[]): Change[] =>
    sentences.map((each) =>
      typeof each === 'string'
        ? { template: check(each, 1), least: LEAST, by: Infinity }
        : { template: check(each.say, 1), least: LEAST, by: each.by },
    );
  const ops: Scene['ops'] = {};
  for (const operation of OPERATIONS) if (written[operation]?.length) ops[operation] = changes(written[operation]);
  if (start.length === 0 || ask.length === 0 || !ops.add || !ops.sub) throw wrong('it lacks start, ask, add or sub');
  if (!(most >= 20 && most <= 200 && by >= 5)) throw wrong('most is not 20 to 200, or by is below 5');
  start.forEach((sentence) => check(sentence, 1));
  ask.forEach((sentence) => check(sentence, 0));
  const shared = { times: [], joins: [], least: LEAST };
  return { ...shared, start, ask, ops, words: new Map(Object.entries(words)), most, by, from };
}

/** Scenes of each language. */
export function unreadScenes(): Record<Language, Scene[]> {
  const all = JSON.parse(readFileSync(FILE, 'utf8')) as Record<Language, Written[]>;
  return { en: all.en.map(sceneOf), zh: all.zh.map(sceneOf) };
}

/** Equal for equal seeds; half English, half Chinese. */
export const unreadProblems = (options: { seed: number; count: number; steps: number }): WordProblem[] =>
  problemsOf(unreadScenes(), options);
