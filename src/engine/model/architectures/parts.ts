/** Tensors that many architectures name and shape alike (llama.cpp's src/llama-arch.cpp). */
import type { FeedForward } from '../dense';
import type { MixtureOfExperts } from '../experts';
import type { AttentionWeights } from '../mixers/attention';
import type { Plan, TensorNames } from '../plan';
import type { FeedForwardShape, LayerShape } from '../shape';

/** Biases are taken where they are. `qkNorm`: over each head, or over the whole projection. */
export function attention(
  names: TensorNames,
  d: number,
  { mixer: { heads, kvHeads, headDim } }: LayerShape,
  { qkNorm }: { qkNorm?: 'head' | 'projection' } = {},
): Plan<AttentionWeights> {
  const [q, kv] = [heads * headDim, kvHeads * headDim];
  return {
    wq: names.matrix('attn_q.weight', q, d),
    wk: names.matrix('attn_k.weight', kv, d),
    wv: names.matrix('attn_v.weight', kv, d),
    wo: names.matrix('attn_output.weight', d, q),
    bq: names.vectorIfThere('attn_q.bias', q),
    bk: names.vectorIfThere('attn_k.bias', kv),
    bv: names.vectorIfThere('attn_v.bias', kv),
    bo: names.vectorIfThere('attn_output.bias', d),
    ...(qkNorm && {
      qNorm: names.norm('attn_q_norm', qkNorm === 'head' ? headDim : q),
      kNorm: names.norm('attn_k_norm', qkNorm === 'head' ? headDim : kv),
    }),
  };
}

/** Queries, keys and values in one tensor, biases likewise. */
export function fusedAttention(
  names: TensorNames,
  d: number,
  { mixer: { heads, kvHeads, headDim } }: LayerShape,
): Plan<AttentionWeights> {
  const rows = [heads * headDim, kvHeads * headDim, kvHeads * headDim];
  const [wq, wk, wv] = names.stacked('attn_qkv.weight', rows, d);
  const [bq, bk, bv] = names.has('attn_qkv.bias') ? names.stackedVectors('attn_qkv.bias', rows) : [];
  const wo = names.matrix('attn_output.weight', d, rows[0]);
  return { wq, wk, wv, wo, bq, bk, bv, bo: names.vectorIfThere('attn_output.bias', d) };
}

/** Up and down without a gate, with their biases where there are any. */
export function mlp(names: TensorNames, d: number, hidden: number): Plan<FeedForward> {
  return {
    up: names.matrix('ffn_up.weight', hidden, d),
    upBias: names.vectorIfThere('ffn_up.bias', hidden),
    down: names.matrix('ffn_down.weight', d, hidden),
    downBias: names.vectorIfThere('ffn_down.bias', d),
  };
}

/** Gate, up and down, biases where there are any; `suffix` such as '_shexp'. */
export function swiglu(names: TensorNames, d: number, hidden: number, suffix = ''): Plan<FeedForward> {
  return {
    gate: names.matrix(`ffn_gate${suffix}.weight`, hidden, d),
    gateBias: names.vectorIfThere(`ffn_gate${suffix}.bias`, hidden),
    up: names.matrix(`ffn_up${suffix}.weight`, hidden, d),
    upBias: names.vectorIfThere(`ffn_up${suffix}.bias`, hidden),
    down: names.matrix(`ffn_down${suffix}.weight`, d, hidden),
    downBias: names.vectorIfThere(`ffn_down${suffix}.bias`, d),
  };
}

/** A router and its experts; the expert that every token goes through where there is one, with its gate. */
export function mixture(
  names: TensorNames,
  d: number,
  { experts, hidden, sharedHidden }: FeedForwardShape,
): Plan<MixtureOfExperts> {
  const gates = names.matrices('ffn_gate_exps.weight', hidden, d, experts);
  const ups = names.matrices('ffn_up_exps.weight', hidden, d, experts);
  const downs = names.matrices('ffn_down_exps.weight', d, hidden, experts);
  const inputGate = names.has('ffn_gate_inp_shexp.weight')
    ? { inputGate: names.matrix('ffn_gate_inp_shexp.weight', 1, d) }
    : {};
  return {
    router: names.matrix('ffn_gate_inp.weight', experts, d),
    experts: gates.map((gate, e) => ({ gate, up: ups[e], down: downs[e] })),
    ...(sharedHidden > 0 && { shared: { ...swiglu(names, d, sharedHidden, '_shexp'), ...inputGate } }),
  };
}

/** The two norms before, and experts where the layer has a router. */
export function preNormLayer(
  names: TensorNames,
  d: number,
  shape: LayerShape,
  mixer: Plan<AttentionWeights>,
): {
  attentionNorm: ReturnType<TensorNames['norm']>;
  mixer: Plan<AttentionWeights>;
  feedForwardNorm: ReturnType<TensorNames['norm']>;
  dense?: Plan<FeedForward>;
  moe?: Plan<MixtureOfExperts>;
} {
  const { feedForward } = shape;
  return {
    attentionNorm: names.norm('attn_norm', d),
    mixer,
    feedForwardNorm: names.norm('ffn_norm', d),
    ...(feedForward.experts > 0
      ? { moe: mixture(names, d, feedForward) }
      : { dense: swiglu(names, d, feedForward.hidden) }),
  };
}
