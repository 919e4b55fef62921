/** Qwen3. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const qwen3: Architecture = {
  name: 'qwen3',
  config: (keys) => decoder(keys, { ropePairing: 'half' }),
  layer: (names, { embedding: d }, shape) =>
    preNormLayer(names, d, shape, attention(names, d, shape, { qkNorm: 'head' })),
};
