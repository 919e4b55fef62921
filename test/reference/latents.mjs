/** Models whose queries, keys and values are made from latents (DeepSeek V2 and V3): values of another size than keys. */
import { project } from './support.mjs';

const { f32, u32 } = project;

/** latent: numbers of the latents (queries: 0 for none), elements of a key and those of them that turn. hd: of values. */
export const LATENTS = [
  {
    file: 'deepseek2', // keys' and values' matrices apart, a latent of queries, YaRN on part of the head, experts in groups
    arch: 'deepseek2',
    seed: 101,
    d: 40,
    layers: 3,
    heads: 4,
    kv: 1,
    hd: 8,
    ff: 9,
    latent: { queries: 14, keys: 12, keyDim: 16, turns: 6, apart: true },
    denseFf: 31,
    leadingDense: 1,
    experts: 12,
    used: 3,
    sharedFf: 18,
    choiceBias: true,
    furtherAlike: 1,
    keys: (key) => ({
      ...latentKeys(key, { queries: 14, keys: 12, turns: 6 }),
      [key('attention.key_length')]: u32(18),
      [key('attention.value_length')]: u32(12),
      [key('attention.key_length_mla')]: u32(16),
      [key('attention.value_length_mla')]: u32(8),
      [key('nextn_predict_layers')]: u32(1),
      [key('leading_dense_block_count')]: u32(1),
      [key('expert_shared_count')]: u32(2),
      [key('expert_weights_norm')]: true,
      [key('expert_weights_scale')]: f32(1.6),
      [key('expert_gating_func')]: u32(2),
      [key('expert_group_count')]: u32(4),
      [key('expert_group_used_count')]: u32(2),
      [key('rope.freq_base')]: f32(300),
      [key('rope.scaling.type')]: 'yarn',
      [key('rope.scaling.factor')]: f32(8),
      [key('rope.scaling.original_context_length')]: u32(32),
      [key('rope.scaling.yarn_log_multiplier')]: f32(0.07),
    }),
    vocabulary: { size: 293, pre: 'deepseek-v3', addBos: true },
  },
  {
    file: 'deepseek2-lite', // 26 layers, by which llama.cpp tells that queries have no latent; keys and values in one matrix
    arch: 'deepseek2',
    seed: 102,
    d: 18,
    layers: 26,
    heads: 2,
    kv: 2,
    hd: 7,
    ff: 8,
    latent: { queries: 0, keys: 9, keyDim: 10, turns: 4 },
    denseFf: 9,
    leadingDense: 24,
    experts: 5,
    used: 2,
    sharedFf: 8,
    keys: (key) => ({
      ...latentKeys(key, { queries: 0, keys: 9, turns: 4 }),
      [key('attention.key_length')]: u32(10),
      [key('attention.value_length')]: u32(7),
      [key('leading_dense_block_count')]: u32(24),
      [key('expert_shared_count')]: u32(1),
      [key('rope.scaling.type')]: 'yarn',
      [key('rope.scaling.factor')]: f32(4),
      [key('rope.scaling.original_context_length')]: u32(64),
    }),
    vocabulary: { size: 277, pre: 'deepseek-llm', addBos: false },
  },
];

function latentKeys(key, { queries, keys, turns }) {
  return {
    ...(queries > 0 && { [key('attention.q_lora_rank')]: u32(queries) }),
    [key('attention.kv_lora_rank')]: u32(keys),
    [key('rope.dimension_count')]: u32(turns),
  };
}

export function latentTensors(at, { d, heads, hd, latent }, { matrix, vector }) {
  const { queries, keys, keyDim, turns, apart } = latent;
  if (queries > 0) {
    matrix(`${at}attn_q_a.weight`, d, queries, 1);
    vector(`${at}attn_q_a_norm.weight`, queries, 1, 0.2);
    matrix(`${at}attn_q_b.weight`, queries, heads * keyDim, 1.2);
  } else matrix(`${at}attn_q.weight`, d, heads * keyDim, 1.2);
  matrix(`${at}attn_kv_a_mqa.weight`, d, keys + turns, 1.2);
  vector(`${at}attn_kv_a_norm.weight`, keys, 1, 0.2);
  const still = keyDim - turns;
  if (apart) {
    // Of each head the matrix of keys stands transposed.
    matrix(`${at}attn_k_b.weight`, still, keys, 1.6, { count: heads });
    matrix(`${at}attn_v_b.weight`, keys, hd, 1.2, { count: heads });
  } else matrix(`${at}attn_kv_b.weight`, keys, heads * (still + hd), 1.4);
}
