/** Granite, with experts or without: Llama's layer with four factors, on embedding, scores, residuals and logits. */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

function config(keys: Keys): ModelConfig {
  // What switches the rotation off in these files (llama.cpp's granite.cpp).
  const turns = keys.boolean('rope.scaling.finetuned') ?? true;
  const base = decoder(keys, { ropePairing: 'adjacent', turns: () => turns });
  const scale = keys.number('attention.scale') || undefined;
  return {
    ...base,
    embeddingScale: keys.positive('embedding_scale') ?? 1,
    residualScale: keys.positive('residual_scale') ?? 1,
    logitScale: 1 / keys.positiveRequired('logit_scale'),
    shapes: base.shapes.map((shape) => ({ ...shape, mixer: { ...shape.mixer, scale: scale ?? shape.mixer.scale } })),
  };
}

const layer: Architecture['layer'] = (names, { embedding: d }, shape) =>
  preNormLayer(names, d, shape, attention(names, d, shape));

export const granite: Architecture = { name: 'granite', config, layer };
export const granitemoe: Architecture = { name: 'granitemoe', config, layer };
