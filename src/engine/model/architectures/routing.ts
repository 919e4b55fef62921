/** Routers whose metadata says how they score and choose (DeepSeek, GLM 4.5). */
import type { Routing } from '../config';
import type { Keys } from '../keys';
import { MAX, type DecoderConfig } from './decoder';

/** As llama.cpp numbers them (llama_expert_gating_func_type). */
const SCORES: Readonly<Record<number, Routing['score']>> = { 1: 'softmax', 2: 'sigmoid' };

/** The same config with this routing. `score`: where the metadata names none. Throws Problem model-unsupported for another one. */
export function withRouting(keys: Keys, base: DecoderConfig, score: Routing['score']): DecoderConfig {
  const named = keys.integer('expert_gating_func', 2 ** 31, 0) || undefined;
  if (named !== undefined && !SCORES[named]) throw keys.unsupported('expert_gating_func', `is ${named}`);
  const count = keys.integer('expert_group_count', MAX.experts, 0) ?? 0;
  const used = keys.integer('expert_group_used_count', MAX.experts, 0) ?? 0;
  const grouped = count > 1;
  if (grouped && (base.experts % count !== 0 || used < 1 || used >= count)) {
    throw keys.invalid('expert_group_count', `is ${count}, of which ${used} are used, for ${base.experts} experts`);
  }
  if (grouped && (base.experts / count) * used < base.expertsUsed) {
    throw keys.invalid('expert_group_used_count', `is ${used}: fewer experts than the ${base.expertsUsed} used`);
  }
  const routing: Routing = {
    score: named === undefined ? score : SCORES[named],
    renormalize: keys.boolean('expert_weights_norm') ?? false,
    scale: keys.number('expert_weights_scale') || 1,
    ...(grouped && { groups: { count, used } }),
  };
  const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
    const choosesApart = feedForward.experts > 0 && (grouped || keys.has(`blk.${l}.exp_probs_b.bias`));
    return { mixer, feedForward: { ...feedForward, ...(choosesApart && { choosesApart }) } };
  });
  return { ...base, routing, shapes };
}
