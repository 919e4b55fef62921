/** StarCoder: GPT-2's layer with one key for all heads; and StarCoder 2, which turns instead of learning positions. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

const layer: Architecture['layer'] = (names, { embedding: d }, shape) => ({
  attentionNorm: names.norm('attn_norm', d),
  mixer: attention(names, d, shape),
  feedForwardNorm: names.norm('ffn_norm', d),
  dense: mlp(names, d, shape.feedForward.hidden),
});

export const starcoder: Architecture = {
  name: 'starcoder',
  config: (keys) => decoder(keys, { ropePairing: 'half', turns: () => false, norm: 'layer', activation: 'gelu' }),
  layer,
};
export const starcoder2: Architecture = {
  name: 'starcoder2',
  config: (keys) => decoder(keys, { ropePairing: 'half', norm: 'layer', activation: 'gelu' }),
  layer,
};
