/**
 * Word problems, always fresh: a running quantity that is changed K times. The same distribution as training/problems.py,
 * with this project's own seeded generator, so that what the bundled model is asked here was not in its training files
 * except by chance.
 */
import { seededRandom } from '../../engine/random';
import type { Language, WordProblem } from '../../protocol/reasoning';
import type { Operation } from './scene';
import { ITEMS, NAMES, SCENES, UNSEEN_SCENES } from './words';

export interface ProblemOptions {
  seed: number;
  count: number;
  steps: number;
  /** Both: they alternate, English first. */
  language?: Language | 'both';
  /** Scenes that the bundled model was never trained on. */
  unseen?: boolean;
}

const SIGNS: Readonly<Record<Operation, string>> = { add: '+', sub: '-', mul: '*', div: '/' };
const LARGEST = 200;

/** Equal for equal options. */
export function generateProblems({ seed, count, steps, language = 'both', unseen }: ProblemOptions): WordProblem[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const own = language === 'both' ? (i % 2 === 0 ? 'en' : 'zh') : language;
    return generateProblem(random, own, steps, unseen ?? false);
  });
}

function generateProblem(random: () => number, language: Language, steps: number, unseen: boolean): WordProblem {
  const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const scene = choose(unseen ? UNSEEN_SCENES : SCENES);
  const words = scene[language];
  const who = choose(NAMES[language]);
  const other = choose(NAMES[language].filter((name) => name !== who));
  const thing = choose(scene.items?.[language] ?? ITEMS[language]);
  const fill = (text: string, n = 0): string =>
    text.replaceAll('{a}', who).replaceAll('{b}', other).replaceAll('{x}', thing).replaceAll('{n}', String(n));

  const draw = (operation: Operation, value: number): number | null => {
    switch (operation) {
      case 'add':
        return random() < 0.5 ? between(1, 50) : between(2, 12);
      case 'sub':
        return value > 2 ? between(1, Math.min(value - 1, 60)) : null;
      case 'mul':
        return value <= 40 ? between(2, 5) : null;
      case 'div': {
        const fits = [2, 3, 4, 5].filter((divisor) => value % divisor === 0 && value / divisor > 1);
        return fits.length > 0 ? choose(fits) : null;
      }
    }
  };

  let value = random() < 0.4 ? between(2, 12) : between(5, 60);
  const said = [fill(choose(words.start), value)];
  const shown: string[] = [];
  const operations = Object.keys(words.ops) as Operation[];
  while (shown.length < steps) {
    const operation = choose(operations);
    const n = draw(operation, value);
    const next = n === null ? LARGEST + 1 : applied(operation, value, n);
    if (n === null || next > LARGEST) continue;
    const [long, short] = choose(words.ops[operation]!);
    said.push(fill(long, n));
    shown.push(`${fill(short, n)}: ${value} ${SIGNS[operation]} ${n} = ${next}`);
    value = next;
  }
  said.push(fill(choose(words.ask)));
  return { language, question: said.join(language === 'en' ? ' ' : ''), steps: shown, answer: String(value) };
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
