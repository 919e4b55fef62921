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
      qNorm: names.vector('attn_q_norm.weight', qkNorm === 'head' ? headDim : q),
      kNorm: names.vector('attn_k_norm.weight', qkNorm === 'head' ? headDim : kv),
    }),
  };
}

/** Gate, up and down; `suffix` such as '_shexp'. */
export function swiglu(names: TensorNames, d: number, hidden: number, suffix = ''): Plan<FeedForward> {
  return {
    gate: names.matrix(`ffn_gate${suffix}.weight`, hidden, d),
    up: names.matrix(`ffn_up${suffix}.weight`, hidden, d),
    down: names.matrix(`ffn_down${suffix}.weight`, d, hidden),
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
