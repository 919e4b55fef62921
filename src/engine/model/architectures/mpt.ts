/** MPT: ALiBi or learned positions; queries, keys and values kept within bounds. (With norms of queries and keys llama.cpp itself stops.) */
import type { Architecture } from './architecture';
import { clampOf, decoder, withAttention } from './decoder';
import { attention, mlp } from './parts';

export const mpt: Architecture = {
  name: 'mpt',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', turns: () => false, norm: 'layer', activation: 'gelu' });
    const alibi = keys.number('attention.max_alibi_bias') || undefined;
    if (alibi !== undefined && alibi < 0) throw keys.invalid('attention.max_alibi_bias', `is ${alibi}, below 0`);
    return withAttention(base, { alibi, clamp: clampOf(keys) });
  },
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
