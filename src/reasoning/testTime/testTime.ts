/** Compute at test time, on any model: right answers against tokens on fresh problems, by the way in which they are spent. */
import type { Language } from '../../protocol/reasoning';
import type { ProblemRow, SpentTokens } from '../../protocol/testTime';
import { generateProblems } from '../problems/problems';
import { contextOf } from '../reading/read';
import { checkContextBudget, contextDemand, tooLong } from '../solve/contextBudget';
import { Decoder } from '../solve/decoder';
import type { Reasoner } from '../solve/reasoner';
import { curvesOf, waysOf } from './tally';
import { solveAllWays, type Spending } from './ways';

export interface TestTimeOptions extends Spending {
  seed: number;
  count: number;
  /** Steps of each problem. */
  steps: number;
  language: Language | 'both';
  /** Awaited after each token; may throw to stop. */
  pause: () => Promise<void>;
  onProblem: (done: number, spent: SpentTokens) => Promise<void>;
}

/** Throws Problem prompt-too-long where the problems do not fit, and cancelled through `pause` and onProblem. */
export async function testTime(reasoner: Reasoner, options: TestTimeOptions): Promise<SpentTokens> {
  const { seed, count, steps, language, pause, onProblem } = options;
  const problems = generateProblems({ seed: seed * 1000 + 500 + steps, count, steps, language });
  if (tooLong(reasoner, problems))
    for (const problem of problems) checkContextBudget(reasoner, contextDemand(reasoner, problem, true));
  const decoder = new Decoder(reasoner.model, contextOf(reasoner));
  const rows: ProblemRow[] = [];
  let spent: SpentTokens = { curves: [], ways: [], accepted: 0, falseAccepts: 0 };
  try {
    for (const [number, problem] of problems.entries()) {
      const writer = { reasoner, decoder, question: problem.question, pause };
      const { row } = await solveAllWays(writer, problem, options, seed * 10_000 + number);
      rows.push(row);
      const accepted = rows.filter(({ refined }) => refined.passes);
      spent = {
        curves: curvesOf(rows),
        ways: waysOf(rows),
        accepted: accepted.length,
        falseAccepts: accepted.filter(({ refined }) => !refined.right).length,
      };
      await onProblem(rows.length, spent);
    }
    return spent;
  } finally {
    decoder.release();
  }
}
