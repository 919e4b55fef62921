/** Direct against step by step: how often is the answer right, by the number of steps? */
import type { CompareRow, Language, TooLong } from '../../protocol/reasoning';
import { generateProblems } from '../problems/problems';
import { contextOf } from '../reading/read';
import { Decoder } from '../solve/decoder';
import { shareInterval } from '../../shared/statistics';
import type { Reasoner } from '../solve/reasoner';
import { checkContextBudget, contextDemand, tooLong } from '../solve/contextBudget';
import { solve } from '../solve/solve';

export interface CompareOptions {
  seed: number;
  /** Problems for each number of steps. */
  count: number;
  steps: readonly number[];
  language: Language | 'both';
  /** Scenes that the bundled model was never trained on. */
  unseen: boolean;
  /** All rows so far, after each problem, and while it is seen which fit. */
  onProblem: (done: number, rows: CompareRow[]) => Promise<void>;
}

/**
 * Rounds of one problem for each number of steps, so that the whole plot is there early. Numbers of steps whose problems do
 * not all fit into the model's context are left out; throws Problem prompt-too-long where none fits.
 */
export async function compare(reasoner: Reasoner, options: CompareOptions): Promise<CompareRow[]> {
  const { seed, count, steps, language, unseen, onProblem } = options;
  const problems = steps.map((n) => generateProblems({ seed: seed * 100 + n, count, steps: n, language, unseen }));
  const left: (TooLong | null)[] = steps.map(() => null);
  const right = steps.map(() => ({ trials: 0, direct: 0, stepwise: 0 }));
  const rows = (): CompareRow[] =>
    steps.map((n, i) => {
      const { trials, direct, stepwise } = right[i];
      const score = (count: number) => ({ right: count, interval: shareInterval(count / trials, trials) });
      return { steps: n, trials, direct: score(direct), stepwise: score(stepwise), tooLong: left[i] };
    });
  for (const [i, own] of problems.entries()) {
    left[i] = tooLong(reasoner, own);
    await onProblem(0, rows());
  }
  if (left.every((one) => one !== null)) {
    for (const problem of problems.flat()) {
      for (const withSteps of [false, true]) checkContextBudget(reasoner, contextDemand(reasoner, problem, withSteps));
    }
  }
  const decoder = new Decoder(reasoner.model, contextOf(reasoner));
  let done = 0;
  try {
    for (let round = 0; round < count; round++) {
      for (const [i] of steps.entries()) {
        if (left[i]) continue;
        const { question, answer } = problems[i][round];
        const direct = await solve(reasoner, question, { withSteps: false, decoder });
        const stepwise = await solve(reasoner, question, { withSteps: true, decoder });
        right[i].trials++;
        if (direct.answer === answer) right[i].direct++;
        if (stepwise.answer === answer) right[i].stepwise++;
        await onProblem(++done, rows());
      }
    }
    return rows();
  } finally {
    decoder.release();
  }
}
