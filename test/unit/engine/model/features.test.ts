/**
 * Every convention of the random-weight models is at work in them: without it the answer, which is llama.cpp's
 * (llamacpp.test.ts), is another.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import type { ModelConfig } from '../../../../src/engine/model/config';
import { readConfig } from '../../../../src/engine/model/describe';
import { forward } from '../../../../src/engine/model/forward';
import { loadWeights } from '../../../../src/engine/model/loadWeights';
import { logitsAt } from '../../../../src/engine/model/logits';
import type { MixerShape } from '../../../../src/engine/model/mixers/parts';
import { Trace } from '../../../../src/engine/trace/trace';

const IDS = Array.from({ length: 40 }, (_, i) => 5 + ((i * 37) % 200));
/** Far above what two ways of computing the same differ by (llamacpp.test.ts). */
const LEAST = 0.02;

type Change = (config: ModelConfig) => ModelConfig;
const mixers =
  (change: (mixer: MixerShape, l: number) => Partial<MixerShape>): Change =>
  (config) => ({
    ...config,
    shapes: config.shapes.map(({ mixer, feedForward }, l) => ({
      mixer: { ...mixer, ...change(mixer, l) },
      feedForward,
    })),
  });
const rope = (change: Partial<NonNullable<MixerShape['rope']>>): Change =>
  mixers(({ rope: own }) => ({ rope: own && { ...own, ...change } }));

const FEATURES: [file: string, feature: string, without: Change][] = [
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
  ['granite', 'the scale of the embedding', (config) => ({ ...config, embeddingScale: 1 })],
  ['granite', 'the scale of scores', mixers(({ headDim }) => ({ scale: 1 / Math.sqrt(headDim) }))],
  ['granite', 'the scale of residuals', (config) => ({ ...config, residualScale: 1 })],
  ['granite', 'the scale of logits', (config) => ({ ...config, logitScale: 1 })],
  ['olmoe-3-of-7', 'weights that are not renormalised', (config) => ({ ...config, renormalizeExperts: true })],
];

async function answer(name: string, change: Change): Promise<Float32Array> {
  const file = path.join('test', 'fixtures', 'models', `${name}.gguf`);
  const gguf = readGguf(new BufferSource(new Uint8Array(readFileSync(file)), name));
  const config = change(readConfig(gguf));
  const kernel = createReferenceKernel();
  const vocabulary = (gguf.metadata.get('tokenizer.ggml.tokens') as string[]).length;
  const model = { config, kernel, weights: await loadWeights(gguf, config, kernel, vocabulary) };
  const trace = new Trace(config, kernel, IDS.length);
  await forward(model, trace, IDS);
  return logitsAt(model, trace, IDS.length - 1);
}

describe('what a random-weight model is for is at work in it:', () => {
  for (const [file, feature, without] of FEATURES) {
    it(`${file}, ${feature}`, async () => {
      const [as, other] = [await answer(file, (config) => config), await answer(file, without)];
      const most = as.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i])), 0);
      assert.ok(most > LEAST, `logits differ by ${most} at most`);
    });
  }
});
