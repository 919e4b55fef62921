/** What was expected after every token: the likeliest tokens and how undecided the model was. */
import type { Expectations } from '../../protocol/readingApi';
import { HEAD_TOP } from '../kernel/kernel';
import { headRows } from '../model/head';
import type { LoadedModel } from '../model/load';
import type { Trace } from '../trace/trace';

/** At most HEAD_TOP tokens each. `pause` is awaited between blocks of positions and may throw to stop. */
export async function expectations(
  model: LoadedModel,
  trace: Trace,
  top: number,
  pause: () => Promise<void> | void = () => {},
): Promise<Expectations> {
  const tokens = trace.ids.length;
  const kept = Math.min(top, HEAD_TOP, model.weights.output.words);
  const head = await headRows(model, trace, pause);
  const ids = new Int32Array(tokens * kept);
  const probabilities = new Float32Array(tokens * kept);
  for (let i = 0; i < tokens; i++) {
    for (let k = 0; k < kept; k++) {
      ids[i * kept + k] = head.ids[i * HEAD_TOP + k];
      probabilities[i * kept + k] = Math.exp(head.logits[i * HEAD_TOP + k] - head.logSumExp[i]);
    }
  }
  const labels: Record<number, string> = {};
  for (const id of ids) labels[id] ??= model.tokenizer.labelOf(id);
  return { entropy: head.entropy.map((nats) => nats / Math.LN2), top: kept, ids, probabilities, labels };
}
