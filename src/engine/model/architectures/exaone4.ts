/** EXAONE 4: norms behind, not before, and on each head's queries and keys; the largest has windows, outside which nothing turns. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

/** llama.cpp tells the model with windows by its layers (exaone4.cpp), whatever the file says of windows. */
const [LARGEST, WINDOW] = [64, 4096];

export const exaone4: Architecture = {
  name: 'exaone4',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', predictsFurther: true });
    keys.passOver(/^attention\.sliding_window(_pattern)?$/);
    if (base.layers !== LARGEST) return base;
    const windows = windowsOf(keys, base.layers, 4, { width: WINDOW });
    const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
      const window = windows[l];
      return { mixer: { ...mixer, window, rope: window === undefined ? undefined : mixer.rope }, feedForward };
    });
    return { ...base, shapes };
  },
  layer: (names, { embedding: d }, shape) => ({
    mixer: attention(names, d, shape, { qkNorm: 'head' }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
