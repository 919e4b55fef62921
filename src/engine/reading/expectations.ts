/** What was expected after every token: the likeliest tokens and how undecided the model was. */
import type { Expectations } from '../../protocol/readingApi';
import type { LoadedModel } from '../model/load';
import { outputLogits, topIds } from '../model/logits';
import type { Trace } from '../trace/trace';
import { logSumExp } from '../../shared/softmax';

/** Positions whose logits are made together; bounds the memory for large vocabularies. */
const ROWS = 64;

/** `pause` is awaited between blocks of positions and may throw to stop. */
export async function expectations(
  model: LoadedModel,
  trace: Trace,
  top: number,
  pause: () => Promise<void> | void = () => {},
): Promise<Expectations> {
  const { kernel, weights, config, tokenizer } = model;
  const tokens = trace.ids.length;
  const vocabulary = weights.output.rows;
  const kept = Math.min(top, vocabulary);
  const entropy = new Float32Array(tokens);
  const ids = new Int32Array(tokens * kept);
  const probabilities = new Float32Array(tokens * kept);
  const out = kernel.alloc(Math.min(ROWS, tokens) * vocabulary);
  try {
    for (let first = 0; first < tokens; first += ROWS) {
      const n = Math.min(ROWS, tokens - first);
      trace.layer(0); // throws when the trace was released while this waited
      outputLogits(model, out, trace.final.slice(first * config.embedding, n * config.embedding), n);
      for (let i = 0; i < n; i++) {
        const logits = out.f32.subarray(i * vocabulary, (i + 1) * vocabulary);
        const normalizer = logSumExp(logits);
        entropy[first + i] = entropyBits(logits, normalizer);
        topIds(logits, kept).forEach((id, k) => {
          ids[(first + i) * kept + k] = id;
          probabilities[(first + i) * kept + k] = Math.exp(logits[id] - normalizer);
        });
      }
      await pause();
    }
  } finally {
    kernel.free(out);
  }
  const labels: Record<number, string> = {};
  for (const id of ids) labels[id] ??= tokenizer.labelOf(id);
  return { entropy, top: kept, ids, probabilities, labels };
}

/** −Σ p·log2 p of softmax(logits), in bits. */
export function entropyBits(logits: Float32Array, normalizer: number): number {
  let nats = 0;
  for (let i = 0; i < logits.length; i++) {
    const log = logits[i] - normalizer;
    nats -= Math.exp(log) * log;
  }
  return nats / Math.LN2;
}
