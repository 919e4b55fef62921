/**
 * How likely is a solution right, by what it and its question look like to the model that wrote it? A logistic regression on
 * four traits, fitted on other problems (bench/model/calibrator.ts).
 */
import { forward } from '../../engine/model/forward';
import { logProbabilities } from '../../engine/model/logits';
import { Trace } from '../../engine/trace/trace';
import type { Solution } from '../../protocol/reasoning';
import { numbersNotUsed } from '../../shared/questionNumbers';
import { sigmoid } from '../../shared/softmax';
import { buildPrompt } from './prompt';
import type { Reasoner } from './reasoner';

/**
 * question, solution: mean log-probability of their tokens (nats); least: of the written token that had the least; unused:
 * numbers of the question that the solution does not name.
 */
export const TRAITS = ['question', 'solution', 'least', 'unused'] as const;
export type Traits = Record<(typeof TRAITS)[number], number>;

export interface Calibration {
  bias: number;
  /** Of (trait − mean) / scale. */
  weights: Record<(typeof TRAITS)[number], { mean: number; scale: number; weight: number }>;
}

/** Of a solution step by step. One pass over question and solution; throws as `forward` and what `pause` throws. */
export async function traitsOf(
  reasoner: Reasoner,
  question: string,
  solution: Pick<Solution, 'ids' | 'text'>,
  pause?: () => Promise<void>,
): Promise<Traits> {
  const { model } = reasoner;
  const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, question, true)).map(({ id }) => id);
  const ids = [...prompt, ...solution.ids];
  const trace = new Trace(model.config, model.kernel, ids.length);
  try {
    await forward(model, trace, ids, { afterChunk: pause });
    const all = await logProbabilities(model, trace, pause);
    // Before the first token nothing is expected.
    const [asked, own] = [all.subarray(1, prompt.length), all.subarray(prompt.length)];
    return {
      question: average(asked),
      solution: average(own),
      least: own.reduce((least, each) => Math.min(least, each), 0),
      unused: numbersNotUsed(question, [solution]).length,
    };
  } finally {
    trace.release();
  }
}

/** 0 of nothing. */
const average = (values: Float32Array): number =>
  values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length;

/** 0…1. */
export function chanceOf(traits: Traits, { bias, weights }: Calibration): number {
  const sum = TRAITS.reduce((total, trait) => {
    const { mean, scale, weight } = weights[trait];
    return total + (weight * (traits[trait] - mean)) / scale;
  }, bias);
  return sigmoid(sum);
}
