/** What the metadata of nearly all decoders says alike: sizes of the residual stream, of heads, of experts, rotation. */
import type { RopePairing } from '../../kernel/kernel';
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { AttentionShape, RopeShape } from '../mixers/attentionParts';
import type { FeedForwardShape, LayerShape } from '../shape';

/** What the metadata does not say: each architecture's own conventions. */
export interface Conventions {
  /** 'adjacent' turns (2i, 2i + 1), 'half' turns (i, i + dim/2). */
  ropePairing: RopePairing;
  /** Whether a layer turns queries and keys with their position; all do unless it says otherwise. */
  turns?: (layer: number) => boolean;
  /** RMSNorm unless it says otherwise. */
  norm?: ModelConfig['norm'];
  /** SiLU unless it says otherwise. */
  activation?: ModelConfig['activation'];
  /** Whether the chosen experts' probabilities are divided by their sum. */
  renormalizeExperts?: boolean;
  /** Whether blocks may follow that predict further tokens (MTP), and are not run. */
  predictsFurther?: boolean;
  /** Whether files may say of layers without attention that they have no heads of keys and values. */
  mixed?: boolean;
  /** Whether values may be of another size than queries and keys. */
  valuesApart?: boolean;
  /** Whether files may say ε under LayerNorm's name, although the norm is RMSNorm. */
  eitherEpsilon?: boolean;
}

/** As `decoder` reads it: every layer has attention; an architecture puts other mixers in its place. */
export interface DecoderConfig extends ModelConfig {
  shapes: readonly (LayerShape & { mixer: AttentionShape })[];
}

/** Bounds that keep a lying file from asking for absurd amounts; far above any model this engine could run. */
export const MAX = { layers: 1024, heads: 1024, headDim: 4096, embedding: 1 << 20, experts: 4096 } as const;

export function decoder(
  keys: Keys,
  {
    ropePairing,
    turns = () => true,
    norm = 'rms',
    activation = 'silu',
    renormalizeExperts = true,
    predictsFurther = false,
    mixed = false,
    valuesApart = false,
    eitherEpsilon = false,
  }: Conventions,
): DecoderConfig {
  const bothWays = keys.boolean('attention.causal') === false ? { bothWays: true as const } : {};
  const embedding = keys.integerRequired('embedding_length', MAX.embedding);
  const blocks = keys.integerRequired('block_count', MAX.layers);
  const further = predictsFurther ? (keys.integer('nextn_predict_layers', blocks - 1, 0) ?? 0) : 0;
  const layers = blocks - further;
  const heads = keys.perLayer('attention.head_count', layers, MAX.heads);
  if (!heads) throw keys.invalid('attention.head_count', 'is missing');
  const kvHeads = keys.perLayer('attention.head_count_kv', layers, MAX.heads, mixed ? 0 : 1) ?? heads;
  const keyDim = keys.integer('attention.key_length', MAX.headDim) ?? Math.floor(embedding / heads[0]);
  const headDim = keys.integer('attention.value_length', MAX.headDim) ?? keyDim;
  if (headDim !== keyDim && !valuesApart) {
    throw keys.unsupported('attention.value_length', `is ${headDim}, other than the keys' ${keyDim}`);
  }
  const experts = keys.integer('expert_count', MAX.experts, 0) ?? 0;
  const expertsUsed = experts > 0 ? keys.integerRequired('expert_used_count', experts) : 0;
  const isTurned = heads.some((_, l) => turns(l));
  const rope = isTurned ? ropeOf(keys, keyDim) : undefined;
  if (!isTurned) keys.passOver(/^rope\./);
  const shapes = heads.map((count, l): DecoderConfig['shapes'][number] => {
    if (kvHeads[l] > 0 && count % kvHeads[l] !== 0) {
      throw keys.invalid('attention.head_count_kv', `is ${kvHeads[l]}, which does not divide the ${count} heads`);
    }
    const sizes = { heads: count, kvHeads: kvHeads[l], headDim, keyDim };
    return {
      mixer: {
        kind: 'attention',
        ...sizes,
        scale: 1 / Math.sqrt(keyDim),
        rope: turns(l) ? rope : undefined,
        ...bothWays,
      },
      feedForward: feedForwardShape(keys, l, experts, expertsUsed),
    };
  });
  return {
    architecture: keys.architecture,
    embedding,
    layers,
    shapes,
    heads: Math.max(...heads),
    ropePairing,
    norm,
    epsilon:
      (eitherEpsilon ? keys.positive('attention.layer_norm_rms_epsilon') : undefined) ??
      keys.positiveRequired(`attention.layer_norm_${norm === 'rms' && !eitherEpsilon ? 'rms_' : ''}epsilon`),
    activation,
    parallelResidual: false,
    ...bothWays,
    embeddingScale: 1,
    residualScale: 1,
    logitScale: 1,
    context: keys.integerRequired('context_length', 2 ** 31),
    experts,
    expertsUsed,
    routing: { score: 'softmax', renormalize: renormalizeExperts, scale: 1 },
    ...(further > 0 && { further }),
  };
}

