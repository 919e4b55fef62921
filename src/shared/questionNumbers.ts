/** Numbers of a question, and which of them no step computes with. */

const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g;
const WORDS =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|twice|double|triple)\b|[一二两三四五六七八九十百]/i;

const numbersOf = (text: string): string[] =>
  Array.from(text.matchAll(NUMBER), ([number]) => String(Number(number.replaceAll(',', ''))));

export const hasNumbers = (question: string): boolean => numbersOf(question).length > 0 || WORDS.test(question);

/** In the question's order, each once. */
export function numbersNotUsed(question: string, steps: readonly { text: string }[]): string[] {
  const used = new Set(steps.flatMap(({ text }) => numbersOf(text)));
  return [...new Set(numbersOf(question))].filter((number) => !used.has(number));
}
