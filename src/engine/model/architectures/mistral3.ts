/** Mistral 3: Llama's layer; queries far behind the original context are scaled up, and YaRN has bounds and a magnitude of its own. */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { RopeShape } from '../mixers/attentionParts';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

function config(keys: Keys): ModelConfig {
  const base = decoder(keys, { ropePairing: 'adjacent' });
  const own = yarnOf(keys);
  const rise = keys.number('attention.temperature_scale') || 0;
  const every = keys.integer('rope.scaling.original_context_length', 2 ** 31) ?? base.context;
  const shapes = base.shapes.map(({ mixer, feedForward }) => {
    const rope = mixer.rope && own(mixer.rope);
    return { mixer: { ...mixer, rope, ...(rise !== 0 && { temperature: { rise, every } }) }, feedForward };
  });
  return { ...base, shapes };
}

/** llama.cpp divides the magnitude by what the multiplier gives (llama-context.cpp). */
function yarnOf(keys: Keys): (rope: RopeShape) => RopeShape {
  const multiplier = keys.number('rope.scaling.yarn_log_multiplier') ?? 0;
  const turns = ['fast', 'slow'].map((name) => keys.positive(`rope.scaling.yarn_beta_${name}`));
  const bounds = [turns[0] ?? 32, turns[1] ?? 1] as const;
  return (rope) => {
    if (!rope.yarn) return rope;
    const magnitude = rope.magnitude / (1 + 0.1 * multiplier * Math.log(rope.scale));
    return { ...rope, magnitude, yarn: { ...rope.yarn, turns: bounds } };
  };
}

const layer: Architecture['layer'] = (names, { embedding: d }, shape) =>
  preNormLayer(names, d, shape, attention(names, d, shape));

export const mistral3: Architecture = { name: 'mistral3', config, layer };
