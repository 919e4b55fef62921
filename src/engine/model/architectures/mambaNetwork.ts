/** Sizes and tensors of Mamba-2 (llama.cpp's src/models/mamba-base.cpp). */
import type { Keys } from '../keys';
import type { MambaWeights } from '../layerWeights';
import type { RecurrentShape } from '../mixers/recurrentParts';
import type { Plan, TensorNames } from '../plan';
import { MAX } from './decoder';

/** Bound that keeps a lying file from asking for absurd amounts. */
const MAX_TAPS = 64;

export function mambaShape(keys: Keys): RecurrentShape {
  const taps = keys.integerRequired('ssm.conv_kernel', MAX_TAPS);
  const heads = keys.integerRequired('ssm.time_step_rank', MAX.heads);
  const keyHeads = keys.integerRequired('ssm.group_count', MAX.heads);
  const keyDim = keys.integerRequired('ssm.state_size', MAX.headDim);
  const inner = keys.integerRequired('ssm.inner_size', MAX.embedding);
  if (inner % heads !== 0) throw keys.invalid('ssm.inner_size', `is ${inner}, which ${heads} heads do not divide`);
  if (heads % keyHeads !== 0) {
    throw keys.invalid('ssm.group_count', `is ${keyHeads}, which does not divide the ${heads} heads`);
  }
  return { kind: 'mamba', heads, keyHeads, neighbours: true, headDim: inner / heads, keyDim, taps };
}

/** Gate, values, keys, queries and step in one tensor, in this order; the convolution runs over the middle three. */
export function mambaNetwork(
  names: TensorNames,
  d: number,
  { heads, keyHeads, headDim, keyDim, taps }: RecurrentShape,
): Plan<MambaWeights> {
  const [keys, values] = [keyHeads * keyDim, heads * headDim];
  const [wgate, wv, wk, wq, wstep] = names.stacked('ssm_in.weight', [values, values, keys, keys, heads], d);
  const channels = [values, keys, keys];
  const [convolveV, convolveK, convolveQ] = names.stackedVectors(
    'ssm_conv1d.weight',
    channels.map((rows) => rows * taps),
    taps,
  );
  const [biasV, biasK, biasQ] = names.stackedVectors('ssm_conv1d.bias', channels);
  const [rate] = names.stackedVectors('ssm_a', [heads], 1);
  const [skip] = names.stackedVectors('ssm_d', [heads], 1);
  const [weight] = names.stackedVectors('ssm_norm.weight', [values], values / keyHeads);
  return {
    wq,
    wk,
    wv,
    wgate,
    wo: names.matrix('ssm_out.weight', d, values),
    convolveQ,
    convolveK,
    convolveV,
    biasQ,
    biasK,
    biasV,
    wstep,
    stepBias: names.vector('ssm_dt.bias', heads),
    rate,
    skip,
    norm: { weight },
  };
}
