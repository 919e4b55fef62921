/** StableLM: LayerNorm, part of each head turns; 2-12B has a norm for each head and both parts from one norm of the stream. */
import type { Plan, TensorNames } from '../plan';
import type { Norm } from '../layerWeights';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, attentionShape, swiglu } from './parts';

export const stablelm: Architecture = {
  name: 'stablelm',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', norm: 'layer' });
    keys.passOver(/^use_parallel_residual$/); // the norm that there is or is not tells it
    const normPerHead = keys.has('blk.0.attn_q_norm.weight');
    const shapes = base.shapes.map(({ mixer, feedForward }) => ({ mixer: { ...mixer, normPerHead }, feedForward }));
    return { ...base, shapes, parallelResidual: !keys.has('blk.0.ffn_norm.weight') };
  },
  layer: (names, { embedding: d, parallelResidual }, shape) => {
    const { heads, kvHeads, headDim, normPerHead } = attentionShape(shape);
    return {
      attentionNorm: names.norm('attn_norm', d),
      mixer: {
        ...attention(names, d, shape),
        ...(normPerHead && {
          qNorm: normOfHeads(names, 'attn_q_norm.weight', headDim, heads),
          kNorm: normOfHeads(names, 'attn_k_norm.weight', headDim, kvHeads),
        }),
      },
      feedForwardNorm: names.norm(parallelResidual ? 'attn_norm' : 'ffn_norm', d),
      dense: swiglu(names, d, shape.feedForward.hidden),
    };
  },
};

/** A row of weights for each head. */
const normOfHeads = (names: TensorNames, name: string, headDim: number, heads: number): Plan<Norm> => ({
  weight: { ...names.vector(name, headDim * heads), shape: [headDim, heads] },
});
