/** BLOOM: a norm of the embedding; nothing turns, but distance takes its share off scores (ALiBi). */
import type { Architecture } from './architecture';
import { decoder, withAttention } from './decoder';
import { attention, mlp } from './parts';

/** No file says it: llama.cpp's f_max_alibi_bias. */
const ALIBI = 8;

export const bloom: Architecture = {
  name: 'bloom',
  config: (keys) =>
    withAttention(decoder(keys, { ropePairing: 'half', turns: () => false, norm: 'layer', activation: 'gelu' }), {
      alibi: ALIBI,
    }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
  normsEmbedding: true,
};
