/**
 * What is a step worth to what follows? Attention to it is cut for everything after it (as in attention suppression,
 * Bogdan et al. 2025), in all layers and heads, and the text is read again.
 */
import { forward } from '../../engine/model/forward';
import type { ModelConfig } from '../../engine/model/config';
import type { LoadedModel } from '../../engine/model/load';
import { logitsOf } from '../../engine/model/logits';
import { Trace } from '../../engine/trace/trace';
import type { Edit } from '../../protocol/edit';
import type { StepAblation } from '../../protocol/reasoning';
import { Decoder } from '../solve/decoder';
import { answerProbability } from '../solve/forced';
import { forcedTail } from '../solve/prompt';
import type { Reasoner } from '../solve/reasoner';
import { writeOn } from '../solve/write';
import { GREEDY } from '../../engine/generate';
import { finalAnswer } from '../import/answer';
import { ANSWER_ROOM, outOfReach, textUpTo, type TokenizedSolution } from './tokenizedSolution';
import { divergence } from '../../shared/softmax';

export interface CutOptions {
  /** The steps to cut, each by itself. */
  steps: readonly number[];
  answer: string;
  onCut: (ablation: StepAblation) => Promise<void>;
}

/** Throws Problem cancelled (through onCut) or out-of-memory; and, after those that fit, prompt-too-long where one does not. */
export async function cutSteps(
  reasoner: Reasoner,
  solution: TokenizedSolution,
  options: CutOptions,
): Promise<StepAblation[]> {
  const { model } = reasoner;
  const { prompt, ids, ranges, fitting } = solution;
  const end = fitting > 0 ? ranges[fitting - 1].to : 0;
  const all = [...prompt, ...ids.slice(0, end)];
  const base = new Trace(model.config, model.kernel, all.length, { keepResidual: false });
  try {
    await forward(model, base, all);
    const before = await answerUnder(reasoner, solution, options.answer, []);
    const found: StepAblation[] = [];
    for (const step of options.steps) {
      if (step >= fitting) continue;
      const edits = cutEdits(model.config, solution, step);
      const cut = new Trace(model.config, model.kernel, all.length, { edits, keepResidual: false });
      try {
        await forward(model, cut, all);
        const kl = new Float32Array(solution.steps.length).fill(NaN);
        for (let later = step + 1; later < fitting; later++) {
          const { from, to } = ranges[later];
          kl[later] = await meanKl(model, base, cut, prompt.length + from - 1, to - from);
        }
        const after = await answerUnder(reasoner, solution, options.answer, edits);
        const ablation: StepAblation = {
          step,
          kl,
          before: before.probability,
          after: after.probability,
          answerBefore: before.given,
          answerAfter: after.given,
        };
        found.push(ablation);
        await options.onCut(ablation);
      } finally {
        cut.release();
      }
    }
    const beyond = options.steps.find((step) => step >= fitting);
    if (beyond !== undefined) throw outOfReach(reasoner, solution, beyond);
    return found;
  } finally {
    base.release();
  }
}

/**
 * From the token after the step on, nobody sees the step; layers without attention write it into nothing that later tokens read.
 * Exported for its test.
 */
export function cutEdits(
  { shapes }: ModelConfig,
  { prompt, ranges }: Pick<TokenizedSolution, 'prompt' | 'ranges'>,
  step: number,
): Edit[] {
  const keys = { from: prompt.length + ranges[step].from, to: prompt.length + ranges[step].to };
  const attends = shapes.map(({ mixer }) => mixer.kind === 'attention');
  return [
    ...(attends.includes(true)
      ? [{ site: 'pattern', dst: { from: keys.to, to: Infinity }, src: keys, do: 'knockout' } as const]
      : []),
    ...attends.flatMap((does, layer) => (does ? [] : [{ site: 'write', layer, pos: keys, do: 'skip' } as const])),
  ];
}

async function answerUnder(
  reasoner: Reasoner,
  solution: TokenizedSolution,
  answer: string,
  edits: readonly Edit[],
): Promise<{ probability: number; given: string | null }> {
  const { prompt, ids, fitting } = solution;
  const decoder = new Decoder(reasoner.model, prompt.length + ids.length + 2 * ANSWER_ROOM + answer.length, edits);
  try {
    const written = textUpTo(solution, fitting);
    const probability = await answerProbability(reasoner, decoder, prompt, written, answer);
    const forced = written + forcedTail(written);
    const from = [...prompt, ...reasoner.model.tokenizer.encode(forced).map(({ id }) => id)];
    const options = { from, written: forced, maxTokens: ANSWER_ROOM, sampling: GREEDY };
    const { text } = await writeOn(reasoner, decoder, options);
    return { probability, given: finalAnswer(`#### ${text}`) };
  } finally {
    decoder.release();
  }
}

/** Positions whose distributions are compared at once. */
const ROWS = 16;

/** Mean over `count` positions of KL(base ‖ cut) of what comes next, in bits. */
async function meanKl(model: LoadedModel, base: Trace, cut: Trace, first: number, count: number): Promise<number> {
  let bits = 0;
  for (let at = 0; at < count; at += ROWS) {
    const n = Math.min(ROWS, count - at);
    const p = await logitsOf(model, base, first + at, n);
    const q = await logitsOf(model, cut, first + at, n);
    const vocabulary = p.length / n;
    for (let i = 0; i < n; i++) {
      const [own, other] = [p, q].map((rows) => rows.subarray(i * vocabulary, (i + 1) * vocabulary));
      bits += divergence(own, other) / Math.LN2;
    }
  }
  return count > 0 ? bits / count : 0;
}
