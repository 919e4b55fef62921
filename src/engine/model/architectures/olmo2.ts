/** OLMo 2, and 3 with its windows: norms behind attention and feed-forward, not before, and over all queries and all keys. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

export const olmo2: Architecture = {
  name: 'olmo2',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half' });
    const windows = windowsOf(keys, base.layers, 4);
    const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
      const window = windows[l];
      // Layers with a window know nothing of the scaling for long texts.
      const rope =
        window === undefined ? mixer.rope : mixer.rope && { ...mixer.rope, scale: 1, magnitude: 1, yarn: undefined };
      return { mixer: { ...mixer, window, rope }, feedForward };
    });
    return { ...base, shapes };
  },
  layer: (names, { embedding: d }, shape) => ({
    mixer: attention(names, d, shape, { qkNorm: 'projection' }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
  }),
};
