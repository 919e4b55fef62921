/** Llama, Mistral and Mixtral. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

export const llama: Architecture = {
  name: 'llama',
  config: (keys) => decoder(keys, { ropePairing: 'adjacent' }),
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
  ignored: /\.attn_rot_embd\.weight$/, // in files of the first converters, where llama.cpp passes it over, too
};
