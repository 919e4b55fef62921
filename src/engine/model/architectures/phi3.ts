/** Phi-3, 3.5 and 4: Llama's layer with fused tensors; one set of rotary factors for short contexts, one for long ones. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, fusedHidden, fusedSwiglu } from './parts';

export const phi3: Architecture = {
  name: 'phi3',
  config: (keys) => {
    // llama.cpp, too, passes the window over: files do not say which layers have it.
    keys.integer('attention.sliding_window', 2 ** 31, 0);
    return fusedHidden(decoder(keys, { ropePairing: 'half' }));
  },
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: fusedSwiglu(names, d, shape.feedForward.hidden),
  }),
};
