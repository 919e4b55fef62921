/** A tiny random-weight model built in memory, for tests of the engine's properties: no file, no download. */
import { BufferSource } from '../../src/engine/formats/byteSource';
import { GgmlType } from '../../src/engine/formats/ggmlTypes';
import { loadModel, type LoadedModel } from '../../src/engine/model/load';
import type { KernelName } from '../../src/engine/kernel/kernel';
import { BYTE_TO_CHAR } from '../../src/engine/tokenizer/byteAlphabet';
import { seededRandom } from '../../src/shared/random';
import { arrayOf, f32, i32, T, u32, writeGguf, type MetadataValue, type TensorToWrite } from './ggufWriter';

const [D, HEADS, KV_HEADS, HEAD_DIM, HIDDEN] = [16, 4, 2, 8, 24];

export interface TinyOptions {
  /** 0: dense. */
  experts?: number;
  layers?: number;
  /** Of each layer; two times 1, 2 or more. */
  heads?: readonly number[];
  seed?: number;
  /** With a chat template of ChatML's form, its two control tokens, and room for a conversation. */
  chat?: boolean;
  /** Instead of that one. */
  template?: string;
  /** What it calls itself. */
  name?: string;
  /** Words beside the bytes and the BOS. */
  words?: number;
  /** With an output matrix of its own. */
  untied?: boolean;
  /** Tokens that it looks back over. */
  context?: number;
}

const CHAT_TOKENS = ['<|im_start|>', '<|im_end|>'];
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export interface TinyFile {
  metadata: Readonly<Record<string, MetadataValue>>;
  tensors: readonly TensorToWrite[];
}

export const tinyModelBytes = (options: TinyOptions = {}): Uint8Array => writeGguf(tinyModelFile(options));

/** A qwen3 or qwen3moe file whose vocabulary is the 256 bytes, a BOS and what `chat` adds. */
export function tinyModelFile(options: TinyOptions = {}): TinyFile {
  const { experts = 0, layers = 2, seed = 1, chat = false, template = CHAT_TEMPLATE } = options;
  const { context = chat ? 1024 : 64, heads = Array<number>(layers).fill(HEADS) } = options;
  const random = seededRandom(seed);
  const architecture = experts ? 'qwen3moe' : 'qwen3';
  const more = Array.from({ length: options.words ?? 0 }, (_, i) => `<word ${i}>`);
  const tokens = [...BYTE_TO_CHAR, '<bos>', ...(chat ? CHAT_TOKENS : []), ...more];
  const tensors: TensorToWrite[] = [];
  const add = (name: string, shape: number[], spread: number, middle = 0): void => {
    const size = shape.reduce((product, n) => product * n, 1);
    const values = Float32Array.from({ length: size }, () => middle + spread * (random() * 2 - 1));
    tensors.push({ name, type: GgmlType.F32, shape, bytes: new Uint8Array(values.buffer) });
  };
  add('token_embd.weight', [D, tokens.length], 1);
  for (let l = 0; l < layers; l++) {
    const at = `blk.${l}.`;
    add(`${at}attn_norm.weight`, [D], 0.2, 1);
    add(`${at}attn_q.weight`, [D, heads[l] * HEAD_DIM], 0.8);
    add(`${at}attn_k.weight`, [D, KV_HEADS * HEAD_DIM], 0.8);
    add(`${at}attn_v.weight`, [D, KV_HEADS * HEAD_DIM], 0.4);
    add(`${at}attn_output.weight`, [heads[l] * HEAD_DIM, D], 0.4);
    add(`${at}attn_q_norm.weight`, [HEAD_DIM], 0.3, 1.5);
    add(`${at}attn_k_norm.weight`, [HEAD_DIM], 0.3, 1.5);
    add(`${at}ffn_norm.weight`, [D], 0.2, 1);
    if (experts) {
      add(`${at}ffn_gate_inp.weight`, [D, experts], 1);
      add(`${at}ffn_gate_exps.weight`, [D, HIDDEN, experts], 0.5);
      add(`${at}ffn_up_exps.weight`, [D, HIDDEN, experts], 0.5);
      add(`${at}ffn_down_exps.weight`, [HIDDEN, D, experts], 0.5);
    } else {
      add(`${at}ffn_gate.weight`, [D, HIDDEN], 0.5);
      add(`${at}ffn_up.weight`, [D, HIDDEN], 0.5);
      add(`${at}ffn_down.weight`, [HIDDEN, D], 0.5);
    }
  }
  add('output_norm.weight', [D], 0.2, 1);
  if (options.untied) add('output.weight', [D, tokens.length], 1);
  return {
    metadata: {
      'general.architecture': architecture,
      'general.name': options.name ?? 'tiny',
      [`${architecture}.block_count`]: u32(layers),
      [`${architecture}.context_length`]: u32(context),
      [`${architecture}.embedding_length`]: u32(D),
      [`${architecture}.feed_forward_length`]: u32(HIDDEN),
      [`${architecture}.attention.head_count`]: heads.every((count) => count === HEADS)
        ? u32(HEADS)
        : arrayOf(T.U32, [...heads]),
      [`${architecture}.attention.head_count_kv`]: u32(KV_HEADS),
      [`${architecture}.attention.key_length`]: u32(HEAD_DIM),
      [`${architecture}.attention.value_length`]: u32(HEAD_DIM),
      [`${architecture}.attention.layer_norm_rms_epsilon`]: f32(1e-6),
      [`${architecture}.rope.freq_base`]: f32(10_000),
      ...(experts && {
        [`${architecture}.expert_count`]: u32(experts),
        [`${architecture}.expert_used_count`]: u32(2),
      }),
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'qwen2',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': arrayOf(
        T.I32,
        tokens.map((_, id) => (id < 256 ? 1 : 3)),
      ),
      'tokenizer.ggml.merges': [],
      'tokenizer.ggml.bos_token_id': i32(256),
      'tokenizer.ggml.add_bos_token': !chat,
      ...(chat && {
        'tokenizer.ggml.eos_token_id': i32(tokens.indexOf('<|im_end|>')),
        'tokenizer.chat_template': template,
      }),
    },
    tensors,
  };
}

export function tinyModel(options: TinyOptions = {}, kernel: KernelName = 'reference'): Promise<LoadedModel> {
  return loadModel(new BufferSource(tinyModelBytes(options), 'tiny.gguf'), undefined, kernel);
}
