/** Models whose layers mix in two ways: gated delta networks (Qwen 3.5), Mamba-2 or short convolutions (LFM2) beside attention. */
import { project } from './support.mjs';

const { arrayOf, f32, GgmlType, T, u32 } = project;
const { F32 } = GgmlType;

const integers = (...values) => arrayOf(T.I32, values);

/** delta: heads of values, heads of keys, their size, positions that the convolution spans. */
export const HYBRIDS = [
  {
    file: 'qwen35', // the fourth of five layers has attention; a third of the rotated pairs stands still; a prediction block
    arch: 'qwen35',
    seed: 51,
    d: 40,
    layers: 5,
    heads: 4,
    kv: 2,
    hd: 12,
    ff: 33,
    eps: 1e-6,
    delta: { heads: 6, keyHeads: 3, size: 14, taps: 4 },
    isRecurrent: (l) => l % 4 !== 3,
    gated: true,
    qkNorm: 'head',
    secondNorm: 'post_attention_norm',
    further: 1,
    keys: (key) => ({
      ...deltaKeys(key, { heads: 6, keyHeads: 3, size: 14, taps: 4 }),
      [key('nextn_predict_layers')]: u32(1),
      [key('full_attention_interval')]: u32(4),
      [key('rope.dimension_count')]: u32(6),
      [key('rope.dimension_sections')]: integers(1, 1, 0, 1),
      [key('rope.freq_base')]: f32(50),
    }),
    vocabulary: { size: 293, pre: 'qwen35', addBos: false },
  },
  {
    file: 'qwen35moe', // layers named one by one, as many heads of keys as of values, gate and up in one tensor, tied output
    arch: 'qwen35moe',
    seed: 52,
    d: 36,
    layers: 3,
    heads: 3,
    kv: 1,
    hd: 10,
    ff: 11,
    experts: 5,
    used: 2,
    sharedFf: 14,
    gateUp: true,
    tied: true,
    delta: { heads: 4, keyHeads: 4, size: 9, taps: 3 },
    isRecurrent: (l) => l !== 1,
    gated: true,
    qkNorm: 'head',
    secondNorm: 'post_attention_norm',
    keys: (key) => ({
      ...deltaKeys(key, { heads: 4, keyHeads: 4, size: 9, taps: 3 }),
      [key('attention.recurrent_layers')]: arrayOf(T.Bool, [true, false, true]),
      [key('rope.dimension_count')]: u32(8),
      [key('rope.dimension_sections')]: integers(2, 1, 1, 0),
    }),
    vocabulary: { size: 293, pre: 'qwen35', addBos: false },
  },
  {
    file: 'qwen3next', // three neighbouring heads of values to a key; the first layer in the older files' one tensor
    arch: 'qwen3next',
    seed: 56,
    d: 38,
    layers: 4,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 9,
    experts: 5,
    used: 2,
    sharedFf: 13,
    delta: { heads: 6, keyHeads: 2, size: 11, taps: 4, inTurn: true },
    isRecurrent: (l) => l !== 3,
    isJoined: (l) => l === 0,
    gated: true,
    qkNorm: 'head',
    secondNorm: 'post_attention_norm',
    keys: (key) => ({
      ...deltaKeys(key, { heads: 6, keyHeads: 2, size: 11, taps: 4 }),
      [key('rope.dimension_count')]: u32(6),
      [key('rope.freq_base')]: f32(500),
    }),
    vocabulary: { size: 293, pre: 'qwen2', addBos: false },
  },
  {
    file: 'granitehybrid', // Mamba-2 in three of four layers, two groups of heads; four factors, a shared expert
    arch: 'granitehybrid',
    seed: 57,
    d: 30,
    layers: 4,
    heads: 3,
    kv: 1,
    hd: 10,
    ff: 11,
    experts: 5,
    used: 2,
    sharedFf: 13,
    tied: true,
    mamba: { heads: 6, groups: 2, size: 10, state: 7, taps: 4 },
    isMamba: (l) => l !== 2,
    keys: (key) => ({
      [key('attention.head_count_kv')]: integers(0, 0, 1, 0),
      ...mambaKeys(key, { heads: 6, groups: 2, size: 10, state: 7, taps: 4 }),
      [key('embedding_scale')]: f32(1.5),
      [key('attention.scale')]: f32(0.2),
      [key('residual_scale')]: f32(0.6),
      [key('logit_scale')]: f32(0.75),
      [key('rope.scaling.finetuned')]: false,
    }),
    vocabulary: { size: 293, pre: 'llama-bpe', addBos: false },
  },
  {
    file: 'nemotron_h', // Mamba-2, attention and networks of squared ReLUs as blocks of their own, in layers with a network and without
    arch: 'nemotron_h',
    seed: 58,
    d: 34,
    layers: 7,
    heads: 4,
    kv: 2,
    hd: 10,
    ff: 39,
    mlp: true,
    mamba: { heads: 6, groups: 3, size: 9, state: 8, taps: 4 },
    isMamba: (l) => [0, 2, 6].includes(l),
    isNetwork: (l) => [1, 4].includes(l),
    keys: (key) => ({
      ...mambaKeys(key, { heads: 6, groups: 3, size: 9, state: 8, taps: 4 }),
      [key('attention.head_count_kv')]: integers(0, 0, 0, 2, 0, 2, 0),
      [key('feed_forward_length')]: integers(0, 39, 0, 0, 39, 0, 0),
      [key('attention.layer_norm_epsilon')]: f32(0.5), // of no norm that is computed
      [key('rope.dimension_count')]: u32(10), // nothing turns
      [key('rope.freq_base')]: f32(500),
    }),
    vocabulary: { size: 293, pre: 'tekken', addBos: true },
  },
  {
    file: 'nemotron_h_moe', // the same with experts without gates that a sigmoid scores, and one for every token
    arch: 'nemotron_h_moe',
    seed: 59,
    d: 30,
    layers: 5,
    heads: 3,
    kv: 1,
    hd: 10,
    ff: 11,
    mlp: 'bare',
    experts: 7,
    used: 3,
    sharedFf: 17,
    choiceBias: true,
    epsilonName: 'attention.layer_norm_epsilon',
    eps: 1e-3,
    mamba: { heads: 4, groups: 2, size: 12, state: 6, taps: 3 },
    isMamba: (l) => l === 0 || l === 2,
    isNetwork: (l) => l === 1 || l === 4,
    keys: (key) => ({
      ...mambaKeys(key, { heads: 4, groups: 2, size: 12, state: 6, taps: 3 }),
      [key('attention.head_count_kv')]: integers(0, 0, 0, 1, 0),
      [key('feed_forward_length')]: integers(0, 11, 0, 0, 11),
      [key('expert_shared_count')]: u32(1),
      [key('expert_weights_norm')]: true,
      [key('expert_weights_scale')]: f32(1.6),
      [key('expert_group_count')]: u32(1),
    }),
    vocabulary: { size: 293, pre: 'tekken', addBos: true },
  },
  {
    file: 'lfm2', // convolutions over four positions in three of five layers, attention within a window in the others
    arch: 'lfm2',
    seed: 53,
    d: 36,
    layers: 5,
    heads: 2,
    kv: 1,
    hd: 18,
    ff: 45,
    taps: 4,
    isConvolution: (l) => l % 3 !== 2 && l !== 4,
    qkNorm: 'head',
    outputNorm: 'token_embd_norm',
    tied: true,
    keys: (key) => ({
      [key('shortconv.l_cache')]: u32(4),
      [key('attention.head_count_kv')]: integers(0, 0, 1, 0, 1),
      [key('attention.sliding_window')]: u32(20),
      [key('rope.freq_base')]: f32(700),
    }),
    vocabulary: { size: 293, pre: 'lfm2', addBos: true },
  },
  {
    file: 'lfm2moe', // a dense layer, then experts that a sigmoid scores and a bias helps to choose; the output of its own
    arch: 'lfm2moe',
    seed: 54,
    d: 30,
    layers: 4,
    heads: 3,
    kv: 1,
    hd: 10,
    ff: 9,
    denseFf: 31,
    leadingDense: 1,
    experts: 7,
    used: 3,
    choiceBias: true,
    taps: 3,
    isConvolution: (l) => l !== 2,
    qkNorm: 'head',
    outputNorm: 'token_embd_norm',
    keys: (key) => ({
      [key('shortconv.l_cache')]: u32(3),
      [key('attention.head_count_kv')]: integers(0, 0, 1, 0),
      [key('leading_dense_block_count')]: u32(1),
      [key('expert_gating_func')]: u32(2),
      [key('expert_feed_forward_length')]: u32(9),
      [key('rope.freq_base')]: f32(5000),
    }),
    vocabulary: { size: 293, pre: 'lfm2', addBos: true },
  },
];

