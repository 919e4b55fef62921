/** OLMo: LayerNorm without weights, queries, keys and values kept within bounds. */
import { plainNorm } from '../plan';
import type { Architecture } from './architecture';
import { clampOf, decoder, withAttention } from './decoder';
import { attention, swiglu } from './parts';

export const olmo: Architecture = {
  name: 'olmo',
  config: (keys) => withAttention(decoder(keys, { ropePairing: 'adjacent', norm: 'layer' }), { clamp: clampOf(keys) }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: plainNorm(d),
    mixer: attention(names, d, shape),
    feedForwardNorm: plainNorm(d),
    dense: swiglu(names, d, shape.feedForward.hidden),
  }),
  outputNorm: null,
};
