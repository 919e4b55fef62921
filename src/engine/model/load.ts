/** Opens a GGUF model: header, tokenizer, kernel, weights. */
import type { ModelCard } from '../../protocol/explanation';
import type { ByteSource } from '../formats/byteSource';
import { readGguf } from '../formats/gguf';
import { GgmlType } from '../formats/ggmlTypes';
import type { GgufFile } from '../formats/ggufTypes';
import { createKernel } from '../kernel/choose';
import type { ThreadOptions } from '../kernel/instance';
import type { KernelName } from '../kernel/kernel';
import { tokenizerFromGguf } from '../tokenizer/fromGguf';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { readConfig, type ModelConfig } from './config';
import type { Model } from './model';
import { loadWeights, refuseUnknownTensors, type LoadProgress } from './weights';

export interface LoadedModel extends Model {
  tokenizer: Tokenizer;
  card: ModelCard;
}

/** Reads everything. Throws Problem file-missing, model-invalid, model-unsupported or out-of-memory. */
export async function loadModel(
  source: ByteSource,
  onProgress?: LoadProgress,
  preferredKernel?: KernelName,
  threads?: ThreadOptions,
): Promise<LoadedModel> {
  const file = readGguf(source);
  const config = readConfig(file);
  refuseUnknownTensors(file);
  const tokenizer = tokenizerFromGguf(file);
  const kernel = await createKernel(preferredKernel, threads);
  const weights = await loadWeights(file, config, kernel, tokenizer.vocabSize, onProgress).catch((thrown: unknown) => {
    kernel.close();
    throw thrown;
  });
  return { config, weights, kernel, tokenizer, card: modelCard(file, config, tokenizer.vocabSize, kernel.name) };
}

/** What the header alone tells. Throws as `loadModel` does, before any weight is read. */
export function inspectModel(source: ByteSource): ModelCard {
  const file = readGguf(source);
  const config = readConfig(file);
  refuseUnknownTensors(file);
  return modelCard(file, config, tokenizerFromGguf(file).vocabSize, '');
}

function modelCard(file: GgufFile, config: ModelConfig, vocabulary: number, kernel: string): ModelCard {
  const name = file.metadata.get('general.name');
  const fileName = file.source.name.split(/[\\/]/).pop()!;
  let parameters = 0;
  let inExperts = 0;
  for (const tensor of file.tensors.values()) {
    const weights = tensor.shape.reduce((product, size) => product * size, 1);
    parameters += weights;
    if (/_exps\.weight$/.test(tensor.name)) inExperts += weights;
  }
  const { mixer: attention } = config.shapes[0];
  const idle = config.experts > 0 ? inExperts * (1 - config.expertsUsed / config.experts) : 0;
  return {
    name: typeof name === 'string' && name.trim() ? name : fileName,
    architecture: config.architecture,
    quantization: commonestType(file),
    sha256: null,
    path: file.source.name,
    layers: config.layers,
    heads: config.heads,
    kvHeads: attention.kvHeads,
    headDim: attention.headDim,
    embedding: config.embedding,
    vocabulary,
    context: config.context,
    experts: config.experts,
    expertsUsed: config.expertsUsed,
    parameters,
    activeParameters: Math.round(parameters - idle),
    kernel,
  };
}

/** The type that most of the weights have. */
function commonestType(file: GgufFile): string {
  const weights = new Map<GgmlType, number>();
  for (const { type, shape } of file.tensors.values()) {
    weights.set(type, (weights.get(type) ?? 0) + shape.reduce((product, size) => product * size, 1));
  }
  const [type] = [...weights].sort((a, b) => b[1] - a[1])[0];
  return GgmlType[type];
}
