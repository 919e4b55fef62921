/**
 * Granite, with experts or without: Llama's layer with four factors, on embedding, scores, residuals and logits; Granite 4 has
 * Mamba-2 in most layers.
 */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder, type DecoderConfig } from './decoder';
import { mambaNetwork, mambaShape } from './mambaNetwork';
import { attention, preNormLayer } from './parts';

function config(keys: Keys, mixed = false): DecoderConfig {
  // What switches the rotation off in these files (llama.cpp's granite.cpp).
  const turns = keys.boolean('rope.scaling.finetuned') ?? true;
  const base = decoder(keys, { ropePairing: 'adjacent', turns: () => turns, mixed });
  const scale = keys.number('attention.scale') || undefined;
  return {
    ...base,
    embeddingScale: keys.positive('embedding_scale') ?? 1,
    residualScale: keys.positive('residual_scale') ?? 1,
    logitScale: 1 / keys.positiveRequired('logit_scale'),
    shapes: base.shapes.map((shape) => ({ ...shape, mixer: { ...shape.mixer, scale: scale ?? shape.mixer.scale } })),
  };
}

/** Layers without heads of keys and values are Mamba-2. */
function configOfHybrid(keys: Keys): ModelConfig {
  const base = config(keys, true);
  const mamba = mambaShape(keys);
  const shapes = base.shapes.map(({ mixer, feedForward }) => {
    return { mixer: mixer.kvHeads === 0 ? mamba : mixer, feedForward };
  });
  return { ...base, shapes, heads: Math.max(...shapes.map(({ mixer }) => mixer.heads)) };
}

const layer: Architecture['layer'] = (names, { embedding: d }, shape) => {
  const { mixer } = shape;
  const mixed = mixer.kind === 'mamba' ? mambaNetwork(names, d, mixer) : attention(names, d, shape);
  return preNormLayer(names, d, shape, mixed);
};

export const granite: Architecture = { name: 'granite', config: (keys) => config(keys), layer };
export const granitemoe: Architecture = { ...granite, name: 'granitemoe' };
export const granitehybrid: Architecture = { name: 'granitehybrid', config: configOfHybrid, layer };
