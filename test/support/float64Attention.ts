/**
 * Every attention weight of a text in float64, by a program of its own: it shares with the engine the reader of the file and
 * nothing else. Written from the papers and llama.cpp's src/models, one token, one layer, one head after the other. Long, because
 * each way of attending is written out once more.
 */
import type { GgufFile } from '../../src/engine/formats/ggufTypes';
import { deltaHead, turn } from './deltaNet';
import { mambaLayer } from './mamba2';

export interface Attention {
  weights: number[][]; // [query][key ≤ query], or every key where later ones are seen
  sink: number[]; // [query], 0 where there is none
}

type Vector = number[];

const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]);
const GELU = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const RELU_SQUARED = (x: number): number => Math.max(0, x) ** 2;
const SILU = (x: number): number => x / (1 + Math.exp(-x));

/** [layer][head], of a file whose tensors are F32; the context is as long as the text. A layer without attention has no heads. */
export const attentionInFloat64 = (file: GgufFile, ids: readonly number[]): Attention[][] =>
  inFloat64(file, ids).attention;

/** The same with the logits behind any token, of models that neither cap nor scale them. */
export function inFloat64(
  file: GgufFile,
  ids: readonly number[],
): { attention: Attention[][]; logits(position: number): number[]; last: number[][] } {
  const arch = file.metadata.get('general.architecture') as string;
  const underArch = [...file.metadata].filter(([name]) => name.startsWith(`${arch}.`));
  const settings = new Map(underArch.map(([name, value]) => [name.slice(arch.length + 1), value]));
  const key = (name: string): number | undefined => settings.get(name) as number | undefined;
  const said = (name: string): unknown => settings.get(name);
  const is = (...names: string[]): boolean => names.includes(arch);
  const d = key('embedding_length')!;
  const layers = key('block_count')!;
  const heads = key('attention.head_count')!;
  const kvCounts = said('attention.head_count_kv') ?? heads;
  // A list says 0 of layers without attention.
  const latent = key('attention.kv_lora_rank');
  const kvHeads = latent ? heads : typeof kvCounts === 'number' ? kvCounts : Math.max(...(kvCounts as number[]));
  const hd = key('attention.key_length_mla') ?? key('attention.key_length') ?? d / heads;
  const valueDim = key('attention.value_length_mla') ?? key('attention.value_length') ?? hd;
  const layerNorm = is(
    'gpt2',
    'starcoder',
    'starcoder2',
    'gptneox',
    'cohere2',
    'falcon',
    'phi2',
    'stablelm',
    'nemotron',
    'olmo',
    'bloom',
    'mpt',
    'bert',
    'nomic-bert',
    'modern-bert',
  );
  const eps = (layerNorm ? undefined : key('attention.layer_norm_rms_epsilon')) ?? key('attention.layer_norm_epsilon')!;

  /** What another architecture calls the norm behind attention is the one before the feed-forward part. */
  const isNormBetween = is('gpt-oss', 'qwen35', 'qwen35moe', 'qwen3next', 'glm4moe');

  const known = new Map<string, Float32Array | undefined>();
  const read = (name: string): Float32Array | undefined => {
    if (!known.has(name)) {
      const tensor = file.tensors.get(name);
      known.set(name, tensor && new Float32Array(file.source.read(tensor.offset, tensor.byteLength).slice().buffer));
    }
    return known.get(name);
  };
  /** Rows [from, from + count) of a matrix times x, plus its bias. */
  const times = (name: string, x: Vector, from = 0, count?: number): Vector | undefined => {
    const [w, bias] = [read(`${name}.weight`), read(`${name}.bias`)];
    if (!w) return undefined;
    const rows = count ?? w.length / x.length;
    const out: Vector = [];
    for (let r = from; r < from + rows; r++) {
      let sum = bias?.[r] ?? 0;
      for (let c = 0; c < x.length; c++) sum += w[r * x.length + c] * x[c];
      out.push(sum);
    }
    return out;
  };
  const norm = (name: string, x: Vector): Vector => {
    const w = read(`${name}.weight`);
    if (!w) return is('olmo') && /(attn|ffn|output)_norm$/.test(name) ? unit(x) : x;
    const mean = layerNorm ? x.reduce((sum, value) => sum + value, 0) / x.length : 0;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const bias = read(`${name}.bias`);
    return x.map((value, i) => ((value - mean) / Math.sqrt(variance + eps)) * w[i] + (bias?.[i] ?? 0));
  };
  /** RMSNorm without weights. */
  const plain = (x: Vector): Vector => {
    const rms = Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0) / x.length + eps);
    return x.map((value) => value / rms);
  };
  /** LayerNorm without weights. */
  const unit = (x: Vector): Vector => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    return x.map((value) => (value - mean) / Math.sqrt(variance + eps));
  };
  const bound = key('attention.clamp_kqv') || Infinity;
  const within = (x: Vector): Vector => x.map((value) => Math.min(bound, Math.max(-bound, value)));
  const temperature = key('attention.temperature_scale');
  const reach = key('rope.scaling.original_context_length')!;
  const parts = (x: Vector, size: number): Vector[] =>
    Array.from({ length: x.length / size }, (_, i) => x.slice(i * size, (i + 1) * size));

  const inFour = is('olmo2', 'cohere2') || (is('exaone4') && layers === 64);
  const windowOf = (l: number): number => {
    const window = key('attention.sliding_window') ?? 0;
    // Half to either side, rounded down, and the own position.
    if (is('gemma4')) return (said('attention.sliding_window_pattern') as Uint8Array)[l] ? window : Infinity;
    if (is('modern-bert')) return l % 3 === 0 ? Infinity : Math.floor(window / 2) + 1;
    if (is('gemma-embedding')) return l % 6 === 5 ? Infinity : Math.floor(window / 2) + 1;
    const narrow = is('gemma2', 'gpt-oss') ? l % 2 === 0 : is('gemma3') ? l % 6 < 5 : inFour && l % 4 < 3;
    return window > 0 && (narrow || is('lfm2', 'lfm2moe')) ? window : Infinity;
  };
  const turned = (x: Vector, position: number, l: number): Vector => {
    if (said('rope.scaling.finetuned') === false || is('nemotron_h', 'nemotron_h_moe')) return x;
    if (is('gpt2', 'starcoder', 'bloom', 'mpt', 'bert') || (is('smollm3') && (l + 1) % 4 === 0)) return x;
    if (inFour && !is('olmo2') && windowOf(l) === Infinity) return x;
    const ownBase = is('gemma3', 'gemma4', 'modern-bert', 'gemma-embedding');
    const local = windowOf(l) < Infinity && (ownBase || is('olmo2'));
    const dim = (local ? key('rope.dimension_count_swa') : undefined) ?? key('rope.dimension_count') ?? hd;
    const base = (local && ownBase ? key('rope.freq_base_swa') : key('rope.freq_base')) ?? 10_000;
    const yarn = said('rope.scaling.type') === 'yarn' && !local;
    const scale = local ? 1 : key('rope.scaling.factor') || 1;
    const original = key('rope.scaling.original_context_length') ?? key('context_length')!;
    const factors =
      (local ? undefined : read('rope_freqs.weight')) ??
      read(`rope_factors_${ids.length > original ? 'long' : 'short'}.weight`);
    const turnsAt = (turns: number): number =>
      (dim * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(base));
    const [fast, slow] = [key('rope.scaling.yarn_beta_fast') ?? 32, key('rope.scaling.yarn_beta_slow') ?? 1];
    const [low, high] = [Math.max(0, Math.floor(turnsAt(fast))), Math.min(dim - 1, Math.ceil(turnsAt(slow)))];
    const sections = (said('rope.dimension_sections') as number[] | undefined) ?? [];
    const dealt = sections.reduce((sum, section) => sum + section, 0);
    const magnitude =
      (key('rope.scaling.attn_factor') ?? 1) *
      (yarn && !(latent && key('rope.scaling.yarn_log_multiplier'))
        ? (1 + 0.1 * Math.log(scale)) / (1 + 0.1 * (key('rope.scaling.yarn_log_multiplier') ?? 0) * Math.log(scale))
        : 1);
    const out = [...x];
    for (let i = 0; i < dim / 2; i++) {
      // Of a text the parts of a position are the same but for the fourth, which is 0 (ggml_mrope_cache_init).
      const still = dealt > 0 && i % dealt >= 3 * sections[(i % dealt) % 3];
      const plain = ((still ? 0 : position) * base ** ((-2 * i) / dim)) / (factors?.[i] ?? 1);
      const stays = yarn ? 1 - Math.min(1, Math.max(0, (i - low) / Math.max(0.001, high - low))) : 0;
      const angle = (plain / scale) * (1 - stays) + plain * stays;
      const [p, q] = is('llama', 'smollm3', 'granite', 'granitemoe', 'glm4', 'cohere2', 'mistral3', 'olmo', 'deepseek2')
        ? [2 * i, 2 * i + 1]
        : [i, i + dim / 2];
      out[p] = (x[p] * Math.cos(angle) - x[q] * Math.sin(angle)) * magnitude;
      out[q] = (x[p] * Math.sin(angle) + x[q] * Math.cos(angle)) * magnitude;
    }
    return out;
  };

  const feedForward = (at: string, x: Vector): Vector => {
    if (file.tensors.has(`${at}ffn_gate_inp.weight`)) return mixture(at, x);
    if (is('phi3', 'glm4', 'modern-bert')) {
      const both = times(`${at}ffn_up`, x)!;
      const half = both.length / 2;
      const act = is('modern-bert') ? GELU : SILU;
      return times(`${at}ffn_down`, both.slice(0, half).map((g, i) => act(g) * both[half + i]))!; // prettier-ignore
    }
    return gated(at, '', x);
  };
  const gated = (at: string, suffix: string, x: Vector): Vector => {
    const act = is(
      'gpt2',
      'starcoder',
      'starcoder2',
      'gptneox',
      'gemma',
      'gemma2',
      'gemma3',
      'falcon',
      'phi2',
      'bloom',
      'mpt',
      'bert',
      'gemma4',
      'gemma-embedding',
    )
      ? GELU
      : is('nemotron', 'nemotron_h', 'nemotron_h_moe')
        ? RELU_SQUARED
        : SILU;
    const [gate, up] = [times(`${at}ffn_gate${suffix}`, x), times(`${at}ffn_up${suffix}`, x)!];
    return times(`${at}ffn_down${suffix}`, gate ? gate.map((g, i) => act(g) * up[i]) : up.map(act))!;
  };
  /** Experts of all but the best groups, by the sum of a group's two best, are out. */
  const leaveOutGroups = (by: number[]): void => {
    const size = by.length / (key('expert_group_count') ?? 1);
    const worth = parts([...by], size).map((group) => group.sort((a, b) => b - a)[0] + group[1]);
    const least = [...worth].sort((a, b) => b - a)[(key('expert_group_used_count') ?? 1) - 1];
    by.forEach((_, e) => worth[Math.floor(e / size)] < least && (by[e] = -Infinity));
  };
  const mixture = (at: string, x: Vector, routed = x): Vector => {
    const scores = times(`${at}ffn_gate_inp`, routed)!;
    const most = Math.max(...scores);
    const bySigmoid = key('expert_gating_func') === 2 || is('nemotron_h_moe');
    const worth = scores.map((score) => (bySigmoid ? 1 / (1 + Math.exp(-score)) : Math.exp(score - most)));
    const extra = read(`${at}exp_probs_b.bias`);
    const by = worth.map((each, e) => each + (extra?.[e] ?? 0));
    leaveOutGroups(by);
    const chosen = [...by.keys()].sort((a, b) => by[b] - by[a]).slice(0, key('expert_used_count')!);
    const ofAll = is('olmoe', 'qwen2moe') || said('expert_weights_norm') === (is('deepseek2') ? undefined : false);
    const sum = (ofAll ? worth : chosen.map((e) => worth[e])).reduce((all, each) => all + each, 0);
    const grown = key('expert_weights_scale') || 1;
    let out = file.tensors.has(`${at}ffn_up_shexp.weight`) ? gated(at, '_shexp', x) : x.map(() => 0);
    const [open] = times(`${at}ffn_gate_inp_shexp`, x) ?? [Infinity];
    out = out.map((value) => value / (1 + Math.exp(-open)));
    for (const e of chosen) {
      const of = (name: string, input: Vector, rows: number): Vector =>
        times(`${at}ffn_${name}_exps`, input, e * rows, rows)!;
      const fused = file.tensors.get(`${at}ffn_gate_up_exps.weight`);
      const hidden = fused ? fused.shape[1] / 2 : file.tensors.get(`${at}ffn_up_exps.weight`)!.shape[1];
      const both = fused && of('gate_up', x, 2 * hidden);
      const gate = is('nemotron_h_moe') ? undefined : 'gate';
      const [g, u] = both
        ? [both.slice(0, hidden), both.slice(hidden)]
        : [gate ? of(gate, x, hidden) : [], of('up', x, hidden)];
      const units = u.map((_, i) => {
        if (!gate) return RELU_SQUARED(u[i]);
        const each = g[i];
        if (!is('gpt-oss')) return (is('gemma4') ? GELU : SILU)(each) * u[i];
        const held = Math.min(7, each);
        return (held / (1 + Math.exp(-1.702 * held))) * (Math.min(7, Math.max(-7, u[i])) + 1);
      });
      const weight = (worth[e] / sum) * grown * (read(`${at}ffn_down_exps.scale`)?.[e] ?? 1);
      out = add(out, of('down', units, d).map((value) => weight * value)); // prettier-ignore
    }
    return out;
  };

  /** Gemma 4's experts beside its network: x is the stream as it is, which each of the two and the router normalise otherwise. */
  const beside = (at: string, x: Vector): Vector => {
    const scales = read(`${at}ffn_gate_inp.scale`)!;
    const routed = plain(x).map((value, i) => (value * scales[i]) / Math.sqrt(d));
    const experts = mixture(at, norm(`${at}pre_ffw_norm_2`, x), routed);
    const own = gated(at, '', norm(`${at}ffn_norm`, x));
    return add(norm(`${at}post_ffw_norm_1`, own), norm(`${at}post_ffw_norm_2`, experts));
  };

  const embedding = read('token_embd.weight')!;
  const positions = read('position_embd.weight');
  const grow = is('gemma', 'gemma2', 'gemma3', 'gemma4', 'gemma-embedding')
    ? Math.sqrt(d)
    : (key('embedding_scale') ?? 1);
  const residual = key('residual_scale') ?? 1;
  const types = read('token_types.weight'); // of a text that is one sentence: the first row
  let stream = ids.map((id, at) =>
    Array.from(
      { length: d },
      (_, i) => embedding[id * d + i] * grow + (positions?.[at * d + i] ?? 0) + (types?.[i] ?? 0),
    ),
  );
  if (is('bloom', 'bert', 'nomic-bert', 'modern-bert')) stream = stream.map((x) => norm('token_embd_norm', x));
  /** ALiBi as ggml's soft_max_ext has it: the power of two below the heads first, then every other slope of twice as many. */
  const alibi = is('bloom') ? 8 : (key('attention.max_alibi_bias') ?? 0);
  const lower = 2 ** Math.floor(Math.log2(heads));
  const slopes = Array.from({ length: heads }, (_, h) => {
    const [base, power] = h < lower ? [2 ** (-alibi / lower), h + 1] : [2 ** (-alibi / 2 / lower), 2 * (h - lower) + 1];
    return alibi > 0 ? base ** power : 0;
  });
  const found: Attention[][] = [];
  /** Nemotron-H: blocks that mix positions and blocks that are networks. */
  const apart = is('nemotron_h', 'nemotron_h_moe');
  const fedForward = (at: string, x: Vector, attended: Vector): Vector => {
    if (apart) return add(x, attended);
    const overStream = (name: string, sum: Vector): Vector =>
      file.tensors.has(`${at}${name}.weight`) ? norm(`${at}${name}`, sum) : sum;
    const between = overStream('attn_output_norm', add(x, attended));
    const shares = !file.tensors.has(`${at}ffn_norm.weight`) && is('cohere2', 'falcon', 'phi2', 'stablelm');
    const parallel = shares || (is('gptneox') && said('use_parallel_residual') !== false);
    const before = shares ? `${at}attn_norm` : `${at}${isNormBetween ? 'post_attention_norm' : 'ffn_norm'}`;
    const fed = file.tensors.has(`${at}pre_ffw_norm_2.weight`)
      ? beside(at, between)
      : feedForward(at, norm(before, parallel ? x : between));
    const added = norm(`${at}post_ffw_norm`, fed).map((value) => value * residual);
    return overStream('layer_output_norm', add(between, added));
  };
  /** Of queries, keys, values and gates of each key's heads in turn, the gates of all heads. */
  const gateInTurn = (all: Vector, count: number): Vector => {
    const [size, shared] = [key('ssm.state_size')!, count / key('ssm.group_count')!];
    return Array.from({ length: count }, (_, head) => {
      const from = turn(head, shared, size, (2 + shared) * size, 2 * (1 + shared) * size);
      return all.slice(from, from + size);
    }).flat();
  };
  /** What Mamba-2 or a gated delta network adds: heads of deltaNet.ts, each normalised and gated, through its output matrix. */
  const remembered = (l: number): Vector[] => {
    const at = `blk.${l}.`;
    const flat = Float64Array.from(stream.flat());
    if (file.tensors.has(`${at}ssm_d`)) {
      const { given } = mambaLayer(arch, l, flat, ids.length);
      return given.map((row) => times(`${at}ssm_out`, row)!.map((value) => value * residual));
    }
    const count = key('ssm.time_step_rank')!;
    const heads = Array.from({ length: count }, (_, head) => deltaHead(arch, l, head, flat, ids.length).read);
    return stream.map((x, position) => {
      const seen = norm(`${at}attn_norm`, x);
      const gate = times(`${at}attn_gate`, seen) ?? gateInTurn(times(`${at}ssm_in`, seen)!, count);
      const each = heads.flatMap((read) => norm(`${at}ssm_norm`, read[position]));
      return times(`${at}ssm_out`, each.map((value, i) => value * SILU(gate[i])))!; // prettier-ignore
    });
  };
  /** What a gated short convolution adds: both gates and what they gate stand one behind the other in one matrix. */
  const convolved = (l: number): Vector[] => {
    const at = `blk.${l}.shortconv.`;
    const weight = read(`${at}conv.weight`)!;
    const taps = weight.length / d;
    const all = stream.map((x) => parts(times(`${at}in_proj`, norm(`blk.${l}.attn_norm`, x))!, d));
    return all.map(([, behind], position) => {
      const given = behind.map((gate, c) => {
        let sum = 0;
        for (let back = 0; back < Math.min(taps, position + 1); back++) {
          const [before, , value] = all[position - back];
          sum += weight[c * taps + taps - 1 - back] * before[c] * value[c];
        }
        return gate * sum;
      });
      return times(`${at}out_proj`, given)!;
    });
  };
  /** DeepSeek V2 (section 2.1): queries, keys and values of one token from latents; of each head the last part turns. */
  const fromLatents = (
    at: string,
    seen: Vector,
    position: number,
    l: number,
  ): { q: Vector[]; k: Vector[]; v: Vector[] } => {
    const turns = key('rope.dimension_count')!;
    const still = hd - turns;
    const turnLast = (head: Vector): Vector => [...head.slice(0, still), ...turned(head.slice(still), position, l)];
    const below = times(`${at}attn_q_a`, seen);
    const query = below ? times(`${at}attn_q_b`, norm(`${at}attn_q_a_norm`, below))! : times(`${at}attn_q`, seen)!;
    const both = times(`${at}attn_kv_a_mqa`, seen)!;
    const made = norm(`${at}attn_kv_a_norm`, both.slice(0, latent));
    const shared = turned(both.slice(latent), position, l);
    const joined = times(`${at}attn_kv_b`, made);
    const [wk, wv] = [read(`${at}attn_k_b.weight`)!, read(`${at}attn_v_b.weight`)!];
    const k: Vector[] = [];
    const v: Vector[] = [];
    for (let head = 0; head < heads; head++) {
      if (joined) {
        const own = joined.slice(head * (still + valueDim), (head + 1) * (still + valueDim));
        k.push([...own.slice(0, still), ...shared]);
        v.push(own.slice(still));
        continue;
      }
      const r = latent!;
      k.push(Array.from({ length: still }, (_, c) => made.reduce((sum, value, i) => sum + value * wk[(head * r + i) * still + c], 0)).concat(shared)); // prettier-ignore
      v.push(Array.from({ length: valueDim }, (_, c) => made.reduce((sum, value, i) => sum + value * wv[(head * valueDim + c) * r + i], 0))); // prettier-ignore
    }
    return { q: parts(query, hd).map(turnLast), k, v };
  };
  /** deepseek2.cpp: what YaRN's magnitude would do to all of a query and a key stands in the scale, twice. */
  const scaleOfLatents = (): number => {
    const grown = Math.log(key('rope.scaling.factor') ?? 1);
    const multiplier = (key('rope.scaling.yarn_log_multiplier') ?? 0) / 0.1;
    return ((multiplier === 0 ? 1 + 0.1 * grown : 1) * (1 + 0.1 * multiplier * grown)) ** 2 / Math.sqrt(hd);
  };
  /** Of a head's queries and keys, and of its values; how many share keys. Gemma 4's depend on the layer. */
  const sizesOf = (l: number): { size: number; shared: number; valueSize: number } => {
    if (!is('gemma4')) return { size: hd, shared: kvHeads, valueSize: valueDim };
    const size = windowOf(l) < Infinity ? key('attention.key_length_swa')! : hd;
    return { size, shared: (kvCounts as number[])[l], valueSize: size };
  };
  /** Gemma 4 E2B: of each token, what each layer takes of its row in a table, [token][layer]. */
  const width = key('embedding_length_per_layer_input') || 0;
  const table = read('per_layer_token_embd.weight');
  const ownRows = stream.map((x, position) => {
    if (!table || width === 0) return [];
    const made = parts(times('per_layer_model_proj', x)!.map((value) => value / Math.sqrt(d)), width); // prettier-ignore
    return made.map((part, l) =>
      norm('per_layer_proj_norm', part).map(
        (value, i) => (value + Math.sqrt(width) * table[(ids[position] * layers + l) * width + i]) / Math.SQRT2,
      ),
    );
  });
  /** The layers that others' keys and values are read from, where they have none. */
  const lenderOf = (l: number): number => {
    const first = layers - (key('attention.shared_kv_layers') ?? 0);
    return is('gemma4') && l >= first ? first - (windowOf(l) < Infinity ? 2 : 1) : l;
  };
  const made: { k: Vector[]; v: Vector[] }[][] = [];
  const blocks = layers - (key('nextn_predict_layers') ?? 0);
  for (let l = 0; l < blocks; l++) {
    const at = `blk.${l}.`;
    if (apart && ['up', 'gate_inp'].some((name) => file.tensors.has(`${at}ffn_${name}.weight`))) {
      stream = stream.map((x) => add(x, feedForward(at, norm(`${at}attn_norm`, x))));
      continue;
    }
    if (file.tensors.has(`${at}ssm_a`)) {
      const added = remembered(l);
      found.push([]);
      stream = stream.map((x, position) => fedForward(at, x, added[position]));
      continue;
    }
    if (file.tensors.has(`${at}shortconv.conv.weight`)) {
      const added = convolved(l);
      found.push([]);
      stream = stream.map((x, position) => fedForward(at, x, added[position]));
      continue;
    }
    const gatedBy: Vector[] = [];
    const { size, shared, valueSize } = sizesOf(l);
    const rows = stream.map((x, position) => {
      const seen = norm(file.tensors.has(`${at}attn_norm_2.weight`) ? `${at}attn_norm_2` : `${at}attn_norm`, x);
      if (latent) return fromLatents(at, seen, position, l);
      const part = (name: string, from: number, count: number): Vector =>
        within(times(`${at}attn_qkv`, seen, from, count) ?? times(`${at}attn_${name}`, seen)!);
      let query = part('q', 0, heads * size);
      if (is('qwen35', 'qwen35moe', 'qwen3next')) {
        // Of each head first what makes the query, then its gate.
        const each = parts(query, 2 * size);
        gatedBy[position] = each.flatMap((two) => two.slice(size));
        query = each.flatMap((two) => two.slice(0, size));
      }
      if (lenderOf(l) !== l)
        return {
          q: parts(query, size).map((head) => turned(norm(`${at}attn_q_norm`, head), position, l)),
          k: [],
          v: [],
        };
      const all = [query, part('k', heads * size, shared * size)].map((whole, i) => {
        const name = `${at}attn_${'qk'[i]}_norm`;
        const perHead = read(`${name}.weight`)?.length === size;
        const ofEach = is('stablelm') ? read(`${name}.weight`) : undefined;
        const each = parts(perHead || ofEach ? whole : norm(name, whole), size);
        return each.map((head, h) => {
          const normed = ofEach
            ? unit(head).map((value, c) => value * ofEach[h * size + c])
            : perHead
              ? norm(name, head)
              : head;
          const far = temperature && i === 0 ? Math.log(Math.floor(position / reach) + 1) * temperature + 1 : 1;
          return turned(normed, position, l).map((value) => value * far);
        });
      });
      const values = file.tensors.has(`${at}attn_v.weight`) || !is('gemma4') ? 'v' : 'k';
      const v = parts(part(values, (heads + shared) * size, shared * size), size);
      return { q: all[0], k: all[1], v: is('gemma4') ? v.map(plain) : v };
    });
    made[l] = rows;
    const lent = made[lenderOf(l)];
    rows.forEach((row, position) => Object.assign(row, { k: lent[position].k, v: lent[position].v }));
    const scale = latent ? scaleOfLatents() : is('gemma4') ? 1 : key('attention.scale') || 1 / Math.sqrt(size);
    const cap = key('attn_logit_softcapping');
    const sinks = read(`${at}attn_sinks.weight`);
    const window = windowOf(l);
    const bothWays = said('attention.causal') === false || is('gemma-embedding');
    found.push(
      Array.from({ length: heads }, (_, head): Attention => {
        const kv = Math.floor((head * shared) / heads);
        const sink: number[] = [];
        const weights = rows.map(({ q }, query) => {
          const seen = bothWays ? rows : rows.slice(0, query + 1);
          const scores = seen.map(({ k }, from) => {
            if (Math.abs(query - from) >= window) return -Infinity;
            const score = dot(q[head], k[kv]) * scale - slopes[head] * Math.abs(query - from);
            return cap ? cap * Math.tanh(score / cap) : score;
          });
          const own = sinks ? sinks[head] : -Infinity;
          const most = Math.max(own, ...scores);
          const sum = scores.reduce((total, score) => total + Math.exp(score - most), Math.exp(own - most));
          sink.push(Math.exp(own - most) / sum);
          return scores.map((score) => Math.exp(score - most) / sum);
        });
        return { weights, sink };
      }),
    );
    const growth = read(`${at}layer_output_scale.weight`)?.[0] ?? 1;
    stream = stream.map((x, query) => {
      const mixed = found.at(-1)!.flatMap(({ weights }, head) => {
        const kv = Math.floor((head * shared) / heads);
        return Array.from({ length: valueSize }, (_, c) =>
          weights[query].reduce((sum, weight, from) => sum + weight * rows[from].v[kv][c], 0),
        );
      });
      const given = gatedBy[query] ? mixed.map((value, i) => value / (1 + Math.exp(-gatedBy[query][i]))) : mixed;
      const behind = isNormBetween ? '' : `${at}post_attention_norm`;
      const attended = norm(behind, times(`${at}attn_output`, given)!).map((value) => value * residual);
      const fed = fedForward(at, x, attended);
      const own = ownRows[query][l];
      if (!own) return fed.map((value) => value * growth);
      const taken = times(`${at}inp_gate`, fed)!.map((value, i) => GELU(value) * own[i]);
      return add(fed, norm(`${at}post_norm`, times(`${at}proj`, taken)!)).map((value) => value * growth);
    });
  }
  const logits = (position: number): number[] =>
    times(file.tensors.has('output.weight') ? 'output' : 'token_embd', norm('output_norm', stream[position]))!;
  const given = said('pooling_type') === undefined ? stream : stream.map((x) => norm('output_norm', x)); // of an encoder
  return { attention: found, logits, last: given };
}
