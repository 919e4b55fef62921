/** Which tensors has a network with experts beside it, each of the two with norms of its own (Gemma 4)? */
import type { Layer } from '../layerWeights';
import type { Plan, TensorNames } from '../plan';
import type { FeedForwardShape } from '../shape';
import { mixture, swiglu } from './parts';

/** Without experts the network alone. `d`: the embedding's columns. */
export function networkWithExperts(
  names: TensorNames,
  d: number,
  { hidden, sharedHidden, experts, ...feedForward }: FeedForwardShape,
): Pick<Plan<Layer>, 'feedForwardNorm' | 'dense' | 'moe'> {
  if (experts === 0) return { feedForwardNorm: names.norm('ffn_norm', d), dense: swiglu(names, d, hidden) };
  const moe = mixture(names, d, { ...feedForward, hidden, experts, sharedHidden: 0 });
  const scales = names.has('ffn_down_exps.scale')
    ? names.stackedVectors(
        'ffn_down_exps.scale',
        moe.experts.map(() => 1),
      )
    : [];
  return {
    feedForwardNorm: names.norm('pre_ffw_norm_2', d),
    moe: {
      ...moe,
      routerNorm: { weight: names.vector('ffn_gate_inp.scale', d) },
      experts: moe.experts.map((expert, e) => ({ ...expert, scale: scales[e] })),
      expertsPostNorm: names.norm('post_ffw_norm_2', d),
      shared: {
        ...swiglu(names, d, sharedHidden),
        norm: names.norm('ffn_norm', d),
        postNorm: names.norm('post_ffw_norm_1', d),
      },
    },
  };
}
