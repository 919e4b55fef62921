/**
 * Every convention of the random-weight models is at work in them: without it the answer, which is llama.cpp's
 * (llamacpp.test.ts), is another.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import type { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import type { Buf, Kernel } from '../../../../src/engine/kernel/kernel';
import { createWasmKernel } from '../../../../src/engine/kernel/wasm';
import type { ModelConfig } from '../../../../src/engine/model/config';
import { readConfig } from '../../../../src/engine/model/describe';
import { forward } from '../../../../src/engine/model/forward';
import { loadWeights } from '../../../../src/engine/model/loadWeights';
import { logitsAt } from '../../../../src/engine/model/logits';
import type { AttentionShape, RopeShape } from '../../../../src/engine/model/mixers/attentionParts';
import type { AttentionWeights, Layer } from '../../../../src/engine/model/layerWeights';
import type { Weights } from '../../../../src/engine/model/weights';
import { Trace } from '../../../../src/engine/trace/trace';

const IDS = Array.from({ length: 40 }, (_, i) => 5 + ((i * 37) % 200));
/** Far above what two ways of computing the same differ by (llamacpp.test.ts). */
const LEAST = 0.02;

type Change = (config: ModelConfig) => ModelConfig;
/** What is changed once the weights are there. */
interface LateChange {
  layer?: (layer: Layer) => void;
  weights?: (weights: Weights) => void;
  kernel?: Partial<Kernel>;
}
/** In layers that have attention. */
const mixers =
  (change: (mixer: AttentionShape, l: number) => Partial<AttentionShape>): Change =>
  (config) => ({
    ...config,
    shapes: config.shapes.map((shape, l) => {
      const { mixer } = shape;
      return mixer.kind === 'attention' ? { ...shape, mixer: { ...mixer, ...change(mixer, l) } } : shape;
    }),
  });
const rope = (change: Partial<RopeShape>): Change =>
  mixers(({ rope: own }) => ({ rope: own && { ...own, ...change } }));

/** Short convolutions of four positions see the present one alone. */
function presentOnly(mixer: Layer['mixer']): void {
  if ('convolve' in mixer) mixer.convolve.f32.forEach((_, i, all) => (all[i] *= Number(i % 4 === 3)));
}

