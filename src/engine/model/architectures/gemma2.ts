/** Gemma 2: windows in every other layer, norms before and behind, GEGLU, caps on scores and logits. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

/** llama.cpp tells the 27B model by its layers; there queries are scaled by the stream's share of a head. */
const LAYERS_27B = 46;

export const gemma2: Architecture = {
  name: 'gemma2',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', activation: 'gelu' });
    const windows = windowsOf(keys, base.layers, 2, { width: 4096 });
    const softcap = keys.positive('attn_logit_softcapping') ?? 50;
    return {
      ...base,
      embeddingScale: Math.sqrt(base.embedding),
      logitSoftcap: keys.positive('final_logit_softcapping') ?? 30,
      shapes: base.shapes.map(({ mixer, feedForward }, l) => {
        const scale = base.layers === LAYERS_27B ? 1 / Math.sqrt(base.embedding / mixer.heads) : mixer.scale;
        return { mixer: { ...mixer, scale, softcap, window: windows[l] }, feedForward };
      }),
    };
  },
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    attentionPostNorm: names.norm('post_attention_norm', d),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
