/** Gemma, the first: Llama's layer with GEGLU, and an embedding that is scaled up. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const gemma: Architecture = {
  name: 'gemma',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', activation: 'gelu' });
    return { ...base, embeddingScale: Math.sqrt(base.embedding) };
  },
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
};
