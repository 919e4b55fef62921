/** Gemma 3: windows in five of six layers, which turn by a base of their own; norms before, behind, and on queries and keys. */
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder, type DecoderConfig } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

/** llama.cpp tells the 27B model by its layers; there queries are scaled by the stream's share of a head. */
const LAYERS_27B = 62;

export function configOf(keys: Keys): DecoderConfig {
  const base = decoder(keys, { ropePairing: 'half', activation: 'gelu' });
  const windows = windowsOf(keys, base.layers, 6);
  const theta = keys.positive('rope.freq_base_swa') ?? 10_000;
  return {
    ...base,
    embeddingScale: Math.sqrt(base.embedding),
    logitSoftcap: keys.number('final_logit_softcapping') || undefined,
    shapes: base.shapes.map(({ mixer, feedForward }, l) => {
      const scale = base.layers === LAYERS_27B ? 1 / Math.sqrt(base.embedding / mixer.heads) : mixer.scale;
      const window = windows[l];
      // Layers with a window know nothing of the scaling for long texts.
      const rope =
        window === undefined ? mixer.rope : mixer.rope && { dim: mixer.rope.dim, theta, scale: 1, magnitude: 1 };
      return { mixer: { ...mixer, scale, window, rope }, feedForward };
    }),
  };
}

export const gemma3: Architecture = {
  name: 'gemma3',
  config: configOf,
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape, { qkNorm: 'head' }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
