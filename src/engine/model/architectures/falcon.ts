/** Falcon: attention and an MLP without biases from the same stream, behind one norm (7B) or one for each (40B). */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

export const falcon: Architecture = {
  name: 'falcon',
  config: (keys) => ({
    ...decoder(keys, { ropePairing: 'half', norm: 'layer', activation: 'gelu' }),
    parallelResidual: true,
  }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm(names.has('attn_norm_2.weight') ? 'attn_norm_2' : 'attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('attn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
