/**
 * Readings of models whose parts are not plain: a norm behind the output matrix, factors, a gate, gated delta networks, caps on
 * logits. What a head's edges add is, all together, what the layer added (a tap says it), and each edge's length is that of
 * its value through the file's output matrix, in float64.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { uncapped, logitsAt } from '../../../../src/engine/model/logits';
import { deviationOf, towards } from '../../../../src/engine/reading/direction';
import { edgeReadings, edgeStages } from '../../../../src/engine/reading/edges';
import { activeNeurons } from '../../../../src/engine/reading/neurons';
import { why } from '../../../../src/engine/reading/why';
import { dot } from '../../../../src/shared/dot';
import { Trace } from '../../../../src/engine/trace/trace';
import { tileWeights } from '../../../../src/engine/trace/weights';
import { assertClose } from '../../../support/close';

const IDS = Array.from({ length: 24 }, (_, i) => 5 + ((i * 37) % 200));
const QUERY = 20;
/** f32 through random layers, on numbers of the order of 1. */
const F32 = 2e-4;

interface Run {
  model: LoadedModel;
  trace: Trace;
  /** [layers] What the mixer added at QUERY, and each head's values before the output matrix. */
  added: Float32Array[];
  heads: Float32Array[];
  last: Float32Array;
  tensor(name: string): Float32Array | undefined;
}

async function runOf(name: string): Promise<Run> {
  const bytes = new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', `${name}.gguf`)));
  const source = new BufferSource(bytes, name);
  const file = readGguf(source);
  const model = await loadModel(new BufferSource(bytes, name));
  const trace = new Trace(model.config, model.kernel, IDS.length);
  const run: Run = {
    model,
    trace,
    added: [],
    heads: [],
    last: new Float32Array(0),
    tensor(tensorName) {
      const found = file.tensors.get(tensorName);
      return found && new Float32Array(source.read(found.offset, found.byteLength).slice().buffer);
    },
  };
  const d = model.config.embedding;
  await forward(model, trace, IDS, {
    taps: {
      heads: (layer, mixed) => {
        const { heads, headDim } = model.config.shapes[layer].mixer;
        const width = heads * headDim;
        run.heads.push(mixed.f32.slice(QUERY * width, (QUERY + 1) * width));
      },
      mixed: (_, update) => run.added.push(update.f32.slice(QUERY * d, (QUERY + 1) * d)),
      last: (x) => (run.last = x.f32.slice(QUERY * d, (QUERY + 1) * d)),
    },
  });
  return run;
}

/** The one of these that the file has. */
const named = (run: Run, ...names: string[]): Float32Array => names.map((name) => run.tensor(name)).find(Boolean)!;

for (const name of [
  'gemma2',
  'gemma3',
  'olmo2',
  'glm4',
  'granite',
  'gpt-oss',
  'qwen35',
  'qwen35moe',
  'lfm2',
  'bloom',
  'deepseek2',
  'qwen3next',
  'granitehybrid',
]) {
  describe(`the readings of ${name}`, () => {
    let run: Run;
    before(async () => (run = await runOf(name)));

    it('all edges of all heads together are what the layer added, along the target’s direction', async () => {
      const { model, trace, added, last } = run;
      const direction = (await towards(model, IDS[QUERY + 1])).map((each) => each / deviationOf(model.config, last));
      for (let layer = 0; layer < model.config.layers; layer++) {
        const { heads } = model.config.shapes[layer].mixer;
        const bias = run.tensor(`blk.${layer}.attn_output.bias`);
        let all = bias ? dot(direction, bias) : 0;
        for (let head = 0; head < heads; head++) {
          const { logits } = await edgeReadings(model, trace, { layer, head, query: QUERY });
          all += logits.reduce((sum, each) => sum + each, 0);
        }
        const expected = dot(direction, added[layer]);
        assertClose(all, expected, F32, `layer ${layer}`);
      }
    });

    it('each edge is as long as its value through the output matrix and what stands behind it', async () => {
      const { model, trace, heads: mixed } = run;
      const d = model.config.embedding;
      for (let layer = 0; layer < model.config.layers; layer++) {
        const { mixer } = model.config.shapes[layer];
        if (mixer.kind !== 'attention') continue;
        const { heads, kvHeads, headDim } = mixer;
        const wo = run.tensor(`blk.${layer}.attn_output.weight`)!;
        const bias = run.tensor(`blk.${layer}.attn_output.bias`);
        const row = (r: number, input: ArrayLike<number>, from: number, width: number): number => {
          let sum = 0;
          for (let c = 0; c < width; c++) sum += wo[r * heads * headDim + from + c] * input[c];
          return sum;
        };
        const raw = Array.from({ length: d }, (_, r) => row(r, mixed[layer], 0, heads * headDim) + (bias?.[r] ?? 0));
        const isBehind = !name.startsWith('qwen3') && !['gpt-oss', 'lfm2', 'deepseek2'].includes(name);
        const norm = isBehind ? run.tensor(`blk.${layer}.post_attention_norm.weight`) : undefined;
        const rms = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0) / d + model.config.epsilon);
        const head = heads - 1;
        const { weights, norms } = await edgeReadings(model, trace, { layer, head, query: QUERY });
        const { kept } = trace.attention(layer);
        const kv = Math.floor((head * kvHeads) / heads);
        const gate = kept.gate?.f32.slice((QUERY * heads + head) * headDim, (QUERY * heads + head + 1) * headDim);
        for (const key of [QUERY, QUERY - 3, QUERY - 7]) {
          const from = (key * kvHeads + kv) * headDim;
          const value = Array.from(kept.v.f32.slice(from, from + headDim), (each, i) =>
            gate ? each / (1 + Math.exp(-gate[i])) : each,
          );
          const vector = Array.from(
            { length: d },
            (_, r) => row(r, value, head * headDim, headDim) * (norm ? norm[r] / rms : 1) * model.config.residualScale,
          );
          const expected = weights[key] * Math.hypot(...vector);
          assertClose(norms[key], expected, F32, `layer ${layer} key ${key}`);
        }
      }
    });

    it('the parts of a difference of logits add up to it, before a cap', async () => {
      const { model, trace } = run;
      const { difference, terms, remainder, target, foil } = await why(model, trace, { position: QUERY });
      const logits = await logitsAt(model, trace, QUERY);
      const plain = uncapped(logits[target.id], model.config) - uncapped(logits[foil.id], model.config);
      assertClose(difference, plain, 1e-5);
      const size = terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
      assert.ok(Math.abs(remainder) < 1e-4 * size, `${remainder} of ${size}`);
    });
  });
}

