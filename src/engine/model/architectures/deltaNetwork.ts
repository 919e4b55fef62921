/** Sizes and tensors of gated delta networks, as Qwen's files name them (llama.cpp's src/models/qwen35.cpp, qwen3next.cpp). */
import type { Keys } from '../keys';
import type { DeltaWeights } from '../layerWeights';
import type { RecurrentShape } from '../mixers/recurrentParts';
import type { Plan, PlannedMatrix, TensorNames } from '../plan';
import { MAX } from './decoder';

/** Bound that keeps a lying file from asking for absurd amounts. */
const MAX_TAPS = 64;

export function deltaShape(keys: Keys, neighbours: boolean): RecurrentShape {
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
  return { kind: 'delta', heads, keyHeads, neighbours, headDim, keyDim: headDim, taps };
}

/** Of so many layers the last has attention, where the file does not say it. */
const INTERVAL = 4;

/** [layers] Which have no attention. `further`: blocks behind the layers. */
export function recurrentLayers(keys: Keys, layers: number, further = 0): boolean[] {
  const interval = keys.integer('full_attention_interval', MAX.layers) ?? INTERVAL;
  const named = keys.booleans('attention.recurrent_layers', layers + further);
  return Array.from({ length: layers }, (_, l) => named?.[l] ?? (l + 1) % interval !== 0);
}

/** Queries, keys, values and gate of each key's head in turn (older files of Qwen3-Next), or the first three and the gate apart. */
function projections(names: TensorNames, d: number, { heads, keyHeads, headDim }: RecurrentShape): PlannedMatrix[] {
  const [keys, values] = [keyHeads * headDim, heads * headDim];
  if (names.has('ssm_in.weight')) {
    return names.dealt('ssm_in.weight', [headDim, headDim, values / keyHeads, values / keyHeads], keyHeads, d);
  }
  return [...names.stacked('attn_qkv.weight', [keys, keys, values], d), names.matrix('attn_gate.weight', values, d)];
}

export function deltaNetwork(names: TensorNames, d: number, shape: RecurrentShape): Plan<DeltaWeights> {
  const { heads, keyHeads, headDim, taps } = shape;
  const [keys, values] = [keyHeads * headDim, heads * headDim];
  const [wq, wk, wv, wgate] = projections(names, d, shape);
  // β and α of each key's heads in turn, or apart.
  const [wbeta, walpha] = names.has('ssm_ba.weight')
    ? names.dealt('ssm_ba.weight', [heads / keyHeads, heads / keyHeads], keyHeads, d)
    : ['ssm_beta.weight', 'ssm_alpha.weight'].map((name) => names.matrix(name, heads, d));
  const lengths = [keys, keys, values].map((rows) => rows * taps);
  const [convolveQ, convolveK, convolveV] = names.stackedVectors('ssm_conv1d.weight', lengths, taps);
  return {
    wq,
    wk,
    wv,
    wgate,
    wo: names.matrix('ssm_out.weight', d, values),
    walpha,
    wbeta,
    convolveQ,
    convolveK,
    convolveV,
    rate: names.vector('ssm_a', heads),
    // Ollama leaves its last part out.
    rateBias: names.vector(names.has('ssm_dt') ? 'ssm_dt' : 'ssm_dt.bias', heads),
    norm: names.norm('ssm_norm', headDim),
  };
}
