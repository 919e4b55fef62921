/** Tensors that many architectures name and shape alike (llama.cpp's src/llama-arch.cpp). */
import type { AttentionWeights, FeedForward, MixerWeights, MixtureOfExperts } from '../layerWeights';
import { Problem } from '../../../protocol/problem';
import type { ModelConfig } from '../config';
import type { AttentionShape } from '../mixers/attentionParts';
import { plainNorm, type Plan, type PlannedMatrix, type PlannedVector, type TensorNames } from '../plan';
import type { FeedForwardShape, LayerShape } from '../shape';

/** The layer's attention, for plans of layers that have it. */
export function attentionShape({ mixer }: LayerShape): AttentionShape {
  if (mixer.kind === 'attention') return mixer;
  throw new Problem('internal', 'A layer without attention was planned as one with it.');
}

/**
 * Queries, keys and values in one tensor or in three, as the file has them; biases are taken where they are. `qkNorm`: over
 * each head, or over the whole projection. `plainValues`: values are normalised without weights, and keys' matrix makes them where
 * they have none (Gemma 4).
 */
export function attention(
  names: TensorNames,
  d: number,
  shape: LayerShape,
  { qkNorm, plainValues }: { qkNorm?: 'head' | 'projection'; plainValues?: boolean } = {},
): Plan<AttentionWeights> {
  const { heads, kvHeads, headDim, sinks, sharesWith } = attentionShape(shape);
  const [q, kv] = [heads * headDim, kvHeads * headDim];
  const rows = [q, kv, kv];
  const single = ['attn_q', 'attn_k', 'attn_v'];
  const makes = sharesWith === undefined;
  const [wq, wk, wv] = names.has('attn_qkv.weight')
    ? names.stacked('attn_qkv.weight', rows, d)
    : (makes ? single : ['attn_q']).map((name, i) => names.matrix(`${name}.weight`, rows[i], d));
  const keysServe = plainValues && !names.has('attn_qkv.weight') && !names.has('attn_v.weight');
  const [bq, bk, bv] = names.has('attn_qkv.bias')
    ? names.stackedVectors('attn_qkv.bias', rows)
    : single.map((name, i) => names.vectorIfThere(`${name}.bias`, rows[i]));
  return {
    wq,
    wk,
    wv: keysServe ? wk : wv,
    bq,
    bk,
    bv,
    wo: names.matrix('attn_output.weight', d, q),
    bo: names.vectorIfThere('attn_output.bias', d),
    ...(sinks && { sinks: names.vector('attn_sinks.weight', heads) }),
    ...(plainValues && makes && { vNorm: plainNorm(headDim) }),
    ...(qkNorm && {
      qNorm: names.norm('attn_q_norm', qkNorm === 'head' ? headDim : q),
      ...(makes && { kNorm: names.norm('attn_k_norm', qkNorm === 'head' ? headDim : kv) }),
    }),
  };
}

/** Up and down without a gate, with their biases where there are any; `suffix` such as '_shexp'. */
export function mlp(names: TensorNames, d: number, hidden: number, suffix = ''): Plan<FeedForward> {
  return {
    up: names.matrix(`ffn_up${suffix}.weight`, hidden, d),
    upBias: names.vectorIfThere(`ffn_up${suffix}.bias`, hidden),
    down: names.matrix(`ffn_down${suffix}.weight`, d, hidden),
    downBias: names.vectorIfThere(`ffn_down${suffix}.bias`, d),
  };
}

/** The same with a gate. */
export function swiglu(names: TensorNames, d: number, hidden: number, suffix = ''): Plan<FeedForward> {
  return {
    gate: names.matrix(`ffn_gate${suffix}.weight`, hidden, d),
    gateBias: names.vectorIfThere(`ffn_gate${suffix}.bias`, hidden),
    ...mlp(names, d, hidden, suffix),
  };
}

