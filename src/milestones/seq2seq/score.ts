/** How much of a number comes back, by its length and by the place of the digit. */
import { mean } from '../../shared/statistics';
import type { Score } from './options';

export interface Test {
  given: number[];
  right: number[];
}

/** `tests`: [lengths][numbers]; one net writes, `longest` is the length whose places are told apart. */
export function scoreOf(
  write: (given: readonly number[]) => readonly number[],
  tests: readonly (readonly Test[])[],
  longest: number,
): Score {
  const score: Score = { digits: [], whole: [], places: Array.from({ length: longest }, () => 0) };
  for (const numbers of tests) {
    const marks = numbers.map(({ given, right }) => {
      const written = write(given);
      const hits = right.map((digit, place) => (written[place] === digit ? 1 : 0));
      return { hits, whole: written.length === right.length && hits.every((hit) => hit === 1) ? 1 : 0 };
    });
    score.digits.push(mean(marks.map(({ hits }) => mean(hits))));
    score.whole.push(mean(marks.map(({ whole }) => whole)));
    if (numbers[0].right.length !== longest) continue;
    score.places = score.places.map((_, place) => mean(marks.map(({ hits }) => hits[place])));
  }
  return score;
}
