/** GPT-2: learned positions, LayerNorm with biases, an MLP without a gate. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

export const gpt2: Architecture = {
  name: 'gpt2',
  config: (keys) => decoder(keys, { ropePairing: 'half', turns: () => false, norm: 'layer', activation: 'gelu' }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
