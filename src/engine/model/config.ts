/**
 * Which transformer a GGUF file describes: sizes and conventions, from its metadata, checked before anything is
 * allocated. Keys and conventions follow llama.cpp's src/llama-model.cpp and llama-arch.cpp.
 */
import { Problem } from '../../protocol/problem';
import type { GgufFile, GgufValue } from '../formats/ggufTypes';
import type { RopePairing } from '../kernel/kernel';
import type { FeedForwardShape, LayerShape } from './shape';

export interface ModelConfig {
  architecture: string;
  /** Width of the residual stream. */
  embedding: number;
  layers: number;
  /** [layers] */
  shapes: readonly LayerShape[];
  /** The most that any layer has: tables of heads have [layers][heads] cells. */
  heads: number;
  /** Elements of each head that are rotated; ≤ headDim. */
  ropeDim: number;
  ropeTheta: number;
  /** Positions are divided by this ('linear' scaling). */
  ropeScale: number;
  ropePairing: RopePairing;
  rmsEpsilon: number;
  /** Tokens the model was trained to look back over. */
  context: number;
  /** The most that any layer has; 0 for a dense model. */
  experts: number;
  expertsUsed: number;
  /** Divide the chosen experts' probabilities by their sum. */
  renormalizeExperts: boolean;
}

interface Conventions {
  ropePairing: RopePairing;
  renormalizeExperts: boolean;
}

/** What the metadata does not say: each architecture's own conventions. */
const ARCHITECTURES: Readonly<Record<string, Conventions>> = {
  llama: { ropePairing: 'adjacent', renormalizeExperts: true }, // Llama, Mistral, Mixtral
  qwen2: { ropePairing: 'half', renormalizeExperts: false },
  qwen2moe: { ropePairing: 'half', renormalizeExperts: false },
  qwen3: { ropePairing: 'half', renormalizeExperts: true },
  qwen3moe: { ropePairing: 'half', renormalizeExperts: true },
  olmoe: { ropePairing: 'half', renormalizeExperts: false },
};

/** Bounds that keep a lying file from asking for absurd amounts; far above any model this engine could run. */
const MAX = { layers: 1024, heads: 1024, headDim: 4096, embedding: 1 << 20, experts: 4096 } as const;

/** Throws Problem model-unsupported or model-invalid, naming the key. */
export function readConfig(file: GgufFile): ModelConfig {
  const architecture = file.metadata.get('general.architecture');
  if (typeof architecture !== 'string') {
    throw new Problem('model-invalid', 'The file does not name its architecture.', {
      file: file.source.name,
      subject: 'general.architecture',
    });
  }
  const conventions = Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
  if (!conventions) {
    throw new Problem(
      'model-unsupported',
      `The architecture “${architecture}” is not supported. Supported: ${Object.keys(ARCHITECTURES).join(', ')}.`,
      { file: file.source.name, subject: architecture, supported: Object.keys(ARCHITECTURES) },
    );
  }
  const key = (name: string): string => `${architecture}.${name}`;
  const whole = (name: string, max: number, fallback?: number): number => wholeNumber(file, key(name), max, fallback);

  const embedding = whole('embedding_length', MAX.embedding);
  const heads = whole('attention.head_count', MAX.heads);
  const kvHeads = whole('attention.head_count_kv', MAX.heads, heads);
  const headDim = whole('attention.key_length', MAX.headDim, Math.floor(embedding / heads));
  if (whole('attention.value_length', MAX.headDim, headDim) !== headDim) {
    throw unsupported(file, key('attention.value_length'), 'Keys and values of different length');
  }
  if (heads % kvHeads !== 0) {
    throw invalid(file, key('attention.head_count_kv'), `${kvHeads} does not divide the ${heads} heads`);
  }
  const ropeDim = whole('rope.dimension_count', headDim, headDim);
  if (ropeDim % 2 !== 0) throw invalid(file, key('rope.dimension_count'), `${ropeDim} is odd`);
  const experts = count(file, key('expert_count'), MAX.experts);
  const expertsUsed = experts > 0 ? whole('expert_used_count', experts) : 0;
  const layers = whole('block_count', MAX.layers);
  const mixer = { kind: 'attention', heads, kvHeads, headDim, scale: 1 / Math.sqrt(headDim) } as const;
  const shapes = Array.from({ length: layers }, (_, l) => ({
    mixer,
    feedForward: feedForwardShape(file, l, experts, expertsUsed),
  }));

  return {
    architecture,
    embedding,
    layers,
    shapes,
    heads,
    ropeDim,
    ropeTheta: positive(file, key('rope.freq_base'), 10_000),
    ropeScale: ropeScale(file, architecture),
    ropePairing: conventions.ropePairing,
    rmsEpsilon: positive(file, key('attention.layer_norm_rms_epsilon')),
    context: whole('context_length', 2 ** 31),
    experts,
    expertsUsed,
    renormalizeExperts: conventions.renormalizeExperts,
  };
}

