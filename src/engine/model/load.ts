/** Opens a GGUF model: header, tokenizer, kernel, weights. */
import type { LayerCard, MixerCard, ModelCard, RoutingCard } from '../../protocol/explanation';
import type { ByteSource } from '../formats/byteSource';
import { readGguf } from '../formats/gguf';
import { GgmlType } from '../formats/ggmlTypes';
import { asLlamaCpp } from '../formats/ollamaVariants';
import type { GgufFile } from '../formats/ggufTypes';
import { createKernel } from '../kernel/choose';
import type { ThreadOptions } from '../kernel/instance';
import type { Kernel, KernelName } from '../kernel/kernel';
import { tokenizerFromGguf } from '../tokenizer/fromGguf';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { cutName } from '../../shared/cutText';
import { wellFormed } from '../tokenizer/utf8';
import type { ModelConfig } from './config';
import { planOf, readConfig } from './describe';
import type { AttentionShape } from './mixers/attentionParts';
import type { Model } from './model';
import { loadWeights, openWeights, telling, type LoadProgress } from './loadWeights';
import { isWeighedApart } from './route';
import { checkPlan, countParameters, type ModelPlan } from './plan';
import { hasNetwork, type LayerShape } from './shape';

export interface LoadedModel extends Model {
  tokenizer: Tokenizer;
  card: ModelCard;
  /** Nothing may be asked of it afterwards. */
  close(): void;
}

/** Reads everything; the source may be closed afterwards. Throws Problem file-missing, model-invalid, model-unsupported or out-of-memory. */
export async function loadModel(
  source: ByteSource,
  onProgress?: LoadProgress,
  preferredKernel?: KernelName,
  threads?: ThreadOptions,
): Promise<LoadedModel> {
  const file = asLlamaCpp(readGguf(source));
  const { config, tokenizer, plan } = describe(file);
  const kernel = await createKernel(preferredKernel, threads);
  const weights = await loadWeights(file, config, kernel, tokenizer.vocabSize, onProgress).catch((thrown: unknown) => {
    kernel.close();
    throw thrown;
  });
  const card = modelCard(file, config, plan, tokenizer.vocabSize, kernel.name);
  return { config, weights, kernel, tokenizer, card, close: () => kernel.close() };
}

export interface StartOptions {
  /** Until the model can be asked. */
  onProgress?: LoadProgress;
  kernel?: KernelName;
  threads?: ThreadOptions;
  /** Packed weights beyond so many bytes are not kept: they are read anew each time, so many bytes together. */
  memoryLimit?: number;
  slotBytes?: number;
}

/**
 * Reads what every text needs first; layers come when they are leased. The source is the model's from now on: it is closed
 * when all is read, or with the model, or when this throws, which it does as `loadModel`.
 */
export async function startModel(source: ByteSource, options: StartOptions = {}): Promise<LoadedModel> {
  const { onProgress = () => {}, memoryLimit, slotBytes } = options;
  let kernel: Kernel | undefined;
  try {
    const file = asLlamaCpp(readGguf(source));
    const { config, tokenizer, plan } = describe(file);
    kernel = await createKernel(options.kernel, options.threads);
    const weights = await openWeights(file, config, kernel, tokenizer.vocabSize, {
      pause: telling(file, onProgress),
      memoryLimit,
      slotBytes,
      complete: () => source.close(),
    });
    const card = modelCard(file, config, plan, tokenizer.vocabSize, kernel.name);
    const { bytesPerPass } = weights;
    const opened = kernel;
    const close = (): void => {
      opened.close();
      source.close();
    };
    return { config, weights, kernel, tokenizer, card: { ...card, ...(bytesPerPass && { bytesPerPass }) }, close };
  } catch (thrown) {
    kernel?.close();
    source.close();
    throw thrown;
  }
}

/** What the header alone tells. Throws as `loadModel` does, before any weight is read. */
export function inspectModel(source: ByteSource): ModelCard {
  const file = asLlamaCpp(readGguf(source));
  const { config, tokenizer, plan } = describe(file);
  return modelCard(file, config, plan, tokenizer.vocabSize, '');
}

function describe(file: GgufFile): { config: ModelConfig; tokenizer: Tokenizer; plan: ModelPlan } {
  const config = readConfig(file);
  const tokenizer = tokenizerFromGguf(file, config.headless);
  const plan = planOf(file, config, tokenizer.vocabSize);
  checkPlan(file, plan);
  return { config, tokenizer, plan };
}

function modelCard(
  file: GgufFile,
  config: ModelConfig,
  plan: ModelPlan,
  vocabulary: number,
  kernel: string,
): ModelCard {
  const name = file.metadata.get('general.name');
  const fileName = file.source.name.split(/[\\/]/).pop()!;
  const [parameters, activeParameters] = countParameters(file, plan, config);
  const attention = config.shapes.map(({ mixer }) => mixer).find((mixer) => mixer.kind === 'attention');
  return {
    name: typeof name === 'string' && name.trim() ? cutName(wellFormed(name)) : fileName,
    architecture: config.architecture,
    quantization: commonestType(file),
    sha256: null,
    path: file.source.name,
    layers: config.layers,
    layerCards: config.shapes.map((shape) => layerCard(shape)),
    neuron: neuronFormula(config, plan),
    heads: config.heads,
    kvHeads: attention?.kvHeads ?? 0,
    headDim: attention?.headDim ?? config.shapes[0].mixer.headDim,
    embedding: config.embedding,
    vocabulary,
    ...(config.bothWays && { bothWays: true }),
    context: config.context,
    experts: config.experts,
    expertsUsed: config.expertsUsed,
    ...(isWeighedApart(config) && { routing: routingCard(config, plan) }),
    parameters,
    activeParameters,
    kernel,
  };
}

function routingCard({ routing }: ModelConfig, { layers }: ModelPlan): RoutingCard {
  return { ...routing, bias: layers.some(({ moe }) => moe?.choiceBias !== undefined) };
}

function attentionCard({ kind, heads, window, sinks, sharesWith, latent }: AttentionShape): MixerCard {
  return {
    kind,
    heads,
    ...(window && { window }),
    ...(sinks && { sinks }),
    ...(sharesWith !== undefined && { sharesWith }),
    ...(latent && { latent: true }),
  };
}

function layerCard(shape: LayerShape): LayerCard {
  const { mixer } = shape;
  const { kind, heads } = mixer;
  const own: MixerCard =
    kind === 'convolution'
      ? { kind, heads, taps: mixer.taps }
      : kind === 'attention'
        ? attentionCard(mixer)
        : { kind, heads };
  return { mixer: own, feedForward: hasNetwork(shape) ? networkCard(shape) : 'none' };
}

const networkCard = ({ feedForward: { experts, sharedHidden } }: LayerShape): LayerCard['feedForward'] =>
  experts === 0 ? 'dense' : sharedHidden > 0 ? 'experts-and-shared' : 'experts';

/** What the down matrix multiplies. */
function neuronFormula({ activation }: ModelConfig, { layers }: ModelPlan): string {
  const gated = layers.some(({ dense, moe }) => (moe?.experts[0] ?? dense)?.gate);
  if (activation === 'relu-squared') return 'relu(up)²';
  const [name, linear] = activation === 'clamped-silu' ? ['clamped silu', '(up + 1)'] : [activation, 'up'];
  return gated ? `${name}(gate) · ${linear}` : `${name}(up)`;
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
