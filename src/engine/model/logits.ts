/** From the residual stream to the vocabulary: logits, log-probabilities of a text, the likeliest next tokens. */
import { logSumExp } from '../../shared/softmax';
import type { Candidate } from '../../protocol/explanation';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Trace } from '../trace/trace';
import type { Buf } from '../kernel/kernel';
import { notFinite } from './forward';
import type { Model } from './model';

/** Positions whose logits are made together; bounds the memory for large vocabularies. */
const ROWS = 64;

/** out[n][vocabulary] of normalised rows x[n][embedding]. Throws Problem weights-broken where one is not finite. */
export function outputLogits({ kernel, weights }: Model, out: Buf, x: Buf, n: number): void {
  kernel.matmul(out, x, weights.output, n);
  if (!kernel.allFinite(out, n * weights.output.rows)) throw notFinite();
}

/** Logits after `n` tokens from `first` on: [n][vocabulary], a copy. Throws as outputLogits. */
export function logitsOf(model: Model, trace: Trace, first: number, n: number): Float32Array {
  const { kernel, weights, config } = model;
  const out = kernel.alloc(n * weights.output.rows);
  try {
    outputLogits(model, out, trace.final.slice(first * config.embedding, n * config.embedding), n);
    return out.f32.slice();
  } finally {
    kernel.free(out);
  }
}

/** Logits after the token at `position`: [vocabulary], a copy. */
export const logitsAt = (model: Model, trace: Trace, position: number): Float32Array =>
  logitsOf(model, trace, position, 1);

/**
 * Natural log of each token's probability given those before it: [trace.ids.length], NaN for the first. `known`: those of
 * the first tokens, where they are known already. `pause` is awaited between blocks of positions and may throw to stop.
 */
export async function logProbabilities(
  model: Model,
  trace: Trace,
  pause: () => Promise<void> | void = () => {},
  known: Float32Array = new Float32Array(0),
): Promise<Float32Array> {
  const { kernel, weights, config } = model;
  const { ids } = trace;
  const vocabulary = weights.output.rows;
  const result = new Float32Array(ids.length).fill(NaN);
  result.set(known);
  const out = kernel.alloc(Math.min(ROWS, ids.length) * vocabulary);
  try {
    for (let first = Math.max(0, known.length - 1); first < ids.length - 1; first += ROWS) {
      const n = Math.min(ROWS, ids.length - 1 - first);
      outputLogits(model, out, trace.final.slice(first * config.embedding, n * config.embedding), n);
      const logits = out.f32;
      for (let i = 0; i < n; i++) {
        const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        result[first + i + 1] = row[ids[first + i + 1]] - logSumExp(row);
      }
      await pause();
    }
    return result;
  } finally {
    kernel.free(out);
  }
}

/** The `top` likeliest tokens, likeliest first; ties to the lower id. */
export function candidates(logits: Float32Array, tokenizer: Tokenizer, top: number): Candidate[] {
  const normalizer = logSumExp(logits);
  return topIds(logits, top).map((id) => ({
    id,
    label: tokenizer.labelOf(id),
    text: tokenizer.decode([id]),
    logit: logits[id],
    probability: Math.exp(logits[id] - normalizer),
  }));
}

/** Ids of the `top` largest logits in falling order, by insertion into a short list. */
export function topIds(logits: Float32Array, top: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (best.length === top && !(logits[id] > logits[best[top - 1]])) continue;
    let at = best.length;
    while (at > 0 && logits[id] > logits[best[at - 1]]) at--;
    best.splice(at, 0, id);
    if (best.length > top) best.pop();
  }
  return best;
}