/** A layer has experts where it has a router; how many hidden units, its tensors tell. */
function feedForwardShape(file: GgufFile, l: number, experts: number, expertsUsed: number): FeedForwardShape {
  const rows = (name: string): number => file.tensors.get(`blk.${l}.${name}.weight`)?.shape[1] ?? 0;
  if (!file.tensors.has(`blk.${l}.ffn_gate_inp.weight`)) {
    return { hidden: rows('ffn_gate'), experts: 0, expertsUsed: 0, sharedHidden: 0 };
  }
  return { hidden: rows('ffn_gate_exps'), experts, expertsUsed, sharedHidden: rows('ffn_gate_shexp') };
}

/** llama.cpp takes scaling for linear when its type is missing, and a factor of 0 for none. */
function ropeScale(file: GgufFile, architecture: string): number {
  const type = file.metadata.get(`${architecture}.rope.scaling.type`) ?? 'linear';
  if (type === 'none') return 1;
  if (type !== 'linear') {
    throw unsupported(file, `${architecture}.rope.scaling.type`, `Rotary scaling of type “${String(type)}”`);
  }
  // Old files name the factor rope.scale_linear.
  for (const key of ['rope.scaling.factor', 'rope.scale_linear']) {
    const name = `${architecture}.${key}`;
    const factor = asNumber(file.metadata.get(name));
    if (factor !== undefined && factor !== 0) return positive(file, name);
  }
  return 1;
}

function asNumber(value: GgufValue | undefined): number | undefined {
  return typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : undefined;
}

/** A whole number in 1 … max. Per-layer arrays are accepted when every layer has the same value. */
function wholeNumber(file: GgufFile, key: string, max: number, fallback?: number): number {
  let value = file.metadata.get(key);
  if (Array.isArray(value)) {
    const [first, ...rest] = value as GgufValue[];
    if (rest.some((other) => other !== first)) throw unsupported(file, key, 'A value that differs from layer to layer');
    value = first;
  }
  const number = value === undefined ? fallback : asNumber(value);
  if (number === undefined) throw invalid(file, key, value === undefined ? 'it is missing' : 'it is not a number');
  if (!(Number.isInteger(number) && number >= 1 && number <= max)) {
    throw invalid(file, key, `${number} is not a whole number from 1 to ${max}`);
  }
  return number;
}

function count(file: GgufFile, key: string, max: number): number {
  const value = asNumber(file.metadata.get(key)) ?? 0;
  return value === 0 ? 0 : wholeNumber(file, key, max);
}

function positive(file: GgufFile, key: string, fallback?: number): number {
  const number = asNumber(file.metadata.get(key)) ?? fallback;
  if (number === undefined || !(number > 0 && Number.isFinite(number))) {
    throw invalid(file, key, number === undefined ? 'it is missing' : `${number} is not positive`);
  }
  return number;
}

function invalid(file: GgufFile, key: string, what: string): Problem {
  return new Problem('model-invalid', `The model's “${key}” cannot be right: ${what}.`, {
    file: file.source.name,
    subject: key,
  });
}

function unsupported(file: GgufFile, key: string, what: string): Problem {
  return new Problem('model-unsupported', `${what} (“${key}”) is not supported.`, {
    file: file.source.name,
    subject: key,
  });
}
