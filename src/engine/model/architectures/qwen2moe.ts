/** Qwen1.5 and 2 with experts, one of them for every token behind a gate of its own. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const qwen2moe: Architecture = {
  name: 'qwen2moe',
  config: (keys) => decoder(keys, { ropePairing: 'half', renormalizeExperts: false }),
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
};
