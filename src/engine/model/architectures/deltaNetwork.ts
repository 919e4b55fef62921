/** Sizes and tensors of gated delta networks, as Qwen's files name them (llama.cpp's src/models/qwen35.cpp). */
import type { Keys } from '../keys';
import type { DeltaWeights } from '../layerWeights';
import type { DeltaShape } from '../mixers/deltaParts';
import type { Plan, TensorNames } from '../plan';
import { MAX } from './decoder';

/** Bound that keeps a lying file from asking for absurd amounts. */
const MAX_TAPS = 64;

export function deltaShape(keys: Keys): DeltaShape {
  const taps = keys.integerRequired('ssm.conv_kernel', MAX_TAPS);
  const heads = keys.integerRequired('ssm.time_step_rank', MAX.heads);
  const keyHeads = keys.integerRequired('ssm.group_count', MAX.heads);
  const headDim = keys.integerRequired('ssm.state_size', MAX.headDim);
  const inner = keys.integerRequired('ssm.inner_size', MAX.embedding);
  if (inner !== heads * headDim) {
    throw keys.unsupported('ssm.inner_size', `is ${inner}, other than ${heads} heads of ${headDim}`);
  }
  if (heads % keyHeads !== 0) {
    throw keys.invalid('ssm.group_count', `is ${keyHeads}, which does not divide the ${heads} heads`);
  }
  return { kind: 'delta', heads, keyHeads, headDim, taps };
}

export function deltaNetwork(
  names: TensorNames,
  d: number,
  { heads, keyHeads, headDim, taps }: DeltaShape,
): Plan<DeltaWeights> {
  const [keys, values] = [keyHeads * headDim, heads * headDim];
  const [wq, wk, wv] = names.stacked('attn_qkv.weight', [keys, keys, values], d);
  const lengths = [keys, keys, values].map((rows) => rows * taps);
  const [convolveQ, convolveK, convolveV] = names.stackedVectors('ssm_conv1d.weight', lengths, taps);
  return {
    wq,
    wk,
    wv,
    wgate: names.matrix('attn_gate.weight', values, d),
    wo: names.matrix('ssm_out.weight', d, values),
    walpha: names.matrix('ssm_alpha.weight', heads, d),
    wbeta: names.matrix('ssm_beta.weight', heads, d),
    convolveQ,
    convolveK,
    convolveV,
    rate: names.vector('ssm_a', heads),
    // Ollama leaves its last part out.
    rateBias: names.vector(names.has('ssm_dt') ? 'ssm_dt' : 'ssm_dt.bias', heads),
    norm: names.norm('ssm_norm', headDim),
  };
}
