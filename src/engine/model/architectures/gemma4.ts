/**
 * Gemma 4, dense: Gemma 3's layer with heads of another size in layers that see a window, values normalised without weights, which the
 * keys' matrix makes where they have none, scores that are not scaled, and a factor behind each layer.
 */
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder, MAX, type DecoderConfig } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

function config(keys: Keys): DecoderConfig {
  const base = decoder(keys, { ropePairing: 'half', activation: 'gelu' });
  const windows = windowsOf(keys, base.layers, 1);
  const whole = base.shapes[0].mixer;
  const headDim = keys.integer('attention.key_length_swa', MAX.headDim) ?? whole.keyDim;
  const ofValues = keys.integer('attention.value_length_swa', MAX.headDim) ?? headDim;
  if (ofValues !== headDim) {
    throw keys.unsupported('attention.value_length_swa', `is ${ofValues}, other than the keys' ${headDim}`);
  }
  const dim = keys.integer('rope.dimension_count_swa', headDim) ?? Math.min(whole.rope!.dim, headDim);
  if (dim % 2 !== 0) throw keys.invalid('rope.dimension_count_swa', `is ${dim}, which is odd`);
  const rope = { dim, theta: keys.positive('rope.freq_base_swa') ?? 10_000, scale: 1, magnitude: 1 };
  return {
    ...base,
    embeddingScale: Math.sqrt(base.embedding),
    logitSoftcap: keys.number('final_logit_softcapping') || undefined,
    shapes: base.shapes.map(({ mixer, feedForward }, l) => {
      const window = windows[l];
      const own = window === undefined ? {} : { headDim, keyDim: headDim, window, rope };
      return { mixer: { ...mixer, scale: 1, ...own }, feedForward };
    }),
  };
}

export const gemma4: Architecture = {
  name: 'gemma4',
  config,
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape, { qkNorm: 'head', plainValues: true }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
  layerScale: 'layer_output_scale.weight',
};
