/** SmolLM3: Llama's layer, without rotation in every fourth. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';

/** llama.cpp's n_no_rope_layer_step; the files do not say it. */
const STEP = 4;

export const smollm3: Architecture = {
  name: 'smollm3',
  config: (keys) => decoder(keys, { ropePairing: 'adjacent', turns: (l) => (l + 1) % STEP !== 0 }),
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
};