const deltaKeys = (key, { heads, keyHeads, size, taps }) =>
  mambaKeys(key, { heads, groups: keyHeads, size, state: size, taps });

function mambaKeys(key, { heads, groups, size, state, taps }) {
  return {
    [key('ssm.conv_kernel')]: u32(taps),
    [key('ssm.inner_size')]: u32(heads * size),
    [key('ssm.state_size')]: u32(state),
    [key('ssm.time_step_rank')]: u32(heads),
    [key('ssm.group_count')]: u32(groups),
  };
}

/** isJoined: queries, keys, values and gates of each key's heads in turn; inTurn: so are write strength and decay. */
export function deltaTensors(at, { d, delta, isJoined }, { matrix, vector, add, random }) {
  const { heads, keyHeads, size, taps, inTurn } = delta;
  const channels = (2 * keyHeads + heads) * size;
  if (isJoined) matrix(`${at}ssm_in.weight`, d, channels + heads * size, 1.6);
  else {
    matrix(`${at}attn_qkv.weight`, d, channels, 1.6);
    matrix(`${at}attn_gate.weight`, d, heads * size, 1.6);
  }
  matrix(`${at}ssm_conv1d.weight`, taps, channels, 1.6, { type: F32 });
  if (inTurn) matrix(`${at}ssm_ba.weight`, d, 2 * heads, 1.2);
  else {
    matrix(`${at}ssm_alpha.weight`, d, heads, 1.2);
    matrix(`${at}ssm_beta.weight`, d, heads, 1.2);
  }
  vector(`${at}ssm_dt.bias`, heads, 0, 0.6);
  // Falling: half of a state is gone behind one token, or behind twenty.
  const rates = Float32Array.from({ length: heads }, () => -(0.05 + 0.3 * Math.abs(random())));
  add(`${at}ssm_a`, [heads], F32, rates);
  vector(`${at}ssm_norm.weight`, size, 1, 0.2);
  matrix(`${at}ssm_out.weight`, heads * size, d, 1);
}

