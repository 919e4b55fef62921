/**
 * Word problems, always fresh: a running quantity that is changed K times. The scenes and the way of drawing are those of
 * training/problems.py, which gives the same problem for the same seed; the training data was drawn from another generator
 * of random numbers, so what the bundled model is asked here was not in it except by chance.
 */
import { seededRandom } from '../../shared/random';
import type { Language, WordProblem } from '../../protocol/reasoning';
import { LEAST, readScenes, SIGNS } from './readScenes';
import type { LanguageScenes, Operation, Scene } from './scene';
import { Told } from './told';
import english from './scenes.en.txt';
import chinese from './scenes.zh.txt';

export interface ProblemOptions {
  seed: number;
  count: number;
  steps: number;
  /** Both: they alternate, English first. */
  language?: Language | 'both';
  /** Scenes that the bundled model was never trained on: a bus and a library; "more": a harbour, a museum and knights. */
  unseen?: boolean | 'more';
}

const SCENES: Readonly<Record<Language, LanguageScenes>> = { en: readScenes(english), zh: readScenes(chinese) };
/** Where so many draws in a row fit nothing that was said, the problem is begun again. */
const TRIES = 200;
/** "How many are left?" asks where something was taken away and nothing came. */
const LEFT: Readonly<Record<Language, RegExp>> = { en: /\b(?:left|remain|still)\b/, zh: /还/ };

/** Equal for equal options. */
export function generateProblems({ unseen, ...options }: ProblemOptions): WordProblem[] {
  const set = unseen === 'more' ? 'unseen-more' : unseen ? 'unseen' : 'trained';
  return problemsOf({ en: SCENES.en[set], zh: SCENES.zh[set] }, options);
}

/** Of the given scenes. */
export function problemsOf(
  scenes: Readonly<Record<Language, readonly Scene[]>>,
  { seed, count, steps, language = 'both' }: Omit<ProblemOptions, 'unseen'>,
): WordProblem[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const own = language === 'both' ? (i % 2 === 0 ? 'en' : 'zh') : language;
    let problem: WordProblem | null = null;
    while (!problem) problem = tryProblem(random, own, steps, scenes[own]);
    return problem;
  });
}

/** Null where a problem was begun that nothing could follow. */
function tryProblem(
  random: () => number,
  language: Language,
  steps: number,
  scenes: readonly Scene[],
): WordProblem | null {
  const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const { names, pronouns } = SCENES[language];
  const scene = choose(scenes);
  const who = choose(names);
  const other = choose(names.filter((name) => name !== who));
  const pronoun = pronouns[names.indexOf(who) % 2];
  const filled = [...scene.words].map(([word, values]) => [word, choose(values)]);
  filled.unshift(['a', who], ['b', other], ['p', pronoun]);
  const [end, space] = language === 'en' ? ['.', ' '] : ['。', ''];

  const sentence = (template: string, n = 0): string => {
    const chosen = template.replace(/\(([^)]*)\)/g, (_, options: string) => choose(options.split('|')));
    const text = [...filled, ['n', String(n)]].reduce(
      (soFar, [word, value]) => soFar.replaceAll(`{${word}}`, value),
      chosen,
    );
    return text[0].toUpperCase() + text.slice(1);
  };

  const draw = (operation: Operation, value: number): number | null => {
    const { least, by, from } = scene;
    // A warehouse is never all but empty.
    const left = Math.max(LEAST, Math.floor(from / 3));
    switch (operation) {
      case 'add':
        return random() < 0.5 ? between(least, by) : between(least, Math.min(least + 10, by));
      case 'sub':
        return value >= least + left ? between(least, Math.min(value - left, by)) : null;
      case 'mul':
        return value <= 40 ? between(2, 5) : null;
      case 'div': {
        const fits = [2, 3, 4, 5].filter((divisor) => value % divisor === 0 && value / divisor > 1);
        return fits.length > 0 ? choose(fits) : null;
      }
    }
  };

  const first = random() < 0.4 ? between(LEAST, 12) : between(5, Math.min(60, scene.most - scene.from - 1));
  let value = first + scene.from;
  const start = choose(scene.start);
  const told = new Told(choose, random, language, scene, start, value);
  const said = [sentence(start, value) + end];
  const shown: string[] = [];
  const operations = Object.keys(scene.ops) as Operation[];
  let grew = false;
  for (let tries = 0; shown.length < steps;) {
    if (tries++ === TRIES) return null;
    const operation = choose(operations);
    const n = draw(operation, value);
    const next = n === null ? scene.most + 1 : applied(operation, value, n);
    if (n === null || next > scene.most) continue;
    const template = told.choose(operation, scene.ops[operation]!, n);
    if (template === null) continue;
    const text = sentence(told.say(operation, template, n, pronoun, space), n);
    said.push(text + end);
    shown.push(`${text}: ${value} ${SIGNS[operation]} ${n} = ${next}`);
    value = next;
    grew ||= operation === 'add' || operation === 'mul';
    tries = 0;
  }
  // Nobody is asked about who was not there, nor what is left where some came.
  const asks = scene.ask.filter((ask) => !ask.includes('{a}') || said.some((each) => each.includes(who)));
  const fitting = asks.filter((ask) => !grew || !LEFT[language].test(ask));
  said.push(sentence(choose(fitting.length > 0 ? fitting : asks)));
  return { language, question: said.join(space), steps: shown, answer: String(value) };
}

function applied(operation: Operation, value: number, n: number): number {
  switch (operation) {
    case 'add':
      return value + n;
    case 'sub':
      return value - n;
    case 'mul':
      return value * n;
    case 'div':
      return value / n;
  }
}
