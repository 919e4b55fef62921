/** Qwen3 with experts; the bundled model's kind. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const qwen3moe: Architecture = {
  name: 'qwen3moe',
  config: (keys) => decoder(keys, { ropePairing: 'half' }),
  layer: (names, { embedding: d }, shape) =>
    preNormLayer(names, d, shape, attention(names, d, shape, { qkNorm: 'head' })),
};
