/** "What about `await`?": the probability of a text that the person types, right after a token of the explained one. */
import type { Continuation } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import { forward } from '../model/forward';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import { logitsAt } from '../model/logits';
import { copyTokens, Trace } from '../trace/trace';
import { rankOf } from './lens';
import { logSumExp } from '../../shared/softmax';

/** More is no candidate but a text of its own. */
const MAX_TOKENS = 64;

/**
 * The text is tokenised on its own: a model might write the same characters with other tokens, so this is the
 * probability of these tokens, a lower bound for that of the characters. Reads the output matrix once for each token, and all
 * layers for each but the last. Throws Problem input-empty, out-of-memory, and
 * edit-invalid where a patch of the run has nothing to put behind the text.
 */
export async function continuation(
  model: LoadedModel,
  trace: Trace,
  position: number,
  text: string,
): Promise<Continuation> {
  trace.checkToken(position);
  const ids = model.tokenizer.encode(text, { bos: false }).map(({ id }) => id);
  if (ids.length === 0) throw new Problem('input-empty', 'There is no text to look for.');
  const wanted = ids.slice(0, MAX_TOKENS);
  const tokens: Continuation['tokens'] = [];
  const take = (logits: Float32Array, id: number): void => {
    const logprob = logits[id] - logSumExp(logits);
    tokens.push({ id, label: model.tokenizer.labelOf(id), logprob, rank: rankOf(logits, id) });
  };
  take(await logitsAt(model, trace, position), wanted[0]);
  if (wanted.length > 1) {
    const longer = prefixOf(model, trace, position + 1, wanted.length - 1);
    try {
      for (const [i, id] of wanted.slice(0, -1).entries()) {
        await forward(model, longer, [id]);
        take(await logitsAt(model, longer, longer.ids.length - 1), wanted[i + 1]);
      }
    } finally {
      longer.release();
    }
  }
  return { tokens, logprob: tokens.reduce((sum, { logprob }) => sum + logprob, 0) };
}

/** A trace that holds the first `tokens` rows of another, with room for more. */
export function prefixOf({ config, kernel }: LoadedModel, trace: Trace, tokens: number, more: number): Trace {
  refuseBothWays(config);
  // One that was released meanwhile is told before anything is taken for its copy.
  trace.layer(0);
  const copy = new Trace(config, kernel, tokens + more, {
    edits: trace.edits,
    donors: trace.donors,
    keepResidual: false,
    context: trace.context,
  });
  for (let layer = 0; layer < config.layers; layer++) {
    const pair = { from: trace.layer(layer), to: copy.layer(layer) };
    copyTokens(kernel, config.shapes[layer], config.embedding, pair, tokens, ({ remembered }) => remembered);
  }
  for (const id of trace.ids.slice(0, tokens)) copy.ids.push(id);
  copy.live = undefined;
  return copy;
}
