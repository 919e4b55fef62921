/** Command R7B: attention and feed-forward read one norm of the stream; windows in three of four layers, which alone turn. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, swiglu } from './parts';
import { windowsOf } from './window';

export const cohere2: Architecture = {
  name: 'cohere2',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'adjacent', norm: 'layer' });
    const windows = windowsOf(keys, base.layers, 4);
    const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
      const window = windows[l];
      return { mixer: { ...mixer, window, rope: window === undefined ? undefined : mixer.rope }, feedForward };
    });
    // 0 stands for none in llama.cpp.
    return { ...base, shapes, parallelResidual: true, logitScale: keys.number('logit_scale') || 1 };
  },
  layer: (names, { embedding: d }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape),
    feedForwardNorm: names.norm('attn_norm', d),
    dense: swiglu(names, d, shape.feedForward.hidden),
  }),
};
