/** OLMoE. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const olmoe: Architecture = {
  name: 'olmoe',
  config: (keys) => decoder(keys, { ropePairing: 'half', renormalizeExperts: false }),
  layer: (names, { embedding: d }, shape) =>
    preNormLayer(names, d, shape, attention(names, d, shape, { qkNorm: 'projection' })),
};
