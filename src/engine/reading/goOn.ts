/** How does the text go on after a token? Drawn one by one from what the model expects, each with what else was likely. */
import { GO_ON_TOKENS, type GoneOn, type SamplingOptions } from '../../protocol/readingApi';
import { seededRandom } from '../../shared/random';
import { sample } from '../generate';
import { forward } from '../model/forward';
import type { LoadedModel } from '../model/load';
import { candidates, logitsAt } from '../model/logits';
import type { Trace } from '../trace/trace';
import { logSumExp } from '../../shared/softmax';
import { prefixOf } from './continuation';

/** Told for each token. */
const LIKELIEST = 3;

/** Only the new tokens go through the layers. `pause` may throw to stop. Throws as continuation, and Problem internal. */
export async function goOn(
  model: LoadedModel,
  trace: Trace,
  { position, count, sampling }: { position: number; count: number; sampling: SamplingOptions },
  pause: () => Promise<void> | void,
): Promise<GoneOn> {
  trace.checkToken(position);
  const { tokenizer } = model;
  const wanted = Math.max(1, Math.min(GO_ON_TOKENS, Math.floor(count)));
  const random = seededRandom(sampling.seed);
  const tokens: GoneOn['tokens'] = [];
  const longer = prefixOf(model, trace, position + 1, wanted);
  let ended = false;
  try {
    let logits = await logitsAt(model, trace, position, pause);
    while (tokens.length < wanted && !ended) {
      const id = sample(logits, sampling, random);
      ended = id === tokenizer.eosId;
      if (ended) break;
      const probability = Math.exp(logits[id] - logSumExp(logits));
      const likeliest = candidates(logits, tokenizer, LIKELIEST).map((one) => ({
        label: one.label,
        probability: one.probability,
      }));
      tokens.push({ id, label: tokenizer.labelOf(id), probability, likeliest });
      if (tokens.length === wanted) break;
      await pause();
      await forward(model, longer, [id], { afterChunk: pause });
      logits = await logitsAt(model, longer, longer.ids.length - 1, pause);
    }
    return { text: tokenizer.decode(tokens.map(({ id }) => id)), tokens, ended };
  } finally {
    longer.release();
  }
}
