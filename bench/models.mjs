/**
 * The files that all peers run: random weights, real sizes. node bench/models.mjs writes .cache/bench/*.gguf (about 450 MB).
 * Blocks are filled at random, not rounded from floats: the same bytes for the same seed, in seconds.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadEngine, root } from './lib/engine.mjs';

const folder = path.join(root, '.cache', 'bench');

const LLAMA = { arch: 'llama', d: 768, layers: 12, heads: 12, kv: 12, hd: 64, ff: 2048, vocabulary: 26_624 };
export const SPECS = [
  { file: 'llama-126m-q8_0', ...LLAMA, type: 'Q8_0' },
  { file: 'llama-126m-q4_0', ...LLAMA, type: 'Q4_0' },
  { file: 'llama-126m-q4_k', ...LLAMA, type: 'Q4_K' },
  { file: 'llama-126m-q5_0', ...LLAMA, type: 'Q5_0' },
  { file: 'llama-126m-q5_k', ...LLAMA, type: 'Q5_K' },
  ...['Q4_1', 'Q5_1', 'Q2_K', 'Q3_K', 'Q6_K', 'IQ4_NL', 'IQ4_XS', 'MXFP4'].map((type) => ({
    file: `llama-126m-${type.toLowerCase()}`,
    ...LLAMA,
    type,
  })),
  {
    file: 'moe-117m-q8_0',
    arch: 'qwen3moe',
    d: 512,
    layers: 8,
    heads: 8,
    kv: 4,
    hd: 64,
    ff: 512,
    vocabulary: 8192,
    experts: 16,
    used: 2,
    type: 'Q8_0',
  },
];

/** Paths of the made models by name; those that are not there yet are made. */
export async function benchModels() {
  mkdirSync(folder, { recursive: true });
  const paths = {};
  let engine;
  for (const spec of SPECS) {
    const at = (paths[spec.file] = path.join(folder, `${spec.file}.gguf`));
    if (existsSync(at)) continue;
    engine ??= await loadEngine();
    writeFileSync(`${at}.part`, modelBytes(engine, spec));
    renameSync(`${at}.part`, at);
  }
  return paths;
}

function modelBytes(engine, spec) {
  const random = fastRandom(1);
  return engine.writeGguf(modelOf(engine, spec, (kind, shape) => blocks(engine, kind, shape, random)));
}

/** Random rows of a large file are made once for each matrix, so many of them, and repeated. */
const ROWS = 1024;

/** A file that may be too large to be made in memory: its header first, then matrix by matrix. */
export function writeModel(engine, file, spec) {
  const random = fastRandom(1);
  const sizes = new Map();
  const { metadata, tensors } = modelOf(engine, spec, (kind, shape) => {
    const bytes = new Uint8Array(0);
    sizes.set(bytes, { kind, shape });
    return bytes;
  });
  let offset = 0;
  const placed = tensors.map((tensor) => {
    const planned = sizes.get(tensor.bytes);
    const weights = tensor.shape.reduce((product, size) => product * size, 1);
    const length = planned ? engine.byteLengthOf(tensor.type, weights) : tensor.bytes.length;
    const at = offset;
    offset += Math.ceil(length / 32) * 32;
    return { tensor, planned, at, length };
  });
  const header = engine.writeGguf({
    metadata,
    tensors: placed.map(({ tensor, at }) => ({ ...tensor, offset: at, bytes: new Uint8Array(0) })),
  });
  const to = openSync(file, 'w');
  writeSync(to, header);
  for (const { tensor, planned, at, length } of placed) {
    const some = planned ? blocks(engine, planned.kind, [tensor.shape[0], ROWS], random) : tensor.bytes;
    for (let done = 0; done < length; done += some.length) {
      writeSync(to, some, 0, Math.min(some.length, length - done), header.length + at + done);
    }
  }
  closeSync(to);
}

