/** From the residual stream to the vocabulary: logits, log-probabilities of a text, the likeliest next tokens. */
import { logSumExp } from '../../shared/softmax';
import type { Candidate } from '../../protocol/explanation';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Trace } from '../trace/trace';
import { ROWS_TOGETHER, type Buf } from '../kernel/kernel';
import { topIds } from '../kernel/topIds';
import { notFinite } from './forward';
import { headRows } from './head';
import type { Model } from './model';

export { topIds };

/** out[n][vocabulary] of normalised rows x[n][embedding]. Throws Problem weights-broken where one is not finite. */
export function outputLogits({ kernel, weights, config }: Model, out: Buf, x: Buf, n: number): void {
  const length = n * weights.output.rows;
  kernel.matmul(out, x, weights.output, n);
  if (!kernel.allFinite(out, length)) throw notFinite();
  const { logitScale, logitSoftcap } = config;
  if (logitScale !== 1) kernel.scale(out, logitScale, length);
  if (weights.outputBias) kernel.addBias(out, weights.outputBias, n, weights.output.rows);
  if (!logitSoftcap) return;
  const logits = out.f32;
  for (let i = 0; i < length; i++) logits[i] = logitSoftcap * Math.tanh(logits[i] / logitSoftcap);
}

/** What `outputLogits` gives one word: [n], of normalised rows x[n][embedding]. Costs the few words that are packed with it. */
export function logitsOfOne({ kernel, weights, config }: Model, id: number, x: Buf, n: number): Float64Array {
  const first = id - (id % ROWS_TOGETHER);
  const rows = Math.min(ROWS_TOGETHER, weights.output.rows - first);
  const out = kernel.alloc(n * rows);
  try {
    kernel.matmul(out, x, kernel.partOf(weights.output, first, rows), n);
    const [all, bias] = [out.f32, weights.outputBias?.f32[id] ?? 0];
    const { logitScale, logitSoftcap: cap } = config;
    return Float64Array.from({ length: n }, (_, i) => {
      const logit = all[i * rows + id - first] * logitScale + bias;
      return cap ? cap * Math.tanh(logit / cap) : logit;
    });
  } finally {
    kernel.free(out);
  }
}

/** A logit as it was before the cap, which is not linear. */
export const uncapped = (logit: number, { logitSoftcap: cap }: Model['config']): number =>
  cap ? cap * Math.atanh(logit / cap) : logit;

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
 * Natural log of each token's probability given those before it: [trace.ids.length], NaN for the first. For `pause`, `base`
 * and what is thrown, see headRows.
 */
export async function logProbabilities(
  model: Model,
  trace: Trace,
  pause?: () => Promise<void> | void,
  base?: { trace: Trace; same: number },
): Promise<Float32Array> {
  const { tokens, logProbabilities } = await headRows(model, trace, pause, base);
  const result = new Float32Array(tokens).fill(NaN);
  result.set(logProbabilities.subarray(0, tokens - 1), 1);
  return result;
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