const SIGMOID_SHARE = 1.702;
const FEATURES: [file: string, feature: string, without: Change | LateChange][] = [
  ['llama-yarn', 'YaRN', rope({ yarn: undefined })],
  ['llama-yarn', 'its magnitude', rope({ magnitude: 1 })],
  ['gpt2', 'LayerNorm', (config) => ({ ...config, norm: 'rms' })],
  ['gpt2', 'GELU', (config) => ({ ...config, activation: 'silu' })],
  ['gptneox-parallel', 'both parts from one stream', (config) => ({ ...config, parallelResidual: false })],
  ['gptneox-serial', 'one part after the other', (config) => ({ ...config, parallelResidual: true })],
  ['gptneox-serial', 'the part of a head that turns', rope({ dim: 14 })],
  ['smollm3', 'the layer that does not turn', mixers((_, l) => (l === 3 ? { rope: { dim: 12, theta: 1e4, scale: 1, magnitude: 1 } } : {}))], // prettier-ignore
  ['olmo3', 'windows', mixers(() => ({ window: undefined }))],
  ['olmo3', 'scaling outside windows alone', rope({ scale: 2.5 })],
  ['gemma2', 'windows', mixers(() => ({ window: undefined }))],
  ['gemma2', 'the cap on scores', mixers(() => ({ softcap: undefined }))],
  ['gemma2', 'the cap on logits', (config) => ({ ...config, logitSoftcap: undefined })],
  ['gemma2', 'the scale of the embedding', (config) => ({ ...config, embeddingScale: 1 })],
  ['gemma3', 'windows', mixers(() => ({ window: undefined }))],
  ['gemma3', 'their own rotation', mixers(({ rope: own }) => ({ rope: own && { ...own, theta: 5000 } }))],
  ['phi3-short', 'the scale of what turns', rope({ magnitude: 1 })],
  ['phi3-long', 'the factors of long contexts', mixers(({ rope: own }) => ({ rope: own && { ...own, long: { ...own.long, beyond: 1000 } } }))], // prettier-ignore
  ['phi3-short', 'the factors of short contexts', mixers(({ rope: own }) => ({ rope: own && { ...own, long: { ...own.long, beyond: 0 } } }))], // prettier-ignore
  ['gpt-oss', 'windows', mixers(() => ({ window: undefined }))],
  ['gpt-oss', 'YaRN', rope({ yarn: undefined })],
  ['gpt-oss', 'sinks', { layer: ({ mixer }) => void (mixer as AttentionWeights).sinks!.f32.fill(-1e4) }],
  ['gpt-oss', 'the bias of the router', { layer: ({ moe }) => void moe!.routerBias!.f32.fill(0) }],
  ['gpt-oss', 'the biases of experts', { layer: ({ moe }) => moe!.experts.forEach(({ downBias }) => downBias!.f32.fill(0)) }], // prettier-ignore
  [
    'gpt-oss',
    'weights over the chosen experts alone',
    (config) => ({ ...config, routing: { ...config.routing, renormalize: false } }),
  ],
  ['gpt-oss', 'the clamp', { kernel: { clampedSwiglu: unclamped } }],
  ['gemma', 'the scale of the embedding', (config) => ({ ...config, embeddingScale: 1 })],
  ['gemma', 'GELU', (config) => ({ ...config, activation: 'silu' })],
  ['starcoder2', 'LayerNorm', (config) => ({ ...config, norm: 'rms' })],
  ['glm4', 'the part of a head that turns', rope({ dim: 10 })],
  ['granite', 'the scale of the embedding', (config) => ({ ...config, embeddingScale: 1 })],
  ['granite', 'the scale of scores', mixers(({ headDim }) => ({ scale: 1 / Math.sqrt(headDim) }))],
  ['granite', 'the scale of residuals', (config) => ({ ...config, residualScale: 1 })],
  ['granite', 'the scale of logits', (config) => ({ ...config, logitScale: 1 })],
  ['qwen35', 'the gate of attention', mixers(() => ({ gated: false }))],
  ['qwen35', 'the part of a head that turns', rope({ dim: 12 })],
  ['qwen35', 'the pair that stands still', rope({ sections: undefined })],
  ['lfm2', 'the window of attention', mixers(() => ({ window: undefined }))],
  ['lfm2', 'what the convolution sees before', { layer: ({ mixer }) => presentOnly(mixer) }],
  ['qwen35moe', 'the gate of attention', mixers(() => ({ gated: false }))],
  ['granitehybrid', 'the scale of residuals', (config) => ({ ...config, residualScale: 1 })],
  [
    'granitehybrid',
    'no rotation',
    mixers(({ keyDim }) => ({ rope: { dim: keyDim, theta: 1e4, scale: 1, magnitude: 1 } })),
  ],
  ['granitehybrid', 'keys of two groups of heads', farApart],
  ['nemotron_h', 'squared ReLU', (config) => ({ ...config, activation: 'gelu' })],
  [
    'nemotron_h',
    'no rotation',
    mixers(({ keyDim }) => ({ rope: { dim: keyDim, theta: 500, scale: 1, magnitude: 1 } })),
  ],
  ['nemotron_h', 'keys of three groups of heads', farApart],
  ['nemotron_h', 'ε of the norm that is computed', (config) => ({ ...config, epsilon: 0.5 })],
  ['nemotron_h', 'the network’s biases', { layer: ({ dense }) => void dense?.downBias!.f32.fill(0) }],
  ['nemotron_h_moe', 'the bias of the choice', { layer: ({ moe }) => void moe?.choiceBias!.f32.fill(0) }],
  ['nemotron_h_moe', 'sigmoids', (config) => ({ ...config, routing: { ...config.routing, score: 'softmax' } })],
  ['nemotron_h_moe', 'the scale of weights', (config) => ({ ...config, routing: { ...config.routing, scale: 1 } })],
  ['nemotron_h_moe', 'the expert beside', { layer: ({ moe }) => moe && void (moe.shared = undefined) }],
  ['qwen3next', 'the gate of attention', mixers(() => ({ gated: false }))],
  ['qwen3next', 'the part of a head that turns', rope({ dim: 10 })],
  ['qwen3next', 'neighbours that share a key', farApart],
  ['qwen3next', 'the gate of the expert beside', { layer: ({ moe }) => void (moe!.shared!.inputGate = undefined) }],
  ['exaone4', 'the norms behind', { layer: (layer) => void (layer.attentionPostNorm = undefined) }],
  ['exaone4', 'the norm on each head', { layer: ({ mixer }) => void ((mixer as AttentionWeights).qNorm = undefined) }],
  ['exaone4-windows', 'windows', mixers(() => ({ window: undefined }))],
  ['exaone4-windows', 'layers that do not turn', mixers(({ headDim }) => ({ rope: { dim: headDim, theta: 1e4, scale: 1, magnitude: 1 } }))], // prettier-ignore
  ['cohere2', 'windows', mixers(() => ({ window: undefined }))],
  ['cohere2', 'the layer that does not turn', mixers(({ headDim }) => ({ rope: { dim: headDim, theta: 1e4, scale: 1, magnitude: 1 } }))], // prettier-ignore
  ['cohere2', 'both parts from one stream', (config) => ({ ...config, parallelResidual: false })],
  ['cohere2', 'the scale of logits', (config) => ({ ...config, logitScale: 1 })],
  ['falcon', 'both parts from one stream', (config) => ({ ...config, parallelResidual: false })],
  [
    'falcon-two-norms',
    'the norm of each part',
    { layer: (layer) => void (layer.attentionNorm = layer.feedForwardNorm) },
  ],
  ['phi2', 'the bias of logits', { weights: (weights) => void weights.outputBias!.f32.fill(0) }],
  ['phi2', 'both parts from one stream', (config) => ({ ...config, parallelResidual: false })],
  ['phi2', 'the part of a head that turns', rope({ dim: 14 })],
  ['mistral3', 'queries scaled up', mixers(() => ({ temperature: undefined }))],
  ['mistral3', 'the bounds of YaRN', mixers(({ rope: own }) => ({ rope: own && { ...own, yarn: { ...own.yarn!, turns: undefined } } }))], // prettier-ignore
  ['mistral3', 'its magnitude', rope({ magnitude: 1 + 0.1 * Math.log(6) })],
  ['nemotron', 'squared ReLU', (config) => ({ ...config, activation: 'gelu' })],
  ['nemotron', 'the part of a head that turns', rope({ dim: 14 })],
  ['stablelm', 'LayerNorm', (config) => ({ ...config, norm: 'rms' })],
  ['stablelm', 'the part of a head that turns', rope({ dim: 10 })],
  ['stablelm-head-norms', 'a norm for each head', { layer: ({ mixer }) => sameForAllHeads(mixer as AttentionWeights) }],
  ['lfm2moe', 'the bias of the choice', { layer: ({ moe }) => void moe?.choiceBias!.f32.fill(0) }],
  ['lfm2moe', 'sigmoids', (config) => ({ ...config, routing: { ...config.routing, score: 'softmax' } })],
  ['lfm2moe', 'weights that sum to 1', (config) => ({ ...config, routing: { ...config.routing, renormalize: false } })],
  ['olmo', 'bounds of queries, keys and values', mixers(() => ({ clamp: undefined }))],
  ['olmo', 'LayerNorm', (config) => ({ ...config, norm: 'rms' })],
  [
    'qwen3-both-ways',
    'later tokens',
    (config) => ({ ...mixers(() => ({ bothWays: undefined }))(config), bothWays: undefined }),
  ],
  ['bert', 'later tokens', (config) => ({ ...mixers(() => ({ bothWays: undefined }))(config), bothWays: undefined })],
  ['bert', 'the norms over the stream', { layer: (layer) => void (layer.attentionStreamNorm = undefined) }],
  ['bert', 'the type of all tokens', { weights: (weights) => void (weights.typeEmbedding = undefined) }],
  ['bert', 'learned positions', { weights: (weights) => void (weights.positionEmbedding = undefined) }],
  ['gemma4', 'windows', mixers(() => ({ window: undefined }))],
  ['gemma4', 'their own rotation', mixers(({ window, rope: own }) => (window && own ? { rope: { ...own, theta: 5000 } } : {}))], // prettier-ignore
  ['gemma4', 'the part of a head that turns in windows', mixers(({ window, rope: own }) => (window && own ? { rope: { ...own, dim: 10 } } : {}))], // prettier-ignore
  ['gemma4', 'factors of frequencies without windows', mixers(({ rope: own }) => (own?.factors ? { rope: { ...own, factors: undefined, long: { factors: own.factors, beyond: 1000 } } } : {}))], // prettier-ignore
  ['gemma4', 'scores as they are', mixers(({ keyDim }) => ({ scale: 1 / Math.sqrt(keyDim) }))],
  ['gemma4', 'the norm of values', { layer: ({ mixer }) => void ((mixer as AttentionWeights).vNorm = undefined) }],
  ['gemma4', 'the factor behind each layer', { weights: (weights) => void (weights.layerScales = undefined) }],
  ['gemma4-e', 'what layers take of a row of their own', { layer: (layer) => void (layer.perLayer = undefined) }],
  ['gemma4-e', 'the part of the stream in it', { weights: ({ perLayer }) => void perLayer!.norm.weight.f32.fill(0) }],
  ['gemma4-e', 'whose keys and values the last layers read', mixers(({ sharesWith }) => (sharesWith === 2 ? { sharesWith: 0 } : {}))], // prettier-ignore
  ['gemma4-experts', 'the norm of the router', { layer: ({ moe }) => void (moe!.routerNorm = undefined) }],
  ['gemma4-experts', 'its weights', { layer: ({ moe }) => void moe!.routerNorm!.weight.f32.fill(1) }],
  ['gemma4-experts', 'the norm behind experts', { layer: ({ moe }) => void (moe!.expertsPostNorm = undefined) }],
  ['gemma4-experts', 'the norm before the network beside them', { layer: ({ moe }) => void (moe!.shared!.norm = undefined) }], // prettier-ignore
  ['gemma4-experts', 'the norm behind it', { layer: ({ moe }) => void (moe!.shared!.postNorm = undefined) }],
  ['gemma4-experts', 'the network beside experts', { layer: ({ moe }) => void (moe!.shared = undefined) }],
  ['gemma4-experts', 'how much each expert counts', { layer: ({ moe }) => moe!.experts.forEach((expert) => void (expert.scale = undefined)) }], // prettier-ignore
  ['gemma4', 'the cap on logits', (config) => ({ ...config, logitSoftcap: undefined })],
  ['nomic-bert', 'rotation', rope({ theta: 10 })],
  ...['modern-bert', 'gemma-embedding'].flatMap((file): [string, string, Change][] => [
    [file, 'windows', mixers(() => ({ window: undefined }))],
    [file, 'the outermost positions of windows', mixers(({ window }) => ({ window: window && window - 1 }))],
    [file, 'their own rotation', mixers(({ rope: own, window }) => (window && own ? { rope: { ...own, theta: 5000 } } : {}))], // prettier-ignore
    [file, 'later tokens', (config) => ({ ...mixers(() => ({ bothWays: undefined }))(config), bothWays: undefined })],
  ]),
  ['modern-bert', 'the norm of the embedding', { weights: (weights) => void (weights.embeddingNorm = undefined) }],
  ['eurobert', 'later tokens', (config) => ({ ...mixers(() => ({ bothWays: undefined }))(config), bothWays: undefined })], // prettier-ignore
  ['bloom', 'ALiBi', mixers(() => ({ alibi: undefined }))],
  ['bloom', 'the norm of the embedding', { weights: (weights) => void (weights.embeddingNorm = undefined) }],
  ['mpt', 'ALiBi', mixers(() => ({ alibi: undefined }))],
  ['mpt', 'how strong it is', mixers(() => ({ alibi: 8 }))],
  ['mpt', 'bounds of queries, keys and values', mixers(() => ({ clamp: undefined }))],
  ['mpt-positions', 'learned positions', { weights: (weights) => void (weights.positionEmbedding = undefined) }],
  ['glm4moe', 'the bias of the choice', { layer: ({ moe }) => void moe?.choiceBias!.f32.fill(0) }],
  ['glm4moe', 'sigmoids', (config) => ({ ...config, routing: { ...config.routing, score: 'softmax' } })],
  ['glm4moe', 'weights that sum to 1 before their scale', (config) => ({ ...config, routing: { ...config.routing, renormalize: false } })], // prettier-ignore
  ['glm4moe', 'the scale of weights', (config) => ({ ...config, routing: { ...config.routing, scale: 1 } })],
  ['deepseek2', 'the part of a head that turns', rope({ after: 0 })],
  ['deepseek2', 'YaRN', rope({ yarn: undefined })],
  ['deepseek2', 'its magnitude on scores', mixers(({ keyDim }) => ({ scale: 1 / Math.sqrt(keyDim) }))],
  ['deepseek2', 'the norm of the latent', { layer: ({ mixer }) => evenOut(mixer as AttentionWeights) }],
  ['deepseek2', 'groups of experts', (config) => ({ ...config, routing: { ...config.routing, groups: undefined } })],
  ['deepseek2', 'the bias of the choice', { layer: ({ moe }) => void moe?.choiceBias!.f32.fill(0) }],
  ['deepseek2', 'the expert beside', { layer: ({ moe }) => moe && void (moe.shared = undefined) }],
  ['deepseek2-lite', 'YaRN', rope({ yarn: undefined })],
  ['deepseek2-lite', 'its magnitude on scores', mixers(({ keyDim }) => ({ scale: 1 / Math.sqrt(keyDim) }))],
  ['deepseek2-lite', 'weights that are not renormalised', (config) => ({ ...config, routing: { ...config.routing, renormalize: true } })], // prettier-ignore
  [
    'olmoe-3-of-7',
    'weights that are not renormalised',
    (config) => ({ ...config, routing: { ...config.routing, renormalize: true } }),
  ],
];

