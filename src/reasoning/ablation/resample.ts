/**
 * What is a step worth to the answer? The model writes on n times from before the step and n times from after it, to the
 * end. How the answers change is what the step decided (resampling importance, Bogdan et al. 2025).
 */
import type { AnswerCount, StepResampling } from '../../protocol/reasoning';
import { finalAnswer } from '../import/answer';
import { contextOf } from '../reading/read';
import { Decoder } from '../solve/decoder';
import type { Reasoner } from '../solve/reasoner';
import { writeOn } from '../solve/write';
import { outOfReach, textUpTo, type TokenizedSolution } from './tokenizedSolution';

/** Sampling as in the paper: temperature 0.6, top-p 0.95. */
export const TEMPERATURE = 0.6;
export const TOP_P = 0.95;

const MAX_TOKENS = 400;

export interface ResampleOptions {
  step: number;
  /** Samples on each side. */
  count: number;
  seed: number;
  answer: string;
  onSample: (done: number, resampling: StepResampling) => Promise<void>;
}

/** Throws Problem prompt-too-long where the step lies beyond what the model looks back over. */
export async function resample(
  reasoner: Reasoner,
  solution: TokenizedSolution,
  options: ResampleOptions,
): Promise<StepResampling> {
  const { step, count, seed, onSample } = options;
  if (step >= solution.fitting) throw outOfReach(reasoner, solution, step);
  const decoder = new Decoder(reasoner.model, contextOf(reasoner));
  const kept: string[] = [];
  const replaced: string[] = [];
  let changed = 0;
  const original = textUpTo(solution, step + 1)
    .slice(textUpTo(solution, step).length)
    .trim();
  try {
    for (let i = 0; i < count; i++) {
      const without = await sampleFrom(reasoner, decoder, solution, step, seed + 2 * i);
      replaced.push(without.answer);
      if (!without.text.trimStart().startsWith(original)) changed++;
      kept.push((await sampleFrom(reasoner, decoder, solution, step + 1, seed + 2 * i + 1)).answer);
      await onSample(i + 1, summary(options, kept, replaced, changed));
    }
    return summary(options, kept, replaced, changed);
  } finally {
    decoder.release();
  }
}

async function sampleFrom(
  reasoner: Reasoner,
  decoder: Decoder,
  solution: TokenizedSolution,
  stepsKept: number,
  seed: number,
): Promise<{ text: string; answer: string }> {
  const { prompt, ids, ranges } = solution;
  // The writer's own tokens, line end included, so that the next step begins where it did.
  const end = stepsKept === 0 ? 0 : stepsKept < ranges.length ? ranges[stepsKept].from : ids.length;
  const written = textUpTo(solution, stepsKept);
  const lineEnd = stepsKept > 0 && stepsKept === ranges.length ? '\n' : '';
  const tail = reasoner.model.tokenizer.encode(lineEnd).map(({ id }) => id);
  const { text } = await writeOn(reasoner, decoder, {
    from: [...prompt, ...ids.slice(0, end), ...tail],
    written: written + lineEnd,
    maxTokens: MAX_TOKENS,
    sampling: { temperature: TEMPERATURE, topK: 0, topP: TOP_P, seed },
  });
  return { text, answer: finalAnswer(`${written}${lineEnd}${text}`) ?? '' };
}

function summary(
  { step, seed, answer }: ResampleOptions,
  kept: readonly string[],
  replaced: readonly string[],
  changed: number,
): StepResampling {
  const share = (answers: readonly string[]): number => answers.filter((one) => one === answer).length / answers.length;
  return {
    step,
    samples: kept.length,
    sampling: { seed, temperature: TEMPERATURE, topP: TOP_P },
    changed,
    rightKept: share(kept),
    rightReplaced: share(replaced),
    kept: counted(kept),
    replaced: counted(replaced),
    kl: answerKl(kept, replaced),
  };
}

/** Commonest first. */
function counted(answers: readonly string[]): AnswerCount[] {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].map(([answer, count]) => ({ answer, count })).sort((a, b) => b.count - a.count);
}

/** KL(kept ‖ replaced) of the answers in bits; half a count is added to each answer seen, so that none has probability 0. */
export function answerKl(kept: readonly string[], replaced: readonly string[]): number {
  const all = [...new Set([...kept, ...replaced])];
  const share = (answers: readonly string[], one: string): number =>
    (answers.filter((answer) => answer === one).length + 0.5) / (answers.length + 0.5 * all.length);
  return all.reduce((sum, one) => sum + share(kept, one) * Math.log2(share(kept, one) / share(replaced, one)), 0);
}
