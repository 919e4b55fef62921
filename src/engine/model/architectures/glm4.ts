/** GLM-4 (0414): norms before and behind, gate and up in one tensor, part of each head turns. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, fusedHidden, fusedSwiglu } from './parts';

export const glm4: Architecture = {
  name: 'glm4',
  config: (keys) => fusedHidden(decoder(keys, { ropePairing: 'adjacent' })),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    attentionPostNorm: names.norm('post_attention_norm', d),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: fusedSwiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