/** Heads that read the same key stand as far apart as there are keys. */
function farApart(config: ModelConfig): ModelConfig {
  const shapes = config.shapes.map((shape) => {
    const { mixer } = shape;
    return mixer.kind === 'delta' || mixer.kind === 'mamba'
      ? { ...shape, mixer: { ...mixer, neighbours: false } }
      : shape;
  });
  return { ...config, shapes };
}

/** Latents are normalised without weights. */
function evenOut({ latent }: AttentionWeights): void {
  latent!.keys.norm.weight.f32.fill(1);
}

/** Every head's norm becomes the first one's. */
function sameForAllHeads({ qNorm, kNorm }: AttentionWeights): void {
  for (const { weight } of [qNorm!, kNorm!]) {
    const [first, all] = [weight.f32.slice(0, 10), weight.f32];
    for (let i = 0; i < all.length; i++) all[i] = first[i % 10];
  }
}

function unclamped(gate: Buf, up: Buf, length: number): void {
  const [g, u] = [gate.f32, up.f32];
  for (let i = 0; i < length; i++) g[i] = (g[i] / (1 + Math.exp(-SIGMOID_SHARE * g[i]))) * (u[i] + 1);
}

async function answer(name: string, without: Change | LateChange): Promise<Float32Array> {
  const change = typeof without === 'function' ? without : (config: ModelConfig) => config;
  const late = typeof without === 'function' ? {} : without;
  const file = path.join('test', 'fixtures', 'models', `${name}.gguf`);
  const gguf = readGguf(new BufferSource(new Uint8Array(readFileSync(file)), name));
  const config = change(readConfig(gguf));
  const kernel = Object.assign(await createWasmKernel('simd'), late.kernel);
  const vocabulary = (gguf.metadata.get('tokenizer.ggml.tokens') as GgufTexts).length;
  const model = { config, kernel, weights: await loadWeights(gguf, config, kernel, vocabulary) };
  late.weights?.(model.weights);
  for (let l = 0; l < config.layers; l++) late.layer?.((await model.weights.layer(l)).layer);
  const trace = new Trace(config, kernel, IDS.length);
  await forward(model, trace, IDS);
  return await logitsAt(model, trace, IDS.length - 1);
}

/** Of the models as they are. */
const asIs = new Map<string, Promise<Float32Array>>();

describe('what a random-weight model is for is at work in it:', () => {
  for (const [file, feature, without] of FEATURES) {
    it(`${file}, ${feature}`, async () => {
      if (!asIs.has(file)) asIs.set(file, answer(file, {}));
      const [as, other] = [(await asIs.get(file))!, await answer(file, without)];
      const most = as.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i])), 0);
      assert.ok(most > LEAST, `logits differ by ${most} at most`);
    });
  }
});
