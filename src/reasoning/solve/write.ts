/** Lets a model write on, from any place of a solution to its answer. */
import { sample, type SamplingOptions } from '../../engine/generate';
import { seededRandom } from '../../shared/random';
import type { Ending } from '../../protocol/reasoning';
import type { Decoder } from './decoder';
import type { Reasoner } from './reasoner';
import { ANSWER_MARK } from './answerMark';

export interface Written {
  ids: number[];
  text: string;
  /** Why it stopped: the model ended, the answer was complete, or there was no more room. */
  ending: Ending;
}

export interface WriteOptions {
  /** Prompt and what is already written. */
  from: readonly number[];
  /** Text of what is already written after the prompt. */
  written: string;
  maxTokens: number;
  sampling: SamplingOptions;
  /** Called with each token that is taken and the logits it was drawn from, [vocabulary]. */
  onToken?: (id: number, logits: Float32Array) => void;
  /** Called after each token with all text of this call; may wait, may throw to stop. */
  onText?: (text: string) => Promise<void> | void;
}

/** Behind worked examples a model goes on with a problem of its own: this one is over. */
const NEXT_PROBLEM = /\s*\n\s*(?:Question:|问题：)/;

export async function writeOn(reasoner: Reasoner, decoder: Decoder, options: WriteOptions): Promise<Written> {
  const { from, written, maxTokens, sampling, onToken, onText } = options;
  const random = seededRandom(sampling.seed);
  await decoder.moveTo(from);
  const ids: number[] = [];
  const mostTokens = Math.min(maxTokens, decoder.capacity - from.length);
  let text = '';
  while (ids.length < mostTokens) {
    const logits = await decoder.logits();
    const id = sample(logits, sampling, random);
    if (reasoner.stopIds.includes(id)) return { ids, text, ending: 'end' };
    onToken?.(id, logits);
    const longer = reasoner.decode([...ids, id]);
    const next = reasoner.style.kind === 'few-shot' ? longer.search(NEXT_PROBLEM) : -1;
    if (next >= 0) return { ids, text: longer.slice(0, next), ending: 'end' };
    const end = answerEnd(written + longer);
    if (end !== null) {
      // The line end after the answer, and what follows it in the same token, is not part of the solution.
      const whole = (written + longer).slice(written.length, end);
      return { ids: whole.length > text.length ? [...ids, id] : ids, text: whole, ending: 'answer' };
    }
    ids.push(id);
    text = longer;
    await onText?.(text);
    if (ids.length < mostTokens) await decoder.push(id);
  }
  return { ids, text, ending: 'length' };
}

/** Where the line of the answer ends; null while it is not there or not complete. */
export function answerEnd(text: string): number | null {
  const mark = text.indexOf(ANSWER_MARK);
  const rest = mark < 0 ? -1 : text.slice(mark + ANSWER_MARK.length).search(/\S[^\n]*\n/);
  return rest < 0 ? null : text.indexOf('\n', mark + ANSWER_MARK.length + rest);
}
