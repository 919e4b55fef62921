/** OLMo: LayerNorm without weights, queries, keys and values kept within bounds. */
import { plainNorm } from '../plan';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';

export const olmo: Architecture = {
  name: 'olmo',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'adjacent', norm: 'layer' });
    const clamp = keys.number('attention.clamp_kqv') || undefined;
    if (clamp !== undefined && clamp < 0) throw keys.invalid('attention.clamp_kqv', `is ${clamp}, below 0`);
    const shapes = base.shapes.map(({ mixer, feedForward }) => ({ mixer: { ...mixer, clamp }, feedForward }));
    return { ...base, shapes };
  },
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: plainNorm(d),
    mixer: attention(names, d, shape),
    feedForwardNorm: plainNorm(d),
    dense: swiglu(names, d, shape.feedForward.hidden),
  }),
  outputNorm: null,
};
