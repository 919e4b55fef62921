/** Continues a text token by token: temperature, top-k, top-p (Holtzman et al. 2019), with a seed. */
import type { Edit } from '../protocol/edit';
import type { SamplingOptions } from '../protocol/readingApi';
import { forward } from './model/forward';
import { refuseBothWays } from './model/bothWays';
import type { Model } from './model/model';
import { logitsAt, topIds } from './model/logits';
import { seededRandom } from '../shared/random';
import { softmax } from '../shared/softmax';
import { Trace } from './trace/trace';

export type { SamplingOptions };

export const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1, seed: 0 };

export interface GenerateOptions {
  maxTokens: number;
  sampling?: SamplingOptions;
  /** Generation ends before this token is given out. */
  stopIds?: readonly number[];
  /** Interventions that act on the prompt and on every token after it. */
  edits?: readonly Edit[];
  /** Called after each token; may wait, may throw to stop. */
  onToken?: (id: number) => Promise<void> | void;
}

/** Ids of the continuation (without the prompt). Throws Problem out-of-memory when the cache does not fit. */
export async function generate(model: Model, prompt: readonly number[], options: GenerateOptions): Promise<number[]> {
  const { maxTokens, sampling = GREEDY, stopIds = [], edits, onToken } = options;
  refuseBothWays(model.config);
  const random = seededRandom(sampling.seed);
  const trace = new Trace(model.config, model.kernel, prompt.length + maxTokens, {
    edits,
    keepResidual: false,
    keepQueries: false,
  });
  const made: number[] = [];
  try {
    await forward(model, trace, prompt);
    while (made.length < maxTokens) {
      const next = sample(await logitsAt(model, trace, trace.ids.length - 1), sampling, random);
      if (stopIds.includes(next)) break;
      made.push(next);
      await onToken?.(next);
      if (made.length < maxTokens) await forward(model, trace, [next]);
    }
    return made;
  } finally {
    trace.release();
  }
}

/** One id from softmax(logits / temperature), restricted by top-k and then top-p. */
export function sample(logits: Float32Array, options: SamplingOptions, random: () => number): number {
  const { temperature, topK, topP } = options;
  if (temperature === 0) return topIds(logits, 1)[0];
  const restricted = topK > 0 && topK < logits.length;
  const ids = restricted ? topIds(logits, topK) : Array.from(logits.keys());
  if (!restricted && topP < 1) ids.sort((a, b) => logits[b] - logits[a] || a - b);
  const weights = softmax(
    Float64Array.from(ids, (id) => logits[id]),
    temperature,
  );

  let kept = weights.length;
  let mass = 1;
  if (topP < 1) {
    mass = 0;
    for (kept = 0; kept < weights.length && mass < topP; kept++) mass += weights[kept];
  }
  let left = random() * mass;
  for (let i = 0; i < kept; i++) {
    left -= weights[i];
    if (left < 0) return ids[i];
  }
  return ids[kept - 1];
}