export function mambaTensors(at, { d, mamba: { heads, groups, size, state, taps } }, { matrix, vector, add, random }) {
  const [values, keys] = [heads * size, groups * state];
  matrix(`${at}ssm_in.weight`, d, 2 * values + 2 * keys + heads, 1.4);
  matrix(`${at}ssm_conv1d.weight`, taps, values + 2 * keys, 1.6, { type: F32 });
  vector(`${at}ssm_conv1d.bias`, values + 2 * keys, 0, 0.4);
  vector(`${at}ssm_dt.bias`, heads, 0, 0.6);
  const each = (number) => Float32Array.from({ length: heads }, number);
  const rates = each(() => -(0.05 + 0.3 * Math.abs(random())));
  add(`${at}ssm_a`, [1, heads], F32, rates);
  const skips = each(() => 1 + 0.4 * random());
  add(`${at}ssm_d`, [1, heads], F32, skips);
  const weights = Float32Array.from({ length: values }, () => 1 + 0.2 * random());
  add(`${at}ssm_norm.weight`, [values / groups, groups], F32, weights);
  matrix(`${at}ssm_out.weight`, values, d, 1);
}

export function convolutionTensors(at, { d, taps }, { matrix }) {
  matrix(`${at}shortconv.in_proj.weight`, d, 3 * d, 1.6);
  matrix(`${at}shortconv.conv.weight`, taps, d, 1.6, { type: F32 });
  matrix(`${at}shortconv.out_proj.weight`, d, d, 1);
}

/** A block that predicts a token further on: in the files, not in the answer. */
export function furtherTensors(at, { d, heads, kv, hd, ff }, { matrix, vector }) {
  for (const name of ['attn_norm', 'post_attention_norm', 'nextn.enorm', 'nextn.hnorm']) {
    vector(`${at}${name}.weight`, d, 1, 0.2);
  }
  matrix(`${at}attn_q.weight`, d, 2 * heads * hd, 1.6);
  matrix(`${at}attn_k.weight`, d, kv * hd, 1.6);
  matrix(`${at}attn_v.weight`, d, kv * hd, 1.2);
  matrix(`${at}attn_output.weight`, heads * hd, d, 1);
  vector(`${at}attn_q_norm.weight`, hd, 1.5, 0.3);
  vector(`${at}attn_k_norm.weight`, hd, 1.5, 0.3);
  matrix(`${at}ffn_gate.weight`, d, ff, 1.5);
  matrix(`${at}ffn_up.weight`, d, ff, 1.5);
  matrix(`${at}ffn_down.weight`, ff, d, 1);
  matrix(`${at}nextn.eh_proj.weight`, 2 * d, d, 1);
}

/** What such a block has beside the tensors of a layer. */
export function nextTensors(at, d, { matrix, vector }) {
  for (const name of ['enorm', 'hnorm', 'shared_head_norm']) vector(`${at}nextn.${name}.weight`, d, 1, 0.2);
  matrix(`${at}nextn.eh_proj.weight`, 2 * d, d, 1);
}
