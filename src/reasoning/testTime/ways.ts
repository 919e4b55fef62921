/**
 * What does more computation buy on one problem? The same model solves it in ways that spend more and more tokens: once, many
 * times with a vote, checked and written anew from the first wrong sum; with the same tokens spent at random places, and with a
 * calculator, as controls.
 */
import type { SamplingOptions } from '../../engine/generate';
import type { WordProblem } from '../../protocol/reasoning';
import type { Example, ProblemRow, Refined, Spent } from '../../protocol/testTime';
import { seededRandom } from '../../shared/random';
import { sameAnswer } from '../../shared/sameAnswer';
import {
  attempt,
  lastOf,
  passes,
  refine,
  restartAnywhere,
  tokensOf,
  withCalculator,
  type Attempt,
  type Search,
  type Writer,
} from './strategies';

export interface Spending {
  /** Solutions that are sampled for each problem. */
  samples: number;
  temperature: number;
}

/** `seed` is the problem's own: its samples, its new beginnings and the random lines follow from it. */
export async function solveAllWays(
  writer: Writer,
  problem: WordProblem,
  { samples: count, temperature }: Spending,
  seed: number,
): Promise<{ row: ProblemRow; example: Example | null }> {
  const sampling = (draw: number): SamplingOptions => ({ temperature, topK: 0, topP: 1, seed: seed * 100 + draw });
  const isRight = ({ answer }: Attempt): boolean => sameAnswer(answer, problem.answer);
  const greedy = await attempt(writer, '');
  const samples: Attempt[] = [];
  for (let draw = 0; draw < count; draw++) samples.push(await attempt(writer, '', sampling(draw)));
  const [first] = samples;
  const again = (restart: number): SamplingOptions => sampling(50 + restart);
  const refined = await refine(writer, first, again);
  const random = await restartAnywhere(writer, first, tokensOf(refined), again, seededRandom(seed));
  const calculator = await withCalculator(writer);
  const spent = (search: Search): Refined => {
    const trail: Spent[] = [];
    for (const each of search.attempts) {
      trail.push({ right: isRight(each), tokens: (trail.at(-1)?.tokens ?? 0) + each.tokens });
    }
    return { ...trail.at(-1)!, trail, passes: passes(lastOf(search)) };
  };
  const row: ProblemRow = {
    greedy: { right: isRight(greedy), tokens: greedy.tokens, passes: passes(greedy) },
    samples: samples.map((sample) => ({
      right: isRight(sample),
      tokens: sample.tokens,
      answer: sample.answer,
      logProbability: sample.logProbability,
      passes: passes(sample),
    })),
    refined: spent(refined),
    random: spent(random),
    calculator: spent(calculator),
  };
  const kind = !isRight(first) && isRight(lastOf(refined)) ? 'mended' : 'passed-wrong';
  const tells = kind === 'mended' || (!isRight(lastOf(refined)) && passes(lastOf(refined)));
  const { question, answer: expected } = problem;
  return { row, example: tells ? { kind, question, expected, first: first.text, last: lastOf(refined).text } : null };
}
