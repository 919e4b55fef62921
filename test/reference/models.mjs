/**
 * Small random-weight GGUF models with odd sizes, one for each thing that an engine can get wrong, which makes the list long. The same seeds give the
 * same bytes everywhere (no Math.log or Math.cos on the way). `node models.mjs` writes test/fixtures/models/*.gguf.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { convolutionTensors, deltaTensors, furtherTensors, HYBRIDS, mambaTensors, nextTensors } from './hybrids.mjs';
import { LATENTS, latentTensors } from './latents.mjs';
import { fixtures, project } from './support.mjs';
import { bpe, ranked, spm, wordPiece } from './vocabularies.mjs';

const {
  arrayOf,
  BLOCK_LAYOUT,
  f32,
  fromF16,
  GgmlType,
  quantize,
  QUANTIZED,
  randomBlocks,
  toF16,
  seededRandom,
  T,
  u32,
  writeGguf,
} = project;
const { F32, F16, BF16, MXFP4, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS } = GgmlType;

const CONTEXT = 1024;

/** Sizes: d residual, hd head, ff hidden (of one expert, where there are experts). type: of every matrix but the router. */
export const SPECS = [
  {
    file: 'llama-one-kv-head', // head_dim ≠ d/heads, one key/value head, adjacent RoPE with linear scaling, d not a multiple of 8
    arch: 'llama',
    seed: 11,
    d: 42,
    layers: 2,
    heads: 5,
    kv: 1,
    hd: 12,
    ff: 57,
    eps: 1e-4,
    ropeBase: 5000,
    ropeScale: 2.5,
    vocabulary: { size: 293, pre: 'default', addBos: true },
  },
  {
    file: 'llama-spm', // SentencePiece, tied output
    arch: 'llama',
    seed: 12,
    d: 32,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 8,
    ff: 40,
    tied: true,
    vocabulary: 'spm',
  },
  {
    file: 'qwen2-biases', // biases on q, k and v
    arch: 'qwen2',
    seed: 13,
    d: 36,
    layers: 2,
    heads: 6,
    kv: 2,
    hd: 6,
    ff: 50,
    biases: true,
    ropeBase: 1e6,
    eps: 1e-6,
    vocabulary: { size: 301, pre: 'qwen2', addBos: false },
  },
  {
    file: 'qwen3-tied', // QK-norm per head, grouped queries, head_dim ≠ d/heads, tied output
    arch: 'qwen3',
    seed: 14,
    d: 36,
    layers: 3,
    heads: 6,
    kv: 2,
    hd: 10,
    ff: 44,
    tied: true,
    ropeBase: 1e6,
    eps: 1e-6,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'qwen3moe-8-of-64',
    arch: 'qwen3moe',
    seed: 15,
    d: 24,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 8,
    ff: 5,
    experts: 64,
    used: 8,
    tied: true,
    eps: 1e-6,
    vocabulary: { size: 277, pre: 'qwen2', addBos: true },
  },
  {
    file: 'qwen3moe-1-of-2',
    arch: 'qwen3moe',
    seed: 16,
    d: 28,
    layers: 3,
    heads: 3,
    kv: 1,
    hd: 14,
    ff: 19,
    experts: 2,
    used: 1,
    eps: 1e-6,
    vocabulary: { size: 293, pre: 'gpt-2', addBos: true },
  },
  {
    file: 'olmoe-3-of-7', // QK-norm over the whole projection, chosen experts not renormalised
    arch: 'olmoe',
    seed: 17,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 4,
    hd: 10,
    ff: 14,
    experts: 7,
    used: 3,
    vocabulary: { size: 293, pre: 'olmo', addBos: false },
  },
  {
    file: 'qwen2moe-shared', // a shared expert behind a sigmoid, biases, not renormalised
    arch: 'qwen2moe',
    seed: 18,
    d: 36,
    layers: 2,
    heads: 6,
    kv: 3,
    hd: 6,
    ff: 13,
    sharedFf: 26,
    experts: 5,
    used: 2,
    biases: true,
    ropeBase: 1e6,
    eps: 1e-6,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'mixtral-2-of-4',
    arch: 'llama',
    seed: 19,
    d: 32,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 8,
    ff: 25,
    experts: 4,
    used: 2,
    ropeBase: 1e6,
    vocabulary: 'spm',
  },
  {
    file: 'qwen3-f16',
    type: F16,
    arch: 'qwen3',
    seed: 21,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 12,
    ff: 52,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'qwen3-bf16',
    type: BF16,
    arch: 'qwen3',
    seed: 22,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 12,
    ff: 52,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'llama-q8_0',
    type: Q8_0,
    arch: 'llama',
    seed: 23,
    d: 64,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 24,
    ff: 96,
    tied: true,
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  },
  {
    file: 'llama-q4_0',
    type: Q4_0,
    arch: 'llama',
    seed: 24,
    d: 96,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 24,
    ff: 96,
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  },
  {
    file: 'qwen3moe-q8_0',
    type: Q8_0,
    arch: 'qwen3moe',
    seed: 25,
    d: 32,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 16,
    ff: 32,
    experts: 6,
    used: 2,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: true },
  },
  {
    file: 'qwen3-q4_k',
    type: Q4_K,
    arch: 'qwen3',
    seed: 26,
    d: 256,
    layers: 1,
    heads: 4,
    kv: 1,
    hd: 64,
    ff: 256,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'qwen3-q6_k',
    type: Q6_K,
    arch: 'qwen3',
    seed: 27,
    d: 256,
    layers: 1,
    heads: 4,
    kv: 1,
    hd: 64,
    ff: 256,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  // The other types: those of 32 in a narrow model, those of 256 in a wide one.
  ...[Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4].map((type, i) => ({
    file: `llama-${GgmlType[type].toLowerCase()}`,
    type,
    arch: 'llama',
    seed: 51 + i,
    d: 96,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 24,
    ff: 96,
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  })),
  ...[Q2_K, Q3_K, Q5_K, IQ4_XS].map((type, i) => ({
    file: `qwen3-${GgmlType[type].toLowerCase()}`,
    type,
    arch: 'qwen3',
    seed: 61 + i,
    d: 256,
    layers: 1,
    heads: 4,
    kv: 1,
    hd: 64,
    ff: 256,
    tied: true,
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  })),
  {
    file: 'qwen2-q4_k_m', // what a file called Q4_K_M holds where 256 does not divide the rows: Qwen2.5-0.5B's types
    arch: 'qwen2',
    seed: 65,
    type: (name) => (/token_embd|attn_v|ffn_down/.test(name) ? Q8_0 : Q5_0),
    d: 96,
    layers: 2,
    heads: 6,
    kv: 2,
    hd: 16,
    ff: 160,
    biases: true,
    tied: true,
    ropeBase: 1e6,
    eps: 1e-6,
    vocabulary: { size: 301, pre: 'qwen2', addBos: false },
  },
  {
    file: 'llama3-factors', // a factor for each rotary frequency, biases on q, k, v, o and the MLP
    arch: 'llama',
    seed: 31,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 14,
    ff: 37,
    biases: true,
    allBiases: true,
    ropeFactors: { rope_freqs: [1, 1, 1.5, 3, 6, 8, 8] },
    ropeBase: 500,
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  },
  {
    file: 'llama-yarn', // YaRN from a context of 64
    arch: 'llama',
    seed: 32,
    d: 36,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 12,
    ff: 41,
    ropeBase: 100,
    keys: (key) => ({
      [key('rope.scaling.type')]: 'yarn',
      [key('rope.scaling.factor')]: f32(4),
      [key('rope.scaling.original_context_length')]: u32(64),
    }),
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  },
  {
    file: 'gpt2', // LayerNorm with biases, learned positions, fused q, k, v, GELU
    arch: 'gpt2',
    seed: 33,
    d: 39,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 13,
    ff: 61,
    layerNorm: true,
    fused: true,
    mlp: true,
    positions: true,
    tied: true,
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  ...['gptneox-parallel', 'gptneox-serial'].map((file) => ({
    file, // part of each head turns; both residual forms
    arch: 'gptneox',
    seed: 34,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 14,
    ff: 55,
    layerNorm: true,
    fused: true,
    mlp: true,
    keys: (key) => ({
      [key('rope.dimension_count')]: u32(6),
      [key('use_parallel_residual')]: file === 'gptneox-parallel',
    }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  })),
  {
    file: 'olmo2', // norms behind, over all queries and keys
    arch: 'olmo2',
    seed: 35,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 33,
    normsBehind: true,
    qkNorm: 'projection',
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'smollm3', // no rotation in the fourth of five layers
    arch: 'smollm3',
    seed: 36,
    d: 36,
    layers: 5,
    heads: 3,
    kv: 1,
    hd: 12,
    ff: 29,
    tied: true,
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: false },
  },
  {
    file: 'olmo3', // windows of 11 in three of four layers, which the scaling for long texts passes over
    arch: 'olmo2',
    seed: 38,
    d: 40,
    layers: 4,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 21,
    normsBehind: true,
    qkNorm: 'projection',
    ropeScale: 2.5,
    keys: (key) => ({ [key('attention.sliding_window')]: u32(11) }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'gemma2', // windows in every other layer, caps that bite, norms before and behind, GEGLU
    arch: 'gemma2',
    seed: 39,
    d: 36,
    layers: 3,
    heads: 3,
    kv: 1,
    hd: 12,
    ff: 31,
    normsBehind: 'both',
    tied: true,
    embedded: 1.5,
    keys: (key) => ({
      [key('attention.sliding_window')]: u32(13),
      [key('attn_logit_softcapping')]: f32(2),
      [key('final_logit_softcapping')]: f32(2),
    }),
    vocabulary: 'spm',
  },
  {
    file: 'gemma3', // windows in five of six layers, which turn by another base; the sixth scaled
    arch: 'gemma3',
    seed: 40,
    d: 32,
    layers: 7,
    heads: 2,
    kv: 1,
    hd: 14,
    ff: 23,
    normsBehind: 'both',
    qkNorm: 'head',
    tied: true,
    embedded: 1.5,
    ropeBase: 5000,
    ropeScale: 4,
    keys: (key) => ({ [key('attention.sliding_window')]: u32(9), [key('rope.freq_base_swa')]: f32(300) }),
    vocabulary: 'spm',
  },
  ...['phi3-short', 'phi3-long'].map((file) => ({
    file, // fused tensors; one set of factors up to the original context, one beyond it
    arch: 'phi3',
    seed: 41,
    d: 36,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 12,
    ff: 27,
    fused: 'bare',
    fusedGate: true,
    ropeFactors: { rope_factors_short: [1, 1.1, 1.3, 1.5], rope_factors_long: [1, 3, 9, 20] },
    ropeBase: 300,
    keys: (key) => ({
      [key('rope.dimension_count')]: u32(8),
      [key('rope.scaling.original_context_length')]: u32(file === 'phi3-long' ? 32 : CONTEXT),
      [key('rope.scaling.attn_factor')]: f32(1.2),
      [key('attention.sliding_window')]: u32(9), // passed over
    }),
    vocabulary: 'spm',
  })),
  ...['gpt-oss', 'gpt-oss-mxfp4'].map((file) => ({
    file, // a sink in each head, windows in every other layer, biases everywhere, YaRN, a clamp that bites
    arch: 'gpt-oss',
    seed: 42,
    ...(file === 'gpt-oss' ? { d: 36, ff: 23 } : { d: 64, ff: 32, expertType: MXFP4 }),
    layers: 3,
    heads: 4,
    kv: 2,
    hd: 10,
    experts: 6,
    used: 3,
    biases: true,
    allBiases: true,
    sinks: true,
    spread: 4,
    secondNorm: 'post_attention_norm',
    ropeBase: 150,
    keys: (key) => ({
      [key('attention.sliding_window')]: u32(12),
      [key('rope.scaling.type')]: 'yarn',
      [key('rope.scaling.factor')]: f32(8),
      [key('rope.scaling.original_context_length')]: u32(64),
    }),
    vocabulary: { size: 293, pre: 'gpt-4o', addBos: false },
  })),
  {
    file: 'gemma', // GEGLU, the embedding scaled up
    arch: 'gemma',
    seed: 71,
    d: 36,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 10,
    ff: 29,
    tied: true,
    embedded: 1.5,
    vocabulary: 'spm',
  },
  {
    file: 'starcoder', // learned positions, one key for all heads
    arch: 'starcoder',
    seed: 72,
    d: 39,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 13,
    ff: 47,
    layerNorm: true,
    fused: true,
    mlp: true,
    positions: true,
    tied: true,
    vocabulary: { size: 293, pre: 'starcoder', addBos: false },
  },
  {
    file: 'starcoder2', // LayerNorm, rotation, an MLP without a gate, biases
    arch: 'starcoder2',
    seed: 73,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 14,
    ff: 43,
    layerNorm: true,
    mlp: true,
    biases: true,
    outputBias: true,
    vocabulary: { size: 293, pre: 'starcoder', addBos: false },
  },
  {
    file: 'glm4', // norms before and behind, gate and up in one, part of each head turns, biases on q, k, v
    arch: 'glm4',
    seed: 74,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 27,
    normsBehind: 'both',
    fusedGate: true,
    biases: true,
    keys: (key) => ({ [key('rope.dimension_count')]: u32(6) }),
    vocabulary: { size: 293, pre: 'glm4', addBos: false },
  },
  {
    file: 'exaone4', // norms behind, not before, and on each head
    arch: 'exaone4',
    seed: 81,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 33,
    normsBehind: true,
    qkNorm: 'head',
    tied: true,
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'exaone4-windows', // 64 layers, each adding little, or rounding would grow: windows in three of four, which alone turn
    arch: 'exaone4',
    seed: 82,
    d: 16,
    layers: 64,
    heads: 2,
    kv: 1,
    hd: 8,
    ff: 9,
    normsBehind: true,
    behind: 0.12,
    qkNorm: 'head',
    tied: true,
    keys: (key) => ({ [key('attention.sliding_window')]: u32(11) }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'cohere2', // one norm without a bias for both parts, windows of 10 that alone turn, logits scaled
    arch: 'cohere2',
    seed: 83,
    d: 40,
    layers: 5,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 31,
    layerNorm: 'bare',
    secondNorm: false,
    tied: true,
    keys: (key) => ({ [key('attention.sliding_window')]: u32(10), [key('logit_scale')]: f32(0.6) }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  ...['falcon', 'falcon-two-norms'].map((file, i) => ({
    file, // both parts from one stream, one norm or two
    arch: 'falcon',
    seed: 84 + i,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 14,
    ff: 53,
    layerNorm: true,
    fused: 'bare',
    mlp: 'bare',
    secondNorm: i === 0 ? false : 'attn_norm_2',
    tied: i === 0,
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  })),
  {
    file: 'phi2', // one norm for both parts, part of each head turns, biases on the logits, too
    arch: 'phi2',
    seed: 86,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 14,
    ff: 45,
    layerNorm: true,
    mlp: true,
    biases: true,
    outputBias: true,
    logitBias: true,
    secondNorm: false,
    keys: (key) => ({ [key('rope.dimension_count')]: u32(6) }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  ...['stablelm', 'stablelm-head-norms'].map((file, i) => ({
    file, // part of each head turns; a norm for each head and both parts from one norm
    arch: 'stablelm',
    seed: 87 + i,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 35,
    layerNorm: true,
    ...(i === 0 ? { biases: true } : { qkNorm: 'each', secondNorm: false }),
    keys: (key) => ({ [key('rope.dimension_count')]: u32(4), [key('use_parallel_residual')]: true }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  })),
  {
    file: 'mistral3', // queries scaled up behind 24 tokens, YaRN with bounds and a magnitude of its own
    arch: 'mistral3',
    seed: 89,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 29,
    ropeBase: 200,
    keys: (key) => ({
      [key('rope.scaling.type')]: 'yarn',
      [key('rope.scaling.factor')]: f32(6),
      [key('rope.scaling.original_context_length')]: u32(24),
      [key('rope.scaling.yarn_beta_fast')]: f32(3),
      [key('rope.scaling.yarn_beta_slow')]: f32(0.2),
      [key('rope.scaling.yarn_log_multiplier')]: f32(2),
      [key('attention.temperature_scale')]: f32(0.7),
    }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'nemotron', // squared ReLU, part of each head turns
    arch: 'nemotron',
    seed: 90,
    d: 42,
    layers: 2,
    heads: 3,
    kv: 1,
    hd: 14,
    ff: 37,
    layerNorm: true,
    mlp: 'bare',
    keys: (key) => ({ [key('rope.dimension_count')]: u32(6) }),
    vocabulary: { size: 293, pre: 'gpt-2', addBos: false },
  },
  {
    file: 'olmo', // LayerNorm without weights; queries, keys and values kept within bounds
    arch: 'olmo',
    seed: 92,
    d: 36,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 12,
    ff: 31,
    layerNorm: 'none',
    tied: true,
    keys: (key) => ({ [key('attention.clamp_kqv')]: f32(1.1) }),
    vocabulary: { size: 293, pre: 'olmo', addBos: false },
  },
  {
    file: 'glm4moe', // a sigmoid scores experts and a bias helps to choose them; the first layer dense, a prediction block behind
    arch: 'glm4moe',
    seed: 91,
    d: 36,
    layers: 3,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 11,
    denseFf: 29,
    leadingDense: 1,
    experts: 9,
    used: 3,
    sharedFf: 22,
    choiceBias: true,
    biases: true,
    qkNorm: 'head',
    secondNorm: 'post_attention_norm',
    furtherAlike: 1,
    keys: (key) => ({
      [key('nextn_predict_layers')]: u32(1),
      [key('rope.dimension_count')]: u32(6),
      [key('leading_dense_block_count')]: u32(1),
      [key('expert_shared_count')]: u32(2),
      [key('expert_weights_norm')]: true,
      [key('expert_weights_scale')]: f32(1.7),
      [key('expert_gating_func')]: u32(2),
    }),
    vocabulary: { size: 293, pre: 'glm4', addBos: false },
  },
  {
    file: 'bert', // an encoder: norms behind, over the stream, learned positions, a type for all tokens, WordPiece
    arch: 'bert',
    seed: 105,
    d: 36,
    layers: 3,
    heads: 3,
    kv: 3,
    hd: 12,
    ff: 41,
    layerNorm: true,
    embeddingNorm: true,
    streamNorms: true,
    types: 2,
    mlp: true,
    biases: true,
    outputBias: true,
    positions: true,
    tied: true,
    headless: true,
    keys: (key) => ({ [key('attention.causal')]: false, [key('pooling_type')]: u32(1) }),
    vocabulary: 'wordpiece',
  },
  {
    file: 'nomic-bert', // the same with rotation and SwiGLU, without biases
    arch: 'nomic-bert',
    seed: 106,
    d: 32,
    layers: 2,
    heads: 4,
    kv: 4,
    hd: 8,
    ff: 37,
    layerNorm: true,
    embeddingNorm: true,
    streamNorms: true,
    types: 2,
    fused: 'bare',
    tied: true,
    headless: true,
    ropeBase: 1000,
    keys: (key) => ({ [key('attention.causal')]: false, [key('pooling_type')]: u32(1) }),
    vocabulary: 'wordpiece',
  },
  {
    file: 'modern-bert', // windows of 5 to each side in two of three layers, which turn by a base of their own; norms before, none first
    arch: 'modern-bert',
    seed: 107,
    d: 36,
    layers: 5,
    heads: 3,
    kv: 3,
    hd: 12,
    ff: 23,
    layerNorm: 'bare',
    embeddingNorm: true,
    normedFirst: true,
    fused: 'bare',
    fusedGate: true,
    tied: true,
    ropeBase: 900,
    keys: (key) => ({
      [key('attention.causal')]: false,
      [key('pooling_type')]: u32(1),
      [key('attention.sliding_window')]: u32(10),
      [key('attention.sliding_window_pattern')]: u32(3),
      [key('rope.freq_base_swa')]: f32(40),
      [key('rope.scaling.type')]: 'none',
      [key('hidden_activation')]: 'gelu',
    }),
    vocabulary: { size: 293, pre: 'modern-bert', addBos: true, addEos: true },
  },
  {
    file: 'eurobert', // Llama's layer that sees everything
    arch: 'eurobert',
    seed: 108,
    d: 32,
    layers: 3,
    heads: 4,
    kv: 2,
    hd: 8,
    ff: 35,
    tied: true,
    ropeBase: 700,
    keys: (key) => ({ [key('attention.causal')]: false, [key('pooling_type')]: u32(1) }),
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: true },
  },
  {
    file: 'gemma-embedding', // Gemma 3 with windows of 6 to each side, and nothing that says so but its name
    arch: 'gemma-embedding',
    seed: 109,
    d: 34,
    layers: 7,
    heads: 3,
    kv: 1,
    hd: 12,
    ff: 25,
    normsBehind: 'both',
    qkNorm: 'head',
    tied: true,
    embedded: 1.5,
    ropeBase: 5000,
    keys: (key) => ({
      [key('pooling_type')]: u32(1),
      [key('attention.sliding_window')]: u32(13),
      [key('rope.freq_base_swa')]: f32(300),
      'tokenizer.ggml.add_eos_token': true,
    }),
    vocabulary: 'spm',
  },
  {
    file: 'qwen3-both-ways', // every token sees all others
    arch: 'qwen3',
    seed: 104,
    d: 40,
    layers: 3,
    heads: 4,
    kv: 2,
    hd: 8,
    ff: 37,
    tied: true,
    keys: (key) => ({ [key('attention.causal')]: false }),
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'bloom', // a norm of the embedding, ALiBi over heads whose number is no power of two
    arch: 'bloom',
    seed: 101,
    d: 40,
    layers: 2,
    heads: 5,
    kv: 5,
    hd: 8,
    ff: 47,
    layerNorm: true,
    embeddingNorm: true,
    fused: true,
    mlp: true,
    tied: true,
    vocabulary: { size: 293, pre: 'bloom', addBos: false },
  },
  {
    file: 'mpt', // ALiBi of another strength, bounds that bite, no biases
    arch: 'mpt',
    seed: 102,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 43,
    layerNorm: 'bare',
    fused: 'bare',
    mlp: 'bare',
    tied: true,
    keys: (key) => ({ [key('attention.max_alibi_bias')]: f32(5), [key('attention.clamp_kqv')]: f32(1.3) }),
    vocabulary: { size: 293, pre: 'mpt', addBos: false },
  },
  {
    file: 'mpt-positions', // learned positions instead, biases
    arch: 'mpt',
    seed: 103,
    d: 36,
    layers: 2,
    heads: 3,
    kv: 3,
    hd: 12,
    ff: 41,
    layerNorm: true,
    fused: true,
    mlp: true,
    positions: true,
    tied: true,
    vocabulary: { size: 293, pre: 'mpt', addBos: false },
  },
  {
    file: 'gemma4', // two sizes of heads, values that keys' matrix makes and that are normalised, scores as they are, a factor behind each layer
    arch: 'gemma4',
    seed: 111,
    d: 34,
    layers: 4,
    heads: 4,
    kv: 1,
    hd: 16,
    ff: 27,
    ofLayer: (l) => (l === 2 ? { ownValues: false } : { hd: 10, kv: 2 }),
    normsBehind: 'both',
    qkNorm: 'head',
    qkMiddle: 0.7,
    layerScales: true,
    tied: true,
    embedded: 1.5,
    ropeBase: 5000,
    ropeFactors: { rope_freqs: [1, 1.3, 1, 1, 1e30, 1e30, 1e30, 1e30] },
    keys: (key) => ({
      [key('attention.head_count_kv')]: arrayOf(T.I32, [2, 2, 1, 2]),
      [key('attention.key_length_swa')]: u32(10),
      [key('attention.value_length_swa')]: u32(10),
      [key('attention.sliding_window')]: u32(9),
      [key('attention.sliding_window_pattern')]: arrayOf(T.Bool, [true, true, false, true]),
      [key('attention.shared_kv_layers')]: u32(0),
      [key('embedding_length_per_layer_input')]: u32(0),
      [key('rope.dimension_count')]: u32(16),
      [key('rope.dimension_count_swa')]: u32(8),
      [key('rope.freq_base_swa')]: f32(300),
      [key('final_logit_softcapping')]: f32(3),
    }),
    vocabulary: 'ranked',
  },
  {
    file: 'gemma4-e', // each layer takes a part of a token's row in a table; the last two read keys and values of earlier ones, and are wider
    arch: 'gemma4',
    seed: 112,
    d: 36,
    layers: 6,
    heads: 4,
    kv: 1,
    hd: 16,
    ff: 23,
    ofLayer: (l) => ({
      ...(l === 3 || l === 5 ? {} : { hd: 8, kv: 2 }),
      ...(l > 3 && { ff: 46 }),
      ...(l === 5 && { ownKeys: false }),
    }),
    normsBehind: 'both',
    qkNorm: 'head',
    qkMiddle: 0.7,
    layerScales: true,
    perLayer: 6,
    tied: true,
    embedded: 1.5,
    ropeBase: 3000,
    ropeFactors: { rope_freqs: [1, 1.2, 1, 1, 1e30, 1e30, 1e30, 1e30] },
    keys: (key) => ({
      [key('attention.head_count_kv')]: arrayOf(T.I32, [2, 2, 2, 1, 2, 1]),
      [key('feed_forward_length')]: arrayOf(T.I32, [23, 23, 23, 23, 46, 46]),
      [key('attention.key_length_swa')]: u32(8),
      [key('attention.value_length_swa')]: u32(8),
      [key('attention.sliding_window')]: u32(11),
      [key('attention.sliding_window_pattern')]: arrayOf(T.Bool, [true, true, true, false, true, false]),
      [key('attention.shared_kv_layers')]: u32(2),
      [key('embedding_length_per_layer_input')]: u32(6),
      [key('rope.freq_base_swa')]: f32(200),
      [key('rope.dimension_count_swa')]: u32(8),
    }),
    vocabulary: 'ranked',
  },
  {
    file: 'gemma4-experts', // experts beside the network, each with norms of its own, a router with its own norm, a factor for each expert
    arch: 'gemma4',
    seed: 114,
    d: 34,
    layers: 3,
    heads: 4,
    kv: 2,
    hd: 12,
    ff: 7,
    experts: 5,
    used: 2,
    besideFf: 19,
    gateUp: true,
    ofLayer: (l) => (l === 1 ? { kv: 1 } : { hd: 8 }),
    normsBehind: 'both',
    qkNorm: 'head',
    qkMiddle: 0.7,
    layerScales: true,
    tied: true,
    embedded: 1.5,
    ropeBase: 4000,
    ropeFactors: { rope_freqs: [1, 1.2, 1, 1, 1e30, 1e30] },
    keys: (key) => ({
      [key('attention.head_count_kv')]: arrayOf(T.I32, [2, 1, 2]),
      [key('feed_forward_length')]: u32(19),
      [key('expert_feed_forward_length')]: u32(7),
      [key('attention.key_length_swa')]: u32(8),
      [key('attention.value_length_swa')]: u32(8),
      [key('attention.sliding_window')]: u32(9),
      [key('attention.sliding_window_pattern')]: arrayOf(T.Bool, [true, false, true]),
      [key('attention.shared_kv_layers')]: u32(0),
      [key('embedding_length_per_layer_input')]: u32(0),
      [key('rope.dimension_count')]: u32(12),
      [key('rope.dimension_count_swa')]: u32(8),
      [key('rope.freq_base_swa')]: f32(300),
      [key('final_logit_softcapping')]: f32(4),
    }),
    vocabulary: 'ranked',
  },
  ...HYBRIDS,
  ...LATENTS,
  ...['granite', 'granitemoe'].map((arch) => ({
    file: arch, // four factors
    arch,
    seed: 37,
    d: 40,
    layers: 2,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 27,
    ...(arch === 'granitemoe' && { experts: 5, used: 2, sharedFf: 22 }),
    keys: (key) => ({
      [key('embedding_scale')]: f32(1.5),
      [key('attention.scale')]: f32(0.2),
      [key('residual_scale')]: f32(0.6),
      [key('logit_scale')]: f32(0.75),
    }),
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: false },
  })),
];

export function modelBytes(spec) {
  const { arch, d, layers, heads, experts = 0, used = 0, sharedFf = 0 } = spec;
  const vocabulary =
    spec.vocabulary === 'spm'
      ? spm()
      : spec.vocabulary === 'wordpiece'
        ? wordPiece()
        : spec.vocabulary === 'ranked'
          ? ranked()
          : bpe(spec.vocabulary);
  const uniform = seededRandom(spec.seed);
  const random = bellShaped(uniform);
  const tensors = [];

  const add = (name, shape, type, values) => tensors.push({ name, type, shape, bytes: quantize(type, values) });
  /** spread: standard deviation of an output whose inputs have mean square 1. */
  const typeOf = typeof spec.type === 'function' ? spec.type : () => spec.type ?? F32;
  const matrix = (name, cols, rows, spread, { count, type = typeOf(name) } = {}) => {
    const values = Float32Array.from(
      { length: cols * rows * (count ?? 1) },
      () => (random() * spread) / Math.sqrt(cols),
    );
    const bytes = QUANTIZED.includes(type)
      ? quantize(type, values)
      : centred(
          type,
          randomBlocks(type, values.length, uniform, ((count ? 3 : 2) * spread) / Math.sqrt(cols)),
          uniform,
        );
    tensors.push({ name, type, shape: count ? [cols, rows, count] : [cols, rows], bytes });
  };
  const vector = (name, length, middle, spread) =>
    add(
      name,
      [length],
      F32,
      Float32Array.from({ length }, () => middle + spread * random()),
    );

  const vectors = (name, length, count) =>
    add(
      name,
      [length, count],
      F32,
      Float32Array.from({ length: length * count }, () => 0.6 * random()),
    );

  /** A norm's weight around 1; with LayerNorm its bias, too. */
  const norm = (name, length, middle = 1, spread = 0.2) => {
    if (spec.layerNorm === 'none') return;
    vector(`${name}.weight`, length, middle, spread);
    if (spec.layerNorm === true) vector(`${name}.bias`, length, 0, 0.3);
  };
  matrix('token_embd.weight', d, vocabulary.size, spec.embedded ?? (spec.tied ? 2.5 : Math.sqrt(d)));
  if (spec.perLayer) {
    const all = spec.perLayer * layers;
    matrix('per_layer_token_embd.weight', all, vocabulary.size, Math.sqrt(layers));
    matrix('per_layer_model_proj.weight', d, all, 1);
    vector('per_layer_proj_norm.weight', spec.perLayer, 1, 0.2);
  }
  if (spec.types) matrix('token_types.weight', d, spec.types, 1.5);
  if (spec.embeddingNorm) norm('token_embd_norm', d);
  if (spec.positions) matrix('position_embd.weight', d, CONTEXT, 1.5);
  for (const [name, factors] of Object.entries(spec.ropeFactors ?? {})) {
    add(`${name}.weight`, [factors.length], F32, Float32Array.from(factors));
  }
  for (let l = 0; l < layers + (spec.furtherAlike ?? 0); l++) {
    const at = `blk.${l}.`;
    const { hd, kv, ff, ownKeys = true, ownValues = ownKeys } = { ...spec, ...spec.ofLayer?.(l) };
    const [q, k] = [heads * hd, kv * hd];
    if (spec.normsBehind !== true && !spec.streamNorms && !(spec.normedFirst && l === 0)) norm(`${at}attn_norm`, d);
    const [delta, convolution, mamba] = [spec.isRecurrent?.(l), spec.isConvolution?.(l), spec.isMamba?.(l)];
    const network = spec.isNetwork?.(l); // a block of its own
    const attends = !delta && !convolution && !mamba && !network;
    if (spec.fused) {
      matrix(`${at}attn_qkv.weight`, d, q + 2 * k, 1.6);
      if (spec.fused !== 'bare') vector(`${at}attn_qkv.bias`, q + 2 * k, 0, 0.6);
    } else if (spec.latent) latentTensors(at, spec, { matrix, vector });
    else if (attends) {
      matrix(`${at}attn_q.weight`, d, spec.gated ? 2 * q : q, 1.6);
      if (ownKeys) matrix(`${at}attn_k.weight`, d, k, 1.6);
      if (ownValues) matrix(`${at}attn_v.weight`, d, k, 1.2);
    }
    if (delta) deltaTensors(at, { ...spec, isJoined: spec.isJoined?.(l) }, { matrix, vector, add, random });
    else if (convolution) convolutionTensors(at, spec, { matrix });
    else if (mamba) mambaTensors(at, spec, { matrix, vector, add, random });
    else if (attends) matrix(`${at}attn_output.weight`, q, d, 1);
    if (network === false) continue;
    if (spec.biases) {
      vector(`${at}attn_q.bias`, q, 0, 0.6);
      vector(`${at}attn_k.bias`, k, 0, 0.6);
      vector(`${at}attn_v.bias`, k, 0, 0.6);
    }
    if (spec.allBiases || spec.outputBias || spec.fused === true) vector(`${at}attn_output.bias`, d, 0, 0.6);
    if (spec.sinks) vector(`${at}attn_sinks.weight`, heads, 0.5, 1);
    const qkNorm = attends && (spec.qkNorm ?? (arch === 'olmoe' ? 'projection' : arch.startsWith('qwen3') && 'head'));
    if (qkNorm === 'each') {
      for (const [name, count] of [
        ['attn_q_norm', heads],
        ['attn_k_norm', kv],
      ]) {
        const values = Float32Array.from({ length: hd * count }, () => 1.5 + 0.5 * random());
        add(`${at}${name}.weight`, [hd, count], F32, values);
      }
    } else if (qkNorm) {
      vector(`${at}attn_q_norm.weight`, qkNorm === 'projection' ? q : hd, spec.qkMiddle ?? 1.5, 0.3);
      if (ownKeys) vector(`${at}attn_k_norm.weight`, qkNorm === 'projection' ? k : hd, spec.qkMiddle ?? 1.5, 0.3);
    }
    if (spec.perLayer) {
      matrix(`${at}inp_gate.weight`, d, spec.perLayer, 1);
      matrix(`${at}proj.weight`, spec.perLayer, d, 1);
      norm(`${at}post_norm`, d);
    }
    if (spec.layerScales) vector(`${at}layer_output_scale.weight`, 1, 0.8, 0.2);
    if (spec.streamNorms) {
      norm(`${at}attn_output_norm`, d);
      norm(`${at}layer_output_norm`, d);
    }
    if (spec.normsBehind) {
      norm(`${at}post_attention_norm`, d, spec.behind);
      norm(`${at}post_ffw_norm`, d, spec.behind);
    }
    if (spec.normsBehind !== true && spec.secondNorm !== false && !spec.streamNorms && !network)
      norm(`${at}${spec.secondNorm ?? 'ffn_norm'}`, d);
    if (l >= layers) nextTensors(at, d, { matrix, vector });
    const isDense = l < (spec.leadingDense ?? 0);
    if (isDense) {
      matrix(`${at}ffn_gate.weight`, d, spec.denseFf, 1.5);
      matrix(`${at}ffn_up.weight`, d, spec.denseFf, 1.5);
      matrix(`${at}ffn_down.weight`, spec.denseFf, d, 1);
      continue;
    }
    const count = experts || undefined;
    const suffix = experts ? '_exps' : '';
    if (experts) matrix(`${at}ffn_gate_inp.weight`, d, experts, 1.5, { type: F32 });
    if (spec.choiceBias) vector(`${at}exp_probs_b.bias`, experts, 0, 0.3);
    const type = experts ? spec.expertType : undefined;
    const spread = spec.spread ?? 1.5;
    if (spec.gateUp) matrix(`${at}ffn_gate_up${suffix}.weight`, d, 2 * ff, spread, { count, type });
    else {
      if (!spec.mlp && !spec.fusedGate) matrix(`${at}ffn_gate${suffix}.weight`, d, ff, spread, { count, type });
      matrix(`${at}ffn_up${suffix}.weight`, d, spec.fusedGate ? 2 * ff : ff, spread, { count, type });
    }
    matrix(`${at}ffn_down${suffix}.weight`, ff, d, 1, { count, type });
    const bias = (name, length) =>
      experts ? vectors(`${at}${name}_exps.bias`, length, experts) : vector(`${at}${name}.bias`, length, 0, 0.6);
    if (spec.allBiases) bias('ffn_gate', ff);
    if (spec.allBiases && experts) vector(`${at}ffn_gate_inp.bias`, experts, 0, 0.6);
    if (spec.allBiases || spec.mlp === true) {
      bias('ffn_up', ff);
      bias('ffn_down', d);
    }
    if (spec.besideFf) besideTensors(at, spec, { matrix, vector, norm });
    if (sharedFf) {
      if (['qwen2moe', 'qwen35moe', 'qwen3next'].includes(arch)) {
        add(
          `${at}ffn_gate_inp_shexp.weight`,
          [d],
          F32,
          Float32Array.from({ length: d }, () => (1.5 * random()) / Math.sqrt(d)),
        );
      }
      if (!spec.mlp) matrix(`${at}ffn_gate_shexp.weight`, d, sharedFf, 1.5);
      matrix(`${at}ffn_up_shexp.weight`, d, sharedFf, 1.5);
      matrix(`${at}ffn_down_shexp.weight`, sharedFf, d, 1);
    }
  }
  if (spec.further) furtherTensors(`blk.${layers}.`, spec, { matrix, vector });
  if (!spec.headless) norm(spec.outputNorm ?? 'output_norm', d);
  if (!spec.tied) matrix('output.weight', d, vocabulary.size, 2.5);
  if (spec.logitBias) vector('output.bias', vocabulary.size, 0, 1);

  const { hd, kv, ff } = spec;
  const key = (name) => `${arch}.${name}`;
  const metadata = {
    'general.architecture': arch,
    'general.name': `random weights, seed ${spec.seed}`,
    [key('block_count')]: u32(layers + (spec.further ?? spec.furtherAlike ?? 0)),
    [key('context_length')]: u32(CONTEXT),
    [key('embedding_length')]: u32(d),
    [key('feed_forward_length')]: u32(spec.denseFf ?? ff),
    [key('attention.head_count')]: u32(heads),
    [key('attention.head_count_kv')]: u32(kv),
    [key(spec.epsilonName ?? `attention.layer_norm_${spec.layerNorm ? '' : 'rms_'}epsilon`)]: f32(spec.eps ?? 1e-5),
    // Left out where it says what follows anyway, so that readers' defaults are tested too.
    ...(hd * heads !== d && { [key('attention.key_length')]: u32(hd), [key('attention.value_length')]: u32(hd) }),
    ...(spec.ropeBase && { [key('rope.freq_base')]: f32(spec.ropeBase) }),
    ...(spec.ropeScale && { [key('rope.scaling.type')]: 'linear', [key('rope.scaling.factor')]: f32(spec.ropeScale) }),
    ...(experts && { [key('expert_count')]: u32(experts), [key('expert_used_count')]: u32(used) }),
    ...([
      'qwen3moe',
      'qwen2moe',
      'qwen35moe',
      'gpt-oss',
      'glm4moe',
      'deepseek2',
      'qwen3next',
      'nemotron_h_moe',
    ].includes(arch) && {
      [key('expert_feed_forward_length')]: u32(ff),
    }),
    ...(sharedFf && { [key('expert_shared_feed_forward_length')]: u32(sharedFf) }),
    ...spec.keys?.(key),
    ...vocabulary.metadata,
  };
  return writeGguf({ metadata, tensors });
}

/** Gemma 4's network beside the experts, the norms of both, the router's, and how much each expert counts. */
function besideTensors(at, { d, experts, besideFf }, { matrix, vector, norm }) {
  for (const name of ['pre_ffw_norm_2', 'post_ffw_norm_1', 'post_ffw_norm_2']) norm(`${at}${name}`, d);
  vector(`${at}ffn_gate_inp.scale`, d, 1, 0.3);
  vector(`${at}ffn_down_exps.scale`, experts, 1, 0.4);
  matrix(`${at}ffn_gate.weight`, d, besideFf, 1.5);
  matrix(`${at}ffn_up.weight`, d, besideFf, 1.5);
  matrix(`${at}ffn_down.weight`, besideFf, d, 1);
}

/** A code in the middle of a type that has minimums, as its scale counts it; negative where the minimum is added. */
const MIDDLE = { [Q4_1]: -7.5, [Q5_1]: -15.5, [Q2_K]: 1.5, [Q5_K]: 15.5 };

/** Random blocks whose weights lie around 0. */
function centred(type, bytes, uniform) {
  const { bytes: size, halves } = BLOCK_LAYOUT[type];
  if (!(type in MIDDLE)) return bytes;
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += size) {
    const scale = fromF16(view.getUint16(at + halves[0], true));
    view.setUint16(at + halves[1], toF16(scale * MIDDLE[type] * (0.8 + 0.4 * uniform())), true);
  }
  return bytes;
}

/** Mean 0, variance 1, |x| ≤ 3.5: four uniform numbers, so that quantised blocks have outliers. */
function bellShaped(uniform) {
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(fixtures, 'models');
  mkdirSync(folder, { recursive: true });
  for (const spec of SPECS) {
    const bytes = modelBytes(spec);
    writeFileSync(path.join(folder, `${spec.file}.gguf`), bytes);
    console.log(`${spec.file}.gguf  ${Math.round(bytes.length / 1024)} KB`);
  }
}
