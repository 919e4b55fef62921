/** What a GGUF file's header says about its model: which architecture, its sizes, its tensors. */
import { Problem } from '../../protocol/problem';
import type { GgufFile } from '../formats/ggufTypes';
import { required, stringOf } from '../formats/metadata';
import { ARCHITECTURES } from './architectures';
import type { Architecture } from './architectures/architecture';
import type { ModelConfig } from './config';
import { Keys } from './keys';
import { plainNorm, TensorNames, type ModelPlan, type PlannedVector } from './plan';

/** Throws Problem model-unsupported or model-invalid, naming the architecture or key. */
export function readConfig(file: GgufFile): ModelConfig {
  const architecture = architectureOf(file);
  const keys = new Keys(file, architecture.name);
  const config = architecture.config(keys);
  keys.refuseUnread();
  const { bothWays, headless, shapes } = config;
  // What a window or another mixer means to later tokens, no decoder's file says; an encoder's architecture does.
  if (bothWays && shapes.some(({ mixer }) => mixer.kind !== 'attention' || (mixer.window && !headless))) {
    throw keys.unsupported('attention.causal', 'is false in a model with windows or layers without attention');
  }
  return config;
}

/** `vocabulary`: how many tokens there are. */
export function planOf(file: GgufFile, config: ModelConfig, vocabulary: number): ModelPlan {
  const architecture = architectureOf(file);
  const { embedding: d, shapes } = config;
  const names = new TensorNames(file);
  return {
    tokenEmbedding: names.matrix('token_embd.weight', vocabulary, d),
    ...(names.has('position_embd.weight') && {
      positionEmbedding: names.matrix('position_embd.weight', config.context, d),
    }),
    ...(architecture.normsEmbedding && { embeddingNorm: names.norm('token_embd_norm', d) }),
    layers: shapes.map((shape, l) => architecture.layer(names.ofBlock(l), config, shape, l)),
    ...layerScales(names, architecture, config),
    ...perLayer(names, config, vocabulary),
    ...(names.has('token_types.weight') && { typeEmbedding: firstType(file, d) }),
    ...((!config.headless || names.has('output_norm.weight')) && {
      outputNorm:
        architecture.outputNorm === null ? plainNorm(d) : names.norm(architecture.outputNorm ?? 'output_norm', d),
    }),
    ...(names.has('output.bias') && { outputBias: names.vector('output.bias', vocabulary) }),
    ...(names.has('output.weight') && { output: names.matrix('output.weight', vocabulary, d) }),
    ropeFactors: ropeFactors(names, config),
    ignored: [...file.tensors.keys()].filter(
      (name) => architecture.ignored?.test(name) || isFurther(name, config) || isLent(name, config),
    ),
  };
}

function perLayer(
  names: TensorNames,
  { perLayer: width, layers, embedding }: ModelConfig,
  vocabulary: number,
): Partial<ModelPlan> {
  if (!width) return {};
  const all = width * layers;
  return {
    perLayer: {
      table: names.matrix('per_layer_token_embd.weight', vocabulary, all),
      projection: names.matrix('per_layer_model_proj.weight', all, embedding),
      norm: names.norm('per_layer_proj_norm', width),
    },
  };
}

/** 1 of a layer that has none. */
function layerScales(names: TensorNames, { layerScale }: Architecture, { layers }: ModelConfig): Partial<ModelPlan> {
  if (!layerScale) return {};
  const each = Array.from({ length: layers }, (_, l) => names.ofBlock(l).vectorIfThere(layerScale, 1));
  return { layerScales: each.map((scale) => scale ?? plainNorm(1).weight) };
}

/** The first row: of a text that is one sentence. */
function firstType(file: GgufFile, d: number): PlannedVector {
  const name = 'token_types.weight';
  const types = file.tensors.get(name)!.shape[1] ?? 1;
  return { kind: 'vector', name, length: d, whole: d * types, shape: [d, types], first: 0 };
}

/** Whether a tensor is of a block that predicts further tokens. */
function isFurther(name: string, { layers, further = 0 }: ModelConfig): boolean {
  const [, block] = /^blk\.(\d+)\./.exec(name) ?? [];
  return block !== undefined && Number(block) >= layers && Number(block) < layers + further;
}

/** Whether a tensor would make keys or values of a layer that reads another's. */
function isLent(name: string, { shapes }: ModelConfig): boolean {
  const [, block] = /^blk\.(\d+)\.attn_(k|v|k_norm)\.weight$/.exec(name) ?? [];
  const mixer = block === undefined ? undefined : shapes[Number(block)]?.mixer;
  return mixer?.kind === 'attention' && mixer.sharesWith !== undefined;
}

/** Those that the layers' rotations name, each once. */
function ropeFactors(names: TensorNames, { shapes }: ModelConfig): PlannedVector[] {
  const found = new Map<string, PlannedVector>();
  for (const { mixer } of shapes) {
    if (mixer.kind !== 'attention') continue;
    const { factors, long, dim } = mixer.rope ?? {};
    for (const name of [factors, long?.factors]) {
      if (name !== undefined) found.set(name, names.vector(name, dim! / 2));
    }
  }
  return [...found.values()];
}

function architectureOf(file: GgufFile): Architecture {
  const name = required(file, 'general.architecture', stringOf(file, 'general.architecture'));
  const found = ARCHITECTURES.get(name);
  if (found) return found;
  const supported = [...ARCHITECTURES.keys()];
  throw new Problem(
    'model-unsupported',
    `The architecture “${name}” is not supported. Supported: ${supported.join(', ')}.`,
    { file: file.source.name, subject: name, supported },
  );
}
