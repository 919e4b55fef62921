/** Numbers of a question: which of them no step computes with, and which numbers of the steps come from nowhere. */
import { chineseNumber, englishNumber } from './numerals';

const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g;
const WORDS =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|twice|double|triple)\b|[一二两三四五六七八九十百]/i;
/** Numbers that words bring along: a part, a multiple, how many of a smaller unit make one. */
const BROUGHT: readonly (readonly [words: RegExp, numbers: readonly number[]])[] = [
  [/\b(?:half|halves|twice|double[ds]?|both|pairs?|each other|couple)\b|[半双倍]|一对/i, [2]],
  [/\b(?:thirds?|triple[ds]?|thrice)\b|三角|[23]倍/i, [3]],
  [/\b(?:quarters?|squares?)\b|方形/i, [4, 25]],
  [/\b(?:dozens?|years?|foot|feet)\b|[年打]/i, [12, 52, 365]],
  [/\b(?:weeks?|days?|daily)\b|[周天日]|星期/i, [7, 24, 30]],
  [/\b(?:hours?|minutes?)\b|时|分钟/i, [60]],
  [/%|\bper ?cent|折|[克米升]|\b(?:km|kg|ml?|cm|dollars?|cents?)\b|\$|元/i, [10, 100, 1000]],
];

const valuesIn = (text: string): number[] =>
  Array.from(text.matchAll(NUMBER), ([number]) => Number(number.replaceAll(',', '')));

export const hasNumbers = (question: string): boolean => valuesIn(question).length > 0 || WORDS.test(question);

/** In the question's order, each once. A step that computes uses what stands in its sums: it may repeat the question beside them. */
export function numbersNotUsed(
  question: string,
  steps: readonly { text: string; equations?: readonly { text: string }[] }[],
): string[] {
  const used = new Set(
    steps.flatMap(({ text, equations = [] }) =>
      valuesIn(equations.length > 0 ? equations.map((sum) => sum.text).join(' ') : text),
    ),
  );
  return [...new Set(valuesIn(question))].filter((number) => !used.has(number)).map(String);
}

/** What steps compute with and neither the question gives, in figures or words, nor an earlier sum comes to; each once. */
export function numbersFromNowhere(
  question: string,
  steps: readonly { equations: readonly { text: string; stated: number }[] }[],
): string[] {
  const known = new Set([0, 1, ...valuesIn(question), ...inWords(question)]);
  for (const [words, numbers] of BROUGHT) if (words.test(question)) for (const number of numbers) known.add(number);
  const strange = new Set<number>();
  for (const { text, stated } of steps.flatMap(({ equations }) => equations)) {
    // What it comes to may be written in several units: "2 h 15 min". A sum with a word for its sign is looked at whole.
    const at = Math.max(text.lastIndexOf('='), text.lastIndexOf('＝'));
    const [given, result] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
    for (const value of valuesIn(given)) if (value !== stated && !known.has(value)) strange.add(value);
    for (const value of [stated, ...valuesIn(result)]) known.add(value);
  }
  return [...strange].map(String);
}

function inWords(text: string): number[] {
  const words = text.split(/[^\p{L}]+/u).map((word) => ({ text: word }));
  const english = words.flatMap((_, at) => englishNumber(words, at)?.sign ?? []);
  const chinese = (text.match(/[零〇一二两三四五六七八九十百千万亿]+/g) ?? []).flatMap(
    (one) => chineseNumber(one)?.sign ?? [],
  );
  return [...english, ...chinese].map(Number);
}
