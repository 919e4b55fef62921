/** Phi-2: attention and MLP read one norm of the stream, biases everywhere, on the logits too; part of each head turns. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

export const phi2: Architecture = {
  name: 'phi2',
  config: (keys) => ({
    ...decoder(keys, { ropePairing: 'half', norm: 'layer', activation: 'gelu' }),
    parallelResidual: true,
  }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('attn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
