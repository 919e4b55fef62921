/** Direct against step by step: how often is the answer right, by the number of steps? */
import type { CompareRow, Language } from '../../protocol/reasoning';
import { generateProblems } from '../problems/problems';
import { contextOf } from '../reading/read';
import { Decoder } from '../solve/decoder';
import { wilson } from '../solve/interval';
import type { Reasoner } from '../solve/reasoner';
import { solve } from '../solve/solve';

export interface CompareOptions {
  seed: number;
  /** Problems for each number of steps. */
  count: number;
  steps: readonly number[];
  language: Language | 'both';
  /** Scenes that the bundled model was never trained on. */
  unseen: boolean;
  /** All rows so far, after each problem. */
  onProblem: (done: number, rows: CompareRow[]) => Promise<void>;
}

/** Rounds of one problem for each number of steps, so that the whole plot is there early. */
export async function compare(reasoner: Reasoner, options: CompareOptions): Promise<CompareRow[]> {
  const { seed, count, steps, language, unseen, onProblem } = options;
  const problems = steps.map((n) => generateProblems({ seed: seed * 100 + n, count, steps: n, language, unseen }));
  const right = steps.map(() => ({ trials: 0, direct: 0, stepwise: 0 }));
  const rows = (): CompareRow[] =>
    steps.map((n, i) => {
      const { trials, direct, stepwise } = right[i];
      const score = (count: number) => ({ right: count, interval: wilson(count, trials) });
      return { steps: n, trials, direct: score(direct), stepwise: score(stepwise) };
    });
  const decoder = new Decoder(reasoner.model, contextOf(reasoner));
  let done = 0;
  try {
    for (let round = 0; round < count; round++) {
      for (const [i] of steps.entries()) {
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
