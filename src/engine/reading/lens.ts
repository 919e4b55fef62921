/** What would the model say if it stopped after each layer? (nostalgebraist 2020, "interpreting GPT: the logit lens") */
import type { Lens } from '../../protocol/readingApi';
import type { LoadedModel } from '../model/load';
import { candidates, checkTokenId, outputLogits } from '../model/logits';
import { refuseBothWays } from '../model/bothWays';
import { normalize } from '../model/normalize';
import type { Pause } from '../model/units';
import type { Trace } from '../trace/trace';
import { replay } from './replay';
import { logSumExp } from '../../shared/softmax';

/**
 * Each depth's residual stream through the last norm and the output matrix; `answer`: the id of the one that is followed,
 * the final one unless told. Leases every layer once; `pause` may throw to stop. Throws Problem internal where there is no such token.
 */
export async function lens(
  model: LoadedModel,
  trace: Trace,
  { position, top, answer: asked }: { position: number; top: number; answer?: number },
  pause?: Pause,
): Promise<Lens> {
  const { kernel, weights, config, tokenizer } = model;
  refuseBothWays(config);
  const { residuals } = await replay(model, trace, position, pause);
  const d = config.embedding;
  const vocabulary = weights.output.words;
  if (asked !== undefined) checkTokenId(asked, vocabulary);
  const x = kernel.alloc(residuals.length * d);
  const out = kernel.alloc(residuals.length * vocabulary);
  try {
    residuals.forEach((residual, depth) => x.f32.set(residual, depth * d));
    normalize(model, x, x, weights.outputNorm, residuals.length, d);
    await outputLogits(model, out, x, residuals.length);
    const rows = residuals.map((_, depth) => out.f32.slice(depth * vocabulary, (depth + 1) * vocabulary));
    const last = rows.at(-1)!;
    const [final] = candidates(last, tokenizer, 1);
    const answer =
      asked === undefined
        ? final
        : {
            id: asked,
            label: tokenizer.labelOf(asked),
            probability: Math.exp(last[asked] - logSumExp(last)),
          };
    const depths = rows.map((logits, depth) => ({
      depth,
      top: candidates(logits, tokenizer, top).map(({ id, label, probability }) => ({ id, label, probability })),
      probability: Math.exp(logits[answer.id] - logSumExp(logits)),
      rank: rankOf(logits, answer.id),
    }));
    const { id, label, probability } = answer;
    return { answer: { id, label, probability }, depths, lead: depths.findLastIndex(({ rank }) => rank > 1) + 1 };
  } finally {
    kernel.free(x);
    kernel.free(out);
  }
}

/** 1 for the largest; equal logits are ordered by id, as in `topIds`. */
export function rankOf(logits: Float32Array, id: number): number {
  let rank = 1;
  for (let other = 0; other < logits.length; other++) {
    if (logits[other] > logits[id] || (logits[other] === logits[id] && other < id)) rank++;
  }
  return rank;
}
