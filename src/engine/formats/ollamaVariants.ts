/**
 * Ollama's converter wrote some models otherwise than llama.cpp's. Such a file is read as llama.cpp's form of it, as Ollama
 * itself does when it loads one (https://github.com/ollama/ollama, llama/compat/llama-ollama-compat.cpp, read November 2026).
 * Where llama.cpp's form is not supported either, the file is refused for what is then unknown, by its name.
 */
import { GgufTexts } from './ggufTexts';
import { isArray, Skipped, type GgufArray, type GgufFile, type GgufTensor, type GgufValue } from './ggufTypes';

/** What may be changed of a file, and no byte of it is. */
interface Draft {
  metadata: Map<string, GgufValue>;
  tensors: Map<string, GgufTensor>;
}

/** The file itself where nothing is to be changed. */
export function asLlamaCpp(file: GgufFile): GgufFile {
  const architecture = file.metadata.get('general.architecture');
  const change = typeof architecture === 'string' && Object.hasOwn(VARIANTS, architecture) && VARIANTS[architecture];
  if (!change) return file;
  const draft: Draft = { metadata: new Map(file.metadata), tensors: new Map(file.tensors) };
  change(draft);
  return { ...file, ...draft };
}

const VARIANTS: Readonly<Record<string, (draft: Draft) => void>> = {
  gptoss(draft) {
    renameArchitecture(draft, 'gptoss', 'gpt-oss');
    const hidden = draft.tensors.get('blk.0.ffn_gate_exps.weight')?.shape[1];
    if (hidden !== undefined) setIfMissing(draft, 'gpt-oss.expert_feed_forward_length', hidden);
    setIfMissing(draft, 'gpt-oss.rope.scaling.type', 'yarn');
    draft.metadata.set('tokenizer.ggml.pre', 'gpt-4o');
    renameTensors(draft, /\.attn_out(?=\.)/, '.attn_output');
    renameTensors(draft, /\.attn_sinks$/, '.attn_sinks.weight');
    renameTensors(draft, /\.ffn_norm(?=\.)/, '.post_attention_norm');
  },
  olmo3: (draft) => renameArchitecture(draft, 'olmo3', 'olmo2'),
  gemma3(draft) {
    const { metadata } = draft;
    // llama.cpp's own files have neither eyes in them nor other names for the rotation, and always say the norm's epsilon.
    const isTheirs =
      !metadata.has('gemma3.attention.layer_norm_rms_epsilon') ||
      ['gemma3.mm.tokens_per_image', 'gemma3.rope.global.freq_base', 'gemma3.rope.local.freq_base'].some((key) =>
        metadata.has(key),
      ) ||
      [...draft.tensors.keys()].some((name) => VISION.test(name));
    if (!isTheirs) return;
    withoutVision(draft, 'gemma3');
    rename(metadata, 'gemma3.rope.global.freq_base', 'gemma3.rope.freq_base');
    rename(metadata, 'gemma3.rope.local.freq_base', 'gemma3.rope.freq_base_swa');
    setIfMissing(draft, 'gemma3.attention.layer_norm_rms_epsilon', Math.fround(1e-6));
    setIfMissing(draft, 'gemma3.rope.freq_base', 1_000_000);
    setIfMissing(draft, 'gemma3.rope.freq_base_swa', 10_000);
    // Those that look back over 128K tokens were made from 16K by stretching; the smallest was not.
    if (Number(metadata.get('gemma3.context_length')) >= 131_072) {
      setIfMissing(draft, 'gemma3.rope.scaling.type', 'linear');
      setIfMissing(draft, 'gemma3.rope.scaling.factor', 8);
    }
    // The last tokens stand for images and have no row.
    const rows = draft.tensors.get('token_embd.weight')?.shape[1];
    for (const list of ['tokens', 'scores', 'token_type']) {
      const key = `tokenizer.ggml.${list}`;
      const items = metadata.get(key);
      if (rows !== undefined && items !== undefined && isArray(items) && items.length > rows)
        metadata.set(key, firstOf(items, rows));
    }
  },
  llama({ metadata }) {
    const tokens = metadata.get('tokenizer.ggml.tokens');
    const pre = metadata.get('tokenizer.ggml.pre') ?? '';
    if (
      (pre === '' || pre === 'default') &&
      tokens instanceof GgufTexts &&
      tokens.length > LLAMA3_EOT &&
      tokens.at(LLAMA3_EOT) === '<|eot_id|>'
    ) {
      metadata.set('tokenizer.ggml.pre', 'llama-bpe');
    }
  },
  mistral3(draft) {
    withoutVision(draft, 'mistral3');
    const { metadata } = draft;
    rename(metadata, 'mistral3.rope.scaling.beta_fast', 'mistral3.rope.scaling.yarn_beta_fast');
    rename(metadata, 'mistral3.rope.scaling.beta_slow', 'mistral3.rope.scaling.yarn_beta_slow');
    rename(metadata, 'mistral3.rope.scaling.mscale_all_dim', 'mistral3.rope.scaling.yarn_log_multiplier');
    rename(metadata, 'mistral3.rope.scaling_beta', 'mistral3.attention.temperature_scale');
    if (['', 'default'].includes(String(metadata.get('tokenizer.ggml.pre') ?? ''))) {
      metadata.set('tokenizer.ggml.pre', 'tekken');
    }
  },
  lfm2(draft) {
    if (draft.tensors.has('token_embd_norm.weight') || !draft.tensors.has('output_norm.weight')) return;
    renameTensors(draft, /^output_norm\.weight$/, 'token_embd_norm.weight');
    draft.metadata.set('tokenizer.ggml.pre', 'lfm2');
  },
};

function firstOf(items: GgufArray, count: number): GgufArray {
  if (items instanceof GgufTexts) return items.first(count);
  return items instanceof Skipped ? new Skipped(count) : items.slice(0, count);
}

/** Its place in Llama 3's vocabulary. */
const LLAMA3_EOT = 128_009;

/** Tensors of what sees and of what joins it to the text. */
const VISION = /^(?:v|mm)\./;

function withoutVision({ metadata, tensors }: Draft, architecture: string): void {
  for (const name of [...tensors.keys()]) if (VISION.test(name)) tensors.delete(name);
  for (const key of [...metadata.keys()]) {
    if (key.startsWith(`${architecture}.vision.`) || key.startsWith(`${architecture}.mm.`)) metadata.delete(key);
  }
}

function renameArchitecture({ metadata }: Draft, from: string, to: string): void {
  metadata.set('general.architecture', to);
  for (const key of [...metadata.keys()]) {
    if (key.startsWith(`${from}.`)) rename(metadata, key, `${to}.${key.slice(from.length + 1)}`);
  }
}

function rename<Value>(map: Map<string, Value>, from: string, to: string): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.delete(from);
  if (!map.has(to)) map.set(to, value);
}

function renameTensors({ tensors }: Draft, pattern: RegExp, to: string): void {
  for (const name of [...tensors.keys()]) if (pattern.test(name)) rename(tensors, name, name.replace(pattern, to));
}

function setIfMissing({ metadata }: Draft, key: string, value: GgufValue): void {
  if (!metadata.has(key)) metadata.set(key, value);
}
