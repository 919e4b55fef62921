/** When does it know? The probability of the right answer, forced after each step. */
import type { AnswerCurve } from '../../protocol/reasoning';
import { contextOf } from '../reading/read';
import { Decoder } from '../solve/decoder';
import { answerProbability } from '../solve/forced';
import type { Reasoner } from '../solve/reasoner';
import { reachOf } from './reach';
import { ANSWER_ROOM, type TokenizedSolution } from './tokenizedSolution';

export interface CurveOptions {
  answer: string;
  /** Steps after which it is forced, both included; all if not given. */
  from?: number;
  to?: number;
  onPoint: (stepsDone: number, probability: number) => Promise<void>;
  /** Awaited often while a long trace is read; may throw to stop. */
  pause?: () => Promise<void>;
}

export async function answerCurve(
  reasoner: Reasoner,
  solution: TokenizedSolution,
  options: CurveOptions,
): Promise<AnswerCurve> {
  const { prompt, steps, ids, ranges, text } = solution;
  const { answer, from = 0, to = steps.length, onPoint, pause } = options;
  const context = contextOf(reasoner);
  const lengths = ranges.map((range) => range.to - range.from);
  const { starts, whole, withQuestion } = reachOf(lengths, prompt.length, context - ANSWER_ROOM);
  const probabilities = new Float32Array(steps.length + 1).fill(NaN);
  // A part of the text may have a few tokens more than it has within the whole.
  const capacity = Math.min(context, prompt.length + ids.length) + 2 * ANSWER_ROOM + answer.length;
  const decoder = new Decoder(reasoner.model, capacity, [], pause);
  try {
    for (let done = from; done <= to; done++) {
      if (Number.isNaN(starts[done])) continue;
      const asked = done <= whole || withQuestion ? prompt : prompt.slice(0, 1);
      const first = done <= whole ? solution.textStart : steps[starts[done]].start;
      const inSight = done === 0 ? '' : text.slice(first, steps[done - 1].end);
      probabilities[done] = await answerProbability(reasoner, decoder, asked, inSight, answer);
      await onPoint(done, probabilities[done]);
    }
    return { probabilities, whole, withQuestion, context };
  } finally {
    decoder.release();
  }
}