/** Gate and up in one tensor, in this order. */
export function fusedSwiglu(names: TensorNames, d: number, hidden: number): Plan<FeedForward> {
  const [gate, up] = names.stacked('ffn_up.weight', [hidden, hidden], d);
  return { gate, up, down: names.matrix('ffn_down.weight', d, hidden) };
}

/** The sizes for `fusedSwiglu`: that tensor has two rows for each hidden unit. */
export function fusedHidden<Config extends ModelConfig>(config: Config): Config {
  const shapes = config.shapes.map(({ feedForward, ...shape }) => {
    return { ...shape, feedForward: { ...feedForward, hidden: feedForward.hidden / 2 } };
  });
  return { ...config, shapes };
}

/**
 * A router and its experts; the expert that every token goes through where there is one, with its own gate. `gated`: whether
 * experts' units have one, too.
 */
export function mixture(
  names: TensorNames,
  d: number,
  { experts, hidden, sharedHidden, choosesApart }: FeedForwardShape,
  gated = true,
): Plan<MixtureOfExperts> {
  const ofExperts = (name: string): PlannedMatrix[] => names.matrices(`${name}.weight`, hidden, d, experts);
  const fused = gated && names.has('ffn_gate_up_exps.weight');
  const [gates, ups] = fused
    ? pairs(names.matrices('ffn_gate_up_exps.weight', 2 * hidden, d, experts))
    : [gated ? ofExperts('ffn_gate_exps') : [], ofExperts('ffn_up_exps')];
  const downs = names.matrices('ffn_down_exps.weight', d, hidden, experts);
  const biases = (name: string, length: number): (PlannedVector | undefined)[] =>
    names.vectorsIfThere(`${name}.bias`, length, experts) ?? [];
  const gateBiases = biases('ffn_gate_exps', hidden);
  const upBiases = biases('ffn_up_exps', hidden);
  const downBiases = biases('ffn_down_exps', d);
  const inputGate = names.has('ffn_gate_inp_shexp.weight')
    ? { inputGate: names.matrix('ffn_gate_inp_shexp.weight', 1, d) }
    : {};
  return {
    router: names.matrix('ffn_gate_inp.weight', experts, d),
    routerBias: names.vectorIfThere('ffn_gate_inp.bias', experts),
    ...(choosesApart && { choiceBias: names.vectorIfThere('exp_probs_b.bias', experts) }),
    experts: ups.map((up, e) => ({
      gate: gates[e],
      up,
      down: downs[e],
      gateBias: gateBiases[e],
      upBias: upBiases[e],
      downBias: downBiases[e],
    })),
    ...(sharedHidden > 0 && { shared: { ...(gated ? swiglu : mlp)(names, d, sharedHidden, '_shexp'), ...inputGate } }),
  };
}

/** The first half of the rows of each, and the second: gate and up in one tensor. */
function pairs(matrices: PlannedMatrix[]): [PlannedMatrix[], PlannedMatrix[]] {
  const half = (second: boolean): PlannedMatrix[] =>
    matrices.map((both) => ({ ...both, rows: both.rows / 2, first: both.first + (second ? both.rows / 2 : 0) }));
  return [half(false), half(true)];
}

/** The two norms before, and experts where the layer has a router. */
export function preNormLayer(
  names: TensorNames,
  d: number,
  shape: LayerShape,
  mixer: Plan<MixerWeights>,
  feedForwardNorm = 'ffn_norm',
): {
  attentionNorm: ReturnType<TensorNames['norm']>;
  mixer: Plan<MixerWeights>;
  feedForwardNorm: ReturnType<TensorNames['norm']>;
  dense?: Plan<FeedForward>;
  moe?: Plan<MixtureOfExperts>;
} {
  const { feedForward } = shape;
  return {
    attentionNorm: names.norm('attn_norm', d),
    mixer,
    feedForwardNorm: names.norm(feedForwardNorm, d),
    ...(feedForward.experts > 0
      ? { moe: mixture(names, d, feedForward) }
      : { dense: swiglu(names, d, feedForward.hidden) }),
  };
}
