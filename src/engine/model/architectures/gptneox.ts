/** GPT-NeoX and Pythia: part of each head turns; attention and MLP read the same stream, or one after the other. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mlp } from './parts';

export const gptneox: Architecture = {
  name: 'gptneox',
  config: (keys) => ({
    ...decoder(keys, { ropePairing: 'half', norm: 'layer', activation: 'gelu' }),
    parallelResidual: keys.boolean('use_parallel_residual') ?? true,
  }),
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('ffn_norm', d),
    dense: mlp(names, d, shape.feedForward.hidden),
  }),
};