describe('experts behind norms of their own, beside a network', () => {
  it('are all that the layers’ networks add where the network beside them gives nothing', async () => {
    const { model, trace } = await runOf('gemma4-experts');
    const ofNetworks = async (on: Trace): Promise<number[]> => {
      const { terms, remainder } = await why(model, on, { position: QUERY });
      const size = terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
      assert.ok(Math.abs(remainder) < 1e-4 * size, `${remainder} of ${size}`);
      assert.equal(terms.filter(({ part }) => part.kind === 'expert').length, 2 * model.config.layers);
      return terms.flatMap(({ part, effect }) => (part.kind === 'feed-forward' ? [effect] : []));
    };
    assert.ok((await ofNetworks(trace)).every((effect) => Math.abs(effect) > 0.01));
    for (let layer = 0; layer < model.config.layers; layer++) {
      const { layer: weights, release } = await model.weights.layer(layer);
      weights.moe!.shared!.postNorm!.weight.f32.fill(0);
      release();
    }
    const without = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, without, IDS);
    const nothing = await ofNetworks(without);
    assertClose(nothing, Array<number>(nothing.length).fill(0), F32);
    trace.release();
    model.kernel.close();
  });
});

describe('the stages of a weight where distance counts', () => {
  it('name what the head’s slope takes off the score', async () => {
    const { trace } = await runOf('bloom');
    for (const [head, expected] of [
      [0, 1 / 4],
      [3, 1 / 256],
      [4, 1 / 2],
    ]) {
      const stages = edgeStages(trace, { layer: 1, head, query: QUERY, key: 3 });
      const { slope, dot: product, scale, score, rowMax, rowSum, weight } = stages;
      assert.equal(slope, expected);
      assertClose(score!, product * scale - expected * (QUERY - 3), 1e-6);
      assertClose(Math.exp(score! - rowMax) / rowSum, weight, 1e-6);
      const range = { q0: QUERY, q1: QUERY + 1, k0: 3, k1: 4, rows: 1, cols: 1, pool: 'max' } as const;
      assertClose(tileWeights(trace.kernel, trace, { layer: 1, head, ...range })[0], weight, 1e-6);
    }
  });
});

describe('neurons of models without a gate', () => {
  it('are gelu(up), of the file’s own matrices in float64', async () => {
    for (const name of ['gpt2', 'gptneox-serial', 'starcoder2']) {
      const run = await runOf(name);
      assert.equal(run.model.card.neuron, 'gelu(up)', name);
      const found = await activeNeurons(run.model, run.trace, { position: QUERY, top: 3 });
      const d = run.model.config.embedding;
      for (const { layer, neuron, activation } of found) {
        const stream = Array.from(run.trace.layer(layer).residual!.f32.slice(QUERY * d, (QUERY + 1) * d));
        const between = stream.map((x, i) => x + run.added[layer][i]);
        const mean = between.reduce((sum, x) => sum + x, 0) / d;
        const deviation = Math.sqrt(
          between.reduce((sum, x) => sum + (x - mean) ** 2, 0) / d + run.model.config.epsilon,
        );
        const [weight, bias] = ['weight', 'bias'].map((part) => named(run, `blk.${layer}.ffn_norm.${part}`));
        const [up, upBias] = ['weight', 'bias'].map((part) => named(run, `blk.${layer}.ffn_up.${part}`));
        let x = upBias[neuron];
        for (let i = 0; i < d; i++) {
          x += up[neuron * d + i] * (((between[i] - mean) / deviation) * weight[i] + bias[i]);
        }
        const expected = 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
        assertClose(activation, expected, F32, `${name} layer ${layer}`);
      }
    }
  });
});
