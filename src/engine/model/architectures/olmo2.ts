/** OLMo 2: norms behind attention and feed-forward instead of before, and over all queries and all keys. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';

export const olmo2: Architecture = {
  name: 'olmo2',
  config: (keys) => decoder(keys, { ropePairing: 'half' }),
  layer: (names, { embedding: d }, shape) => ({
    mixer: attention(names, d, shape, { qkNorm: 'projection' }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
