/** Qwen3-Next: Qwen 3.5's layers with experts, whose neighbouring heads of values share a key, and a plain rotation. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { deltaShape, recurrentLayers } from './deltaNetwork';
import { layer } from './qwen35';

export const qwen3next: Architecture = {
  name: 'qwen3next',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', predictsFurther: true });
    const recurrent = recurrentLayers(keys, base.layers, base.further);
    const delta = deltaShape(keys, true);
    const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
      return { mixer: recurrent[l] ? delta : { ...mixer, gated: true }, feedForward };
    });
    return { ...base, shapes, heads: Math.max(...shapes.map(({ mixer }) => mixer.heads)) };
  },
  layer,
};
