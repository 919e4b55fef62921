/** A model solves a problem: step by step or directly. */
import { GREEDY, type SamplingOptions } from '../../engine/generate';
import type { Solution } from '../../protocol/reasoning';
import { finalAnswer } from '../import/answer';
import { answerMark } from '../import/answerLine';
import { Decoder } from './decoder';
import { buildPrompt } from './prompt';
import type { Reasoner } from './reasoner';
import { checkContextBudget } from './contextBudget';
import { writeOn } from './write';

/** More than any solution of ours; a model that talks on is stopped here. */
const MAX_TOKENS = { steps: 512, direct: 48 };

export interface SolveOptions {
  withSteps: boolean;
  sampling?: SamplingOptions;
  /** Steps to go on from, as they are written. */
  written?: string;
  onText?: (text: string) => Promise<void> | void;
  /** Awaited often while the question is read; may throw to stop. */
  pause?: () => Promise<void>;
  /** Shared by many solutions; where none is given, or it is too small for this one, one is made. */
  decoder?: Decoder;
}

/** Throws Problem prompt-too-long where the model's context has no room for an answer, and out-of-memory. */
export async function solve(reasoner: Reasoner, question: string, options: SolveOptions): Promise<Solution> {
  const { withSteps, sampling = GREEDY, written = '', onText, pause } = options;
  const started = performance.now();
  const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, question, withSteps)).map(({ id }) => id);
  const writtenIds = reasoner.model.tokenizer.encode(written).map(({ id }) => id);
  const maxTokens = withSteps ? MAX_TOKENS.steps : MAX_TOKENS.direct;
  checkContextBudget(reasoner, { question, withSteps, prompt: prompt.length, written: writtenIds.length });
  const from = [...prompt, ...writtenIds];
  const capacity = Math.min(reasoner.model.config.context, from.length + maxTokens);
  const shared = options.decoder && options.decoder.capacity >= capacity ? options.decoder : undefined;
  const decoder = shared ?? new Decoder(reasoner.model, capacity, [], pause);
  try {
    const { ids, text, ending } = await writeOn(reasoner, decoder, { from, written, maxTokens, sampling, onText });
    const whole = written + text;
    return {
      text: whole,
      ids: [...writtenIds, ...ids],
      // What was cut off before it came to its answer has none: its last number is only where it was.
      answer: withSteps && ending === 'length' && !answerMark(whole) ? null : finalAnswer(whole),
      ending,
      ms: performance.now() - started,
    };
  } finally {
    if (!shared) decoder.release();
  }
}
