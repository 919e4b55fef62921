/** When does it know? The probability of the right answer, forced after each step. */
import { Decoder } from '../solve/decoder';
import { answerProbability } from '../solve/forced';
import type { Reasoner } from '../solve/reasoner';
import { ANSWER_ROOM, textUpTo, type TokenizedSolution } from './written';

/** [steps + 1]: before any step, after the first, …; NaN from where the model cannot look back far enough. */
export async function answerCurve(
  reasoner: Reasoner,
  solution: TokenizedSolution,
  answer: string,
  onPoint: (stepsDone: number, probability: number) => Promise<void>,
): Promise<Float32Array> {
  const { prompt, steps, ids, fitting } = solution;
  const curve = new Float32Array(steps.length + 1).fill(NaN);
  const decoder = new Decoder(reasoner.model, prompt.length + ids.length + ANSWER_ROOM + answer.length);
  try {
    for (let done = 0; done <= fitting; done++) {
      curve[done] = await answerProbability(reasoner, decoder, prompt, textUpTo(solution, done), answer);
      await onPoint(done, curve[done]);
    }
    return curve;
  } finally {
    decoder.release();
  }
}