/** What writeGguf is given; `fill`: bytes of a matrix of this type and shape. */
function modelOf(engine, { arch, d, layers, heads, kv, hd, ff, vocabulary, experts = 0, used, type }, fill) {
  const { GgmlType, u32, f32, arrayOf, T } = engine;
  const tensors = [];
  const matrix = (name, shape, kind = type) =>
    tensors.push({ name, shape, type: GgmlType[kind], bytes: fill(kind, shape) });
  const norm = (name, size) =>
    tensors.push({
      name,
      shape: [size],
      type: GgmlType.F32,
      bytes: new Uint8Array(new Float32Array(size).fill(1).buffer),
    });

  matrix('token_embd.weight', [d, vocabulary]);
  for (let l = 0; l < layers; l++) {
    const at = (name) => `blk.${l}.${name}.weight`;
    norm(at('attn_norm'), d);
    matrix(at('attn_q'), [d, heads * hd]);
    matrix(at('attn_k'), [d, kv * hd]);
    matrix(at('attn_v'), [d, kv * hd]);
    matrix(at('attn_output'), [heads * hd, d]);
    if (arch.startsWith('qwen3')) for (const each of ['attn_q_norm', 'attn_k_norm']) norm(at(each), hd);
    norm(at('ffn_norm'), d);
    const suffix = experts ? '_exps' : '';
    const many = experts ? [experts] : [];
    if (experts) matrix(at('ffn_gate_inp'), [d, experts], 'F32');
    matrix(at(`ffn_gate${suffix}`), [d, ff, ...many]);
    matrix(at(`ffn_up${suffix}`), [d, ff, ...many]);
    matrix(at(`ffn_down${suffix}`), [ff, d, ...many]);
  }
  norm('output_norm.weight', d);
  matrix('output.weight', [d, vocabulary]);

  const tokens = [
    '<unk>',
    '<s>',
    '</s>',
    ...Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`),
  ];
  for (let i = tokens.length; i < vocabulary; i++) tokens.push(`▁w${i}`);
  const kinds = tokens.map((_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1));
  return {
    metadata: {
      'general.architecture': arch,
      'general.name': `random weights, ${arch} ${layers}×${d}, ${type}`,
      [`${arch}.block_count`]: u32(layers),
      [`${arch}.context_length`]: u32(8192),
      [`${arch}.embedding_length`]: u32(d),
      [`${arch}.feed_forward_length`]: u32(ff),
      [`${arch}.attention.head_count`]: u32(heads),
      [`${arch}.attention.head_count_kv`]: u32(kv),
      [`${arch}.attention.key_length`]: u32(hd),
      [`${arch}.attention.value_length`]: u32(hd),
      [`${arch}.attention.layer_norm_rms_epsilon`]: f32(1e-5),
      [`${arch}.rope.dimension_count`]: u32(hd),
      [`${arch}.rope.freq_base`]: f32(10_000),
      [`${arch}.vocab_size`]: u32(vocabulary),
      ...(experts && {
        [`${arch}.expert_count`]: u32(experts),
        [`${arch}.expert_used_count`]: u32(used),
        [`${arch}.expert_feed_forward_length`]: u32(ff),
      }),
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.scores': arrayOf(
        T.F32,
        tokens.map((_, i) => -i),
      ),
      'tokenizer.ggml.token_type': arrayOf(T.I32, kinds),
      'tokenizer.ggml.bos_token_id': u32(1),
      'tokenizer.ggml.eos_token_id': u32(2),
      'tokenizer.ggml.unknown_token_id': u32(0),
      'tokenizer.ggml.add_bos_token': false,
    },
    tensors,
  };
}

/** Weights of spread ≈ 1/√inputs, so that activations neither die nor explode. */
function blocks({ GgmlType, byteLengthOf, toF16 }, kind, shape, random) {
  const size = shape.reduce((product, n) => product * n, 1);
  const spread = 1 / Math.sqrt(shape[0]);
  if (kind === 'F32')
    return new Uint8Array(Float32Array.from({ length: size }, () => spread * 1.7 * (random() / 2 ** 31 - 1)).buffer);
  const bytes = new Uint8Array(byteLengthOf(GgmlType[kind], size));
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  for (let i = 0; i < words.length; i++) words[i] = random();
  const view = new DataView(bytes.buffer);
  if (kind === 'Q8_0') for (let at = 0; at < bytes.length; at += 34) view.setUint16(at, toF16(spread / 74), true);
  if (kind === 'Q4_0') for (let at = 0; at < bytes.length; at += 18) view.setUint16(at, toF16(spread / 4.6), true);
  if (kind === 'Q5_0') for (let at = 0; at < bytes.length; at += 22) view.setUint16(at, toF16(spread / 9.2), true);
  // Bytes of a block, where its f16 scale stands, codes' deviation and (with a minimum behind the scale) mean; or E8M0 in a byte.
  const simple = { Q4_1: [20, 0, 4.6, 7.5], Q5_1: [24, 0, 9.2, 15.5], IQ4_NL: [18, 0, 68], MXFP4: [17] }[kind];
  for (let at = 0; simple && at < bytes.length; at += simple[0]) {
    const [, place, deviation, mean] = simple;
    if (deviation === undefined) {
      bytes[at] = 127 + Math.round(Math.log2(spread / 3));
      continue;
    }
    view.setUint16(at + place, toF16(spread / deviation), true);
    if (mean) view.setUint16(at + place + 2, toF16((-mean * spread) / deviation), true);
  }
  // Scales are random, of either sign where they have one; Q2_K's minimums have the mean of its codes.
  const superblock = { Q2_K: [84, 80, 10], Q3_K: [110, 108, 42], Q6_K: [210, 208, 1370], IQ4_XS: [136, 0, 1260] }[kind];
  for (let at = 0; superblock && at < bytes.length; at += superblock[0]) {
    view.setUint16(at + superblock[1], toF16(spread / superblock[2]), true);
    if (kind === 'Q2_K') view.setUint16(at + 82, toF16((1.5 * spread) / superblock[2]), true);
  }
  if (kind === 'Q4_K' || kind === 'Q5_K') {
    // Scales of 32 and minimums of 40 give codes 0 … 15, or to 31, a mean near 0.
    const [blockBytes, deviation, mean] = kind === 'Q4_K' ? [144, 4.6, 7.5] : [176, 9.2, 15.5];
    for (let at = 0; at < bytes.length; at += blockBytes) {
      view.setUint16(at, toF16(spread / deviation / 32), true);
      view.setUint16(at + 2, toF16((mean * spread) / deviation / 40), true);
      for (let j = 0; j < 4; j++) {
        bytes[at + 4 + j] = 32 | (2 << 6);
        bytes[at + 8 + j] = 40 | (2 << 6);
        bytes[at + 12 + j] = 0 | (8 << 4);
      }
    }
  }
  return bytes;
}

/** xorshift32: 32 random bits per call. */
function fastRandom(seed) {
  let x = seed * 0x9e3779b9;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await benchModels());
