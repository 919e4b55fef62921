/**
 * Metadata keys that may be left unread, from the key table of llama.cpp as node-llama-cpp 3.22.1 ships it (src/llama-arch.cpp,
 * LLM_KV_NAMES; what reads them: src/llama-model.cpp, load_hparams, and src/models/*.cpp). Names without the prefix.
 */
import type { GgufValue } from '../formats/ggufTypes';

/** Whatever they say, a decoder computes the same: sizes that the tensors tell, and notes about the model's history. */
export const DESCRIBING_KEYS: ReadonlySet<string> = new Set([
  'vocab_size',
  'feed_forward_length',
  'expert_feed_forward_length',
  'expert_shared_feed_forward_length',
  'expert_shared_count',
  'tensor_data_layout',
  'pooling_type', // of whoever makes one vector of a text
  'decoder_start_token_id', // of models with an encoder
  'rope.scaling.finetuned', // read by the architectures that it switches something in
  'rope.scaling.original_context_length', // of YaRN, whose type is read
  'attention.layer_norm_epsilon', // of the other kind of norm; read where the model has that kind
  'attention.layer_norm_rms_epsilon',
]);

/** With one of these values they say what is done without them. */
export const NEUTRAL_VALUES: Readonly<Record<string, readonly GgufValue[]>> = {
  'attention.causal': [true],
  'attention.sliding_window': [0],
  'attention.clamp_kqv': [0],
  'attention.max_alibi_bias': [0],
  'attention.scale': [0],
  'attention.output_scale': [0, 1],
  'attention.value_scale': [0, 1],
  'attention.temperature_scale': [0],
  'attention.q_lora_rank': [0],
  'attention.shared_kv_layers': [0],
  attn_logit_softcapping: [0],
  final_logit_softcapping: [0],
  router_logit_softcapping: [0],
  use_parallel_residual: [false],
  residual_scale: [0, 1],
  embedding_scale: [0, 1],
  logit_scale: [0, 1],
  expert_count: [0],
  expert_used_count: [0],
  expert_group_count: [0, 1],
  expert_group_used_count: [0, 1],
  expert_weights_scale: [0, 1],
  expert_gating_func: [0, 1], // softmax
  leading_dense_block_count: [0],
  interleave_moe_layer_step: [0, 1],
  moe_every_n_layers: [0, 1],
  nextn_predict_layers: [0],
  n_deepstack_layers: [0],
  embedding_length_per_layer_input: [0],
  'rope.scaling.attn_factor': [0, 1],
  'rope.scaling.alpha': [0],
  swin_norm: [false],
};
