/** Nemotron (Minitron): LayerNorm, part of each head turns, an MLP without a gate whose units are squared ReLUs (So et al. 2021). */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

export const nemotron: Architecture = {
  name: 'nemotron',
  config: (keys) => decoder(keys, { ropePairing: 'half', norm: 'layer', activation: 'relu-squared' }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