/** With more said of each layer's attention. */
export const withAttention = (config: DecoderConfig, more: Partial<AttentionShape>): DecoderConfig => ({
  ...config,
  shapes: config.shapes.map(({ mixer, feedForward }) => ({ mixer: { ...mixer, ...more }, feedForward })),
});

/** What queries, keys and values are kept within; undefined: anything. */
export function clampOf(keys: Keys): number | undefined {
  const clamp = keys.number('attention.clamp_kqv') || undefined;
  if (clamp !== undefined && clamp < 0) throw keys.invalid('attention.clamp_kqv', `is ${clamp}, below 0`);
  return clamp;
}

/** llama.cpp takes scaling for linear when its type is missing, and a factor of 0 for none. */
function ropeOf(keys: Keys, keyDim: number): RopeShape {
  const dim = keys.integer('rope.dimension_count', keyDim) ?? keyDim;
  if (dim % 2 !== 0) throw keys.invalid('rope.dimension_count', `is ${dim}, which is odd`);
  const theta = keys.positive('rope.freq_base') ?? 10_000;
  const type = keys.string('rope.scaling.type') ?? 'linear';
  const long = longFactors(keys);
  if (type !== 'none' && type !== 'linear' && type !== 'yarn' && !(type === 'longrope' && long)) {
    throw keys.unsupported('rope.scaling.type', `is '${type}'`);
  }
  // Old files name the factor rope.scale_linear.
  const factor = keys.number('rope.scaling.factor') || keys.number('rope.scale_linear') || 1;
  if (!(factor > 0)) throw keys.invalid('rope.scaling.factor', `must be positive, not ${factor}`);
  const scale = type === 'none' ? 1 : factor;
  const factors = keys.has('rope_freqs.weight') ? { factors: 'rope_freqs.weight' } : long;
  const magnitude = keys.positive('rope.scaling.attn_factor') ?? 1;
  if (type !== 'yarn') return { dim, theta, scale, magnitude, ...factors };
  const context = keys.integerRequired('context_length', 2 ** 31);
  const original = keys.integer('rope.scaling.original_context_length', 2 ** 31) ?? context;
  return { dim, theta, scale, magnitude: magnitude * (1 + 0.1 * Math.log(scale)), yarn: { original }, ...factors };
}

/** One set of factors for short contexts, one for long ones. */
function longFactors(keys: Keys): Pick<RopeShape, 'factors' | 'long'> | undefined {
  const ifThere = (name: string): { factors?: string } => (keys.has(name) ? { factors: name } : {});
  const [short, long] = [ifThere('rope_factors_short.weight'), ifThere('rope_factors_long.weight')];
  if (!short.factors && !long.factors) return undefined;
  const context = keys.integerRequired('context_length', 2 ** 31);
  const beyond = keys.integer('rope.scaling.original_context_length', 2 ** 31) ?? context;
  return { ...short, long: { ...long, beyond } };
}

/** A layer has experts where it has a router; how many hidden units, its tensors tell. */
function feedForwardShape(keys: Keys, l: number, experts: number, expertsUsed: number): FeedForwardShape {
  const rows = (name: string): number => keys.rowsOf(`blk.${l}.${name}.weight`);
  if (!keys.has(`blk.${l}.ffn_gate_inp.weight`)) {
    return { hidden: rows('ffn_up'), experts: 0, expertsUsed: 0, sharedHidden: 0 };
  }
  if (experts === 0) throw keys.invalid('expert_count', `is missing, although layer ${l} has a router`);
  return {
    hidden: rows('ffn_up_exps') || rows('ffn_gate_up_exps') / 2,
    experts,
    expertsUsed,
    sharedHidden: rows('ffn_up_shexp'),
  };
}
