/** From the residual stream to the vocabulary: logits, log-probabilities of a text, the likeliest next tokens. */
import { exp, tanh } from '../../shared/elementary';
import { logSumExp } from '../../shared/softmax';
import type { Candidate } from '../../protocol/explanation';
import { Problem } from '../../protocol/problem';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Trace } from '../trace/trace';
import { HEAD_TOP, type Buf, type Matrix } from '../kernel/kernel';
import { topIds } from '../kernel/topIds';
import { notFinite } from './forward';
import { headRows } from './head';
import type { Model } from './model';

export { topIds };

/** Throws Problem internal for an id that no token of so many has. */
export function checkTokenId(id: number, tokens: number): void {
  if (Number.isInteger(id) && id >= 0 && id < tokens) return;
  throw new Problem('internal', `There is no token with the id ${id}; the model has ${tokens}.`);
}

type Pause = () => Promise<void> | void;

/**
 * out[n][vocabulary] of normalised rows x[n][embedding]. Reads the output matrix once, where it is not in memory: `pause` as
 * in Weights.layer. Throws Problem weights-broken where a logit is not finite.
 */
export async function outputLogits(
  { kernel, weights, config }: Model,
  out: Buf,
  x: Buf,
  n: number,
  pause?: Pause,
): Promise<void> {
  const { words } = weights.output;
  const length = n * words;
  await weights.output.ranges((some, first) => {
    if (some.rows === words) return kernel.matmul(out, x, some, n);
    const own = kernel.alloc(n * some.rows);
    kernel.matmul(own, x, some, n);
    for (let i = 0; i < n; i++)
      kernel.copy(out.slice(i * words + first, some.rows), own.slice(i * some.rows, some.rows), some.rows);
    kernel.free(own);
  }, pause);
  if (!kernel.allFinite(out, length)) throw notFinite();
  const { logitScale, logitSoftcap } = config;
  if (logitScale !== 1) kernel.scale(out, logitScale, length);
  if (weights.outputBias) kernel.addBias(out, weights.outputBias, n, words);
  if (!logitSoftcap) return;
  const logits = out.f32;
  for (let i = 0; i < length; i++) logits[i] = capped(logits[i], config);
}

/** What `outputLogits` gives one word: [n], of normalised rows x[n][embedding]. Costs the few words that are packed with it. Throws as outputLogits. */
export function logitsOfOne(
  { kernel, weights, config }: Model,
  id: number,
  x: Buf,
  n: number,
  pause?: Pause,
): Promise<Float64Array> {
  const of = (words: Matrix, first: number): Float64Array => {
    const { rows } = words;
    const out = kernel.alloc(n * rows);
    kernel.matmul(out, x, words, n);
    const [all, bias] = [out.f32, weights.outputBias?.f32[id] ?? 0];
    const logits = Float64Array.from({ length: n }, (_, i) =>
      capped(all[i * rows + id - first] * config.logitScale + bias, config),
    );
    kernel.free(out);
    if (!logits.every(Number.isFinite)) throw notFinite();
    return logits;
  };
  return weights.output.around(id, of, pause);
}

/** A logit under the model's cap, where it has one. */
export const capped = (logit: number, { logitSoftcap: cap }: Model['config']): number =>
  cap ? cap * tanh(logit / cap) : logit;

/** A logit as it was before the cap, which is not linear. */
export const uncapped = (logit: number, { logitSoftcap: cap }: Model['config']): number =>
  cap ? cap * Math.atanh(logit / cap) : logit;

/** Logits after `n` tokens from `first` on: [n][vocabulary], a copy. Throws as outputLogits. */
export async function logitsOf(
  model: Model,
  trace: Trace,
  first: number,
  n: number,
  pause?: Pause,
): Promise<Float32Array> {
  const { kernel, weights, config } = model;
  const [out, x] = [kernel.alloc(n * weights.output.words), kernel.alloc(n * config.embedding)];
  try {
    // The trace may be released while the output matrix is read.
    kernel.copy(x, trace.final.slice(first * config.embedding, n * config.embedding), x.length);
    await outputLogits(model, out, x, n, pause);
    return out.f32.slice();
  } finally {
    kernel.free(out);
    kernel.free(x);
  }
}

/** Logits after the token at `position`: [vocabulary], a copy. */
export const logitsAt = (model: Model, trace: Trace, position: number, pause?: Pause): Promise<Float32Array> =>
  logitsOf(model, trace, position, 1, pause);

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

/** The `top` likeliest tokens, likeliest first, ties to the lower id; then those of `more` that are not among them. */
export function candidates(
  logits: Float32Array,
  tokenizer: Tokenizer,
  top: number,
  more: readonly number[] = [],
): Candidate[] {
  const normalizer = logSumExp(logits);
  const ids = new Set([...topIds(logits, top), ...more]);
  return Array.from(ids, (id) => named(tokenizer, id, logits[id], normalizer));
}

/**
 * The likeliest tokens after one of the trace, and `more`. Of a model larger than memory HEAD_TOP at most, as they were kept
 * when its output matrix was read: it is not read again for a longer list or for more. Throws as headRows, and Problem internal
 * where no token has an id of `more`.
 */
export async function candidatesAt(
  model: Model & { tokenizer: Tokenizer },
  trace: Trace,
  position: number,
  top: number,
  pause?: Pause,
  more: readonly number[] = [],
): Promise<Candidate[]> {
  const { tokenizer, config, weights } = model;
  for (const id of more) checkTokenId(id, weights.output.words);
  if (weights.output.whole || config.bothWays)
    return candidates(await logitsAt(model, trace, position, pause), tokenizer, top, more);
  const { ids, logits, logSumExp: normalizers } = await headRows(model, trace, pause);
  const [from, kept] = [position * HEAD_TOP, Math.min(top, HEAD_TOP, weights.output.words)];
  return Array.from({ length: kept }, (_, i) =>
    named(tokenizer, ids[from + i], logits[from + i], normalizers[position]),
  );
}

const named = (tokenizer: Tokenizer, id: number, logit: number, normalizer: number): Candidate => ({
  id,
  label: tokenizer.labelOf(id),
  text: tokenizer.decode([id]),
  logit,
  probability: exp(logit - normalizer),
});
