/**
 * The probability of an answer if the model had to give it now: "#### " is put after the steps so far, and the answer's
 * tokens are read off. A number must also end there: "8" does not count where "80" is meant.
 */
import type { Decoder } from './decoder';
import type { Reasoner } from './reasoner';
import { forcedTail } from './prompt';
import { logSumExp } from '../../shared/softmax';

/** Ids of the prompt; text of the steps so far. The decoder is left at the end of the forced answer. */
export async function answerProbability(
  reasoner: Reasoner,
  decoder: Decoder,
  prompt: readonly number[],
  stepsSoFar: string,
  answer: string,
): Promise<number> {
  const { tokenizer } = reasoner.model;
  const before = `${stepsSoFar}${forcedTail(stepsSoFar)}`;
  const tokens = tokenizer.encode(before + answer);
  const answerStart = new TextEncoder().encode(before).length;
  const first = tokens.findIndex(({ end }) => end > answerStart);
  const ids = [...prompt, ...tokens.map(({ id }) => id)];
  await decoder.moveTo(ids);
  let log = 0;
  for (let at = first; at < tokens.length; at++) {
    const position = prompt.length + at;
    const logits = await decoder.logitsAt(position - 1);
    log += logits[ids[position]] - logSumExp(logits);
  }
  return Math.exp(log) * (1 - probabilityOfMoreDigits(reasoner, await decoder.logits()));
}

const digitIds = new WeakMap<Reasoner, number[]>();

function probabilityOfMoreDigits(reasoner: Reasoner, logits: Float32Array): number {
  const { tokenizer } = reasoner.model;
  let ids = digitIds.get(reasoner);
  if (!ids) {
    ids = [];
    for (let id = 0; id < tokenizer.vocabSize; id++) if (/^[.,]?\d/.test(tokenizer.decode([id]))) ids.push(id);
    digitIds.set(reasoner, ids);
  }
  const normalizer = logSumExp(logits);
  return ids.reduce((sum, id) => sum + Math.exp(logits[id] - normalizer), 0);
}
