/**
 * Encoders with the norms before each part: ModernBERT (Warner et al. 2024), whose layers see a window to both sides but for every
 * third, and EuroBERT (Boizard et al. 2025), Llama's layer that sees everything.
 */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { encoder, ignored } from './bert';
import { attention, fusedHidden, fusedSwiglu, preNormLayer } from './parts';
import { toEitherSide, windowsOf } from './window';

function config(keys: Keys): ModelConfig {
  const named = keys.string('hidden_activation') ?? 'gelu';
  if (named !== 'gelu' && named !== 'silu') throw keys.unsupported('hidden_activation', `is '${named}'`);
  const base = fusedHidden(encoder(keys, { norm: 'layer', activation: named }));
  const windows = windowsOf(keys, base.layers, 3, { firstSees: true });
  const theta = keys.positive('rope.freq_base_swa') ?? 10_000;
  const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
    const window = toEitherSide(windows[l]);
    const rope = window === undefined ? mixer.rope : { dim: mixer.rope!.dim, theta, scale: 1, magnitude: 1 };
    return { mixer: { ...mixer, window, rope }, feedForward };
  });
  return { ...base, shapes };
}

export const modernBert: Architecture = {
  name: 'modern-bert',
  config,
  layer: (names, { embedding: d }, shape, l) => ({
    // What enters the first layer is normalised already.
    ...((l > 0 || names.has('attn_norm.weight')) && { attentionNorm: names.norm('attn_norm', d) }),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: fusedSwiglu(names, d, shape.feedForward.hidden),
  }),
  normsEmbedding: true,
  ignored,
};

export const euroBert: Architecture = {
  name: 'eurobert',
  config: (keys) => encoder(keys, { norm: 'rms' }),
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
  ignored,
};
