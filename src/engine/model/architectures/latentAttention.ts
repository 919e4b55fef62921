/** Tensors of attention whose queries, keys and values are made from latents (llama.cpp's src/models/deepseek2.cpp). */
import type { AttentionWeights } from '../layerWeights';
import type { Plan, TensorNames } from '../plan';
import type { LayerShape } from '../shape';
import { attentionShape } from './parts';

export function latentAttention(names: TensorNames, d: number, shape: LayerShape): Plan<AttentionWeights> {
  const { heads, headDim, keyDim, latent, rope } = attentionShape(shape);
  const { queries, keys } = latent!;
  const still = keyDim - rope!.dim;
  const [down, turns] = names.stacked('attn_kv_a_mqa.weight', [keys, rope!.dim], d);
  const rows = heads * keyDim;
  const [wk, wv] = names.has('attn_kv_b.weight')
    ? names.dealt('attn_kv_b.weight', [still, headDim], heads, keys)
    : [names.transposed('attn_k_b.weight', still, keys, heads), names.tall('attn_v_b.weight', headDim, keys, heads)];
  const ofQueries = { down: names.matrix('attn_q_a.weight', queries, d), norm: names.norm('attn_q_a_norm', queries) };
  return {
    wq: queries > 0 ? names.matrix('attn_q_b.weight', rows, queries) : names.matrix('attn_q.weight', rows, d),
    wk,
    wv,
    wo: names.matrix('attn_output.weight', d, heads * headDim),
    latent: {
      ...(queries > 0 && { queries: ofQueries }),
      keys: { down, norm: names.norm('attn_kv_a_norm', keys) },
      turns,
    },
  };
}
