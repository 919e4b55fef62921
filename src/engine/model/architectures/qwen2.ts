/** Qwen2 and 2.5. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const qwen2: Architecture = {
  name: 'qwen2',
  config: (keys) => decoder(keys, { ropePairing: 'half' }),
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
};
