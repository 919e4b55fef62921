/**
 * Encoders: every token sees all others, norms stand behind each part, over the stream (Devlin et al. 2018), and what the last layer
 * gives is the result. BERT learned its positions and has an MLP; Nomic's turns and has SwiGLU.
 */
import type { Keys } from '../keys';
import type { FeedForward, Layer } from '../layerWeights';
import type { Plan, TensorNames } from '../plan';
import type { LayerShape } from '../shape';
import type { Architecture } from './architecture';
import { decoder, type Conventions, type DecoderConfig } from './decoder';
import { attention, mlp, swiglu } from './parts';

/** Throws Problem model-unsupported where the file does not say that its tokens see later ones. */
export const encoder = (keys: Keys, conventions: Partial<Conventions>): DecoderConfig => {
  keys.passOver(/^classifier\./); // of whoever makes one number of a text
  const config = decoder(keys, { ropePairing: 'half', norm: 'layer', ...conventions });
  if (!config.bothWays) throw keys.unsupported('attention.causal', 'is not false: an encoder that looks back only');
  return { ...config, headless: true };
};

const layer = (names: TensorNames, d: number, shape: LayerShape, dense: Plan<FeedForward>): Plan<Layer> => ({
  mixer: attention(names, d, shape),
  attentionStreamNorm: names.norm('attn_output_norm', d),
  dense,
  feedForwardStreamNorm: names.norm('layer_output_norm', d),
});

/** What makes one number, or one vector, of a text; which token or mean of tokens it reads, whoever asks decides. */
export const ignored = /^cls(\.|$)/;

export const bert: Architecture = {
  name: 'bert',
  config: (keys) => encoder(keys, { turns: () => false, activation: 'gelu' }),
  layer: (names, { embedding: d }, shape) => layer(names, d, shape, mlp(names, d, shape.feedForward.hidden)),
  normsEmbedding: true,
  ignored,
};

export const nomicBert: Architecture = {
  name: 'nomic-bert',
  config: (keys) => encoder(keys, {}),
  layer: (names, { embedding: d }, shape) => layer(names, d, shape, swiglu(names, d, shape.feedForward.hidden)),
  normsEmbedding: true,
  ignored,
};
