/** Llama, Mistral and Mixtral. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';
import { windowsOf } from './window';

export const llama: Architecture = {
  name: 'llama',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'adjacent' });
    // Mistral's first models: every layer has the window. llama.cpp passes it over.
    const windows = windowsOf(keys, base.layers, 0);
    const shapes = base.shapes.map((shape, l) => ({ ...shape, mixer: { ...shape.mixer, window: windows[l] } }));
    return { ...base, shapes };
  },
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, attention(names, d, shape)),
  ignored: /\.attn_rot_embd\.weight$/, // in files of the first converters, where llama.cpp passes it over, too
};
