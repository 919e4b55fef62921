import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { breather, explain } from '../../../../src/engine/explain';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { generate } from '../../../../src/engine/generate';
import { canRun } from '../../../../src/engine/kernel/instance';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { candidates, logitsAt, logProbabilities } from '../../../../src/engine/model/logits';
import { Trace } from '../../../../src/engine/trace/trace';
import { headWeights, layerMaps, tile, tileWeights } from '../../../../src/engine/trace/weights';
import type { ExplainProgress } from '../../../../src/protocol/explanation';
import { type Problem } from '../../../../src/protocol/problem';
import { tinyModel } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const IDS = [256, 72, 101, 108, 108, 111, 44, 32, 72, 101, 108, 108, 111];

async function run(model: LoadedModel, ids: readonly number[]): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

for (const experts of [0, 6]) {
  describe(`forward pass, ${experts ? 'mixture of experts' : 'dense'}`, () => {
    it('gives the same whether tokens come at once or one by one', async () => {
      const model = await tinyModel({ experts });
      const whole = await run(model, IDS);
      const stepwise = new Trace(model.config, model.kernel, IDS.length);
      for (const id of IDS) await forward(model, stepwise, [id]);
      // Sums are taken in another order only inside a kernel; f32 leaves the last digits.
      assertClose(await logitsAt(model, stepwise, IDS.length - 1), await logitsAt(model, whole, IDS.length - 1), 1e-4);
      assertClose(headWeights(stepwise, 1, 3, 9, 'from'), headWeights(whole, 1, 3, 9, 'from'), 1e-5);
    });

    it('does not look ahead: a later token changes nothing before it', async () => {
      const model = await tinyModel({ experts });
      const one = await run(model, [...IDS, 65]);
      const other = await run(model, [...IDS, 66]);
      assert.deepEqual(await logitsAt(model, one, IDS.length - 1), await logitsAt(model, other, IDS.length - 1));
      assert.notDeepEqual(await logitsAt(model, one, IDS.length), await logitsAt(model, other, IDS.length));
    });

    it('gives each query weights that sum to one and none on later tokens', async () => {
      const trace = await run(await tinyModel({ experts }), IDS);
      for (let query = 0; query < IDS.length; query++) {
        const weights = headWeights(trace, 0, 2, query, 'from');
        assertClose([weights.reduce((sum, weight) => sum + weight, 0)], [1], 1e-5);
        assert.ok(weights.subarray(query + 1).every((weight) => weight === 0));
      }
    });

    it('gives the same weights by row, by column and in a picture', async () => {
      const model = await tinyModel({ experts });
      const trace = await run(model, IDS);
      const n = IDS.length;
      const range = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n };
      const picture = tileWeights(model.kernel, trace, { layer: 1, head: 1, ...range, pool: 'max' });
      for (let token = 0; token < n; token++) {
        assertClose(headWeights(trace, 1, 1, token, 'from'), picture.subarray(token * n, (token + 1) * n), 1e-6);
        const column = Array.from({ length: n }, (_, query) => picture[query * n + token]);
        assertClose(headWeights(trace, 1, 1, token, 'to'), column, 1e-6);
      }
    });

    it('gives small maps that equal the whole picture pooled', async () => {
      const model = await tinyModel({ experts });
      // In one piece, and in rows.
      for (const length of [61, 300]) await assertPooled(length);

      async function assertPooled(length: number): Promise<void> {
        const ids = Array.from({ length }, (_, i) => IDS[i % IDS.length]);
        const trace = await run(model, ids);
        const { size, values, scales } = await layerMaps(model.kernel, trace, 1);
        const range = { q0: 0, q1: ids.length, k0: 0, k1: ids.length, rows: size, cols: size };
        assert.ok(size < ids.length);
        for (let head = 0; head < model.config.heads; head++) {
          const whole = tile(model.kernel, trace, { layer: 1, head, ...range, pool: 'max' });
          assert.deepEqual(values.subarray(head * size * size, (head + 1) * size * size), whole.values);
          assert.equal(scales[head], whole.scale);
        }
      }
    });

    it('can be stopped within a layer, and keeps none of its tokens then', async () => {
      const model = await tinyModel({ experts });
      const ids = Array.from({ length: 600 }, (_, i) => IDS[i % IDS.length]);
      const trace = new Trace(model.config, model.kernel, ids.length);
      const before = model.kernel.bytesInUse;
      let chunks = 0;
      const afterLayer = (): never => assert.fail('the layer is not complete');
      const afterChunk = (): void => {
        if (++chunks === 2) throw new Error('stop');
      };
      await assert.rejects(forward(model, trace, ids, { afterLayer, afterChunk }), /stop/);
      assert.equal(trace.ids.length, 0);
      assert.equal(model.kernel.bytesInUse, before);
    });

    it('gives back its memory', async () => {
      const model = await tinyModel({ experts });
      (await run(model, IDS)).release();
      const before = model.kernel.bytesInUse;
      (await run(model, IDS)).release();
      assert.equal(model.kernel.bytesInUse, before);
    });
  });
}

describe('log-probabilities', () => {
  it('are those of the tokens that came, given those before', async () => {
    const model = await tinyModel();
    const trace = await run(model, IDS);
    const logprobs = await logProbabilities(model, trace);
    assert.ok(Number.isNaN(logprobs[0]));
    for (let i = 1; i < IDS.length; i++) {
      const all = candidates(await logitsAt(model, trace, i - 1), model.tokenizer, 257);
      const { probability } = all.find(({ id }) => id === IDS[i])!;
      assertClose([Math.exp(logprobs[i])], [probability], 1e-6);
    }
  });

  it('candidates are in falling order and their probabilities sum to one', async () => {
    const model = await tinyModel();
    const all = candidates(await logitsAt(model, await run(model, IDS), 3), model.tokenizer, 257);
    assertClose([all.reduce((sum, { probability }) => sum + probability, 0)], [1], 1e-5);
    assert.ok(all.every(({ logit }, i) => i === 0 || logit <= all[i - 1].logit));
  });
});

describe('generation', () => {
  it('is the same for the same seed and follows the likeliest token at temperature 0', async () => {
    const model = await tinyModel({ experts: 6 });
    const sampling = { temperature: 1, topK: 20, topP: 0.9, seed: 7 };
    const once = await generate(model, IDS, { maxTokens: 12, sampling });
    assert.deepEqual(await generate(model, IDS, { maxTokens: 12, sampling }), once);
    assert.notDeepEqual(await generate(model, IDS, { maxTokens: 12, sampling: { ...sampling, seed: 8 } }), once);
    const greedy = await generate(model, IDS, { maxTokens: 3 });
    const trace = await run(model, [...IDS, ...greedy.slice(0, 2)]);
    const logits = await logitsAt(model, trace, trace.ids.length - 1);
    assert.equal(greedy[2], logits.indexOf(Math.max(...logits)));
  });

  it('stops before a stop token', async () => {
    const model = await tinyModel();
    const free = await generate(model, IDS, { maxTokens: 5 });
    const stopped = await generate(model, IDS, { maxTokens: 5, stopIds: [free[2]] });
    assert.deepEqual(stopped, free.slice(0, free.indexOf(free[2])));
  });
});

describe('explain', () => {
  const options = {
    maxTokens: 100,
    top: 5,
    handle: { worker: 1, kept: 3 },
    signal: new AbortController().signal,
    progress: () => {},
  };

  it('of a text that was edited reports the row that was looked at behind the tokens, before maps or whatever is read off the run', async () => {
    const model = await tinyModel({ experts: 6 });
    const { trace: base } = await explain(model, 'f(x) = x', options);
    for (const [text, token, moved] of [
      ['f(xy) = x', 7, 8], // behind the letter that came in
      ['f(xy) = x', 2, 2], // before it
      ['f', 8, 1], // the last one
    ] as const) {
      const steps: ExplainProgress[] = [];
      const look = { layer: 1, head: 3, token, direction: 'from' } as const;
      const { trace } = await explain(model, text, { ...options, base, look, progress: (step) => steps.push(step) });
      const [first, row, ...after] = steps;
      assert.ok(first.kind === 'tokens' && row.kind === 'row', row.kind);
      assert.ok(after.length > 1 && after.every(({ kind }) => kind === 'layer'), 'then the layers’ maps');
      assert.deepEqual(row.row, { ...look, token: moved, weights: headWeights(trace, 1, 3, moved, 'from') });
      trace.release();
    }
    const steps: string[] = [];
    await explain(model, 'f(x)', { ...options, base, progress: ({ kind }) => steps.push(kind) });
    assert.ok(!steps.includes('row'), 'nobody looked at anything');
  });

  it('reports tokens, then every layer in order, then the result', async () => {
    const model = await tinyModel({ experts: 6 });
    const steps: ExplainProgress[] = [];
    const { explanation } = await explain(model, 'f(x)', { ...options, progress: (step) => steps.push(step) });
    assert.deepEqual(
      steps.map((step) => (step.kind === 'layer' ? step.maps.layer : step.kind)),
      ['tokens', 0, 1],
    );
    const [tokens, layer] = steps;
    assert.ok(tokens.kind === 'tokens' && layer.kind === 'layer');
    assert.equal(tokens.tokens.length, 5);
    assert.equal(layer.maps.size, 5);
    assert.equal(layer.experts?.ids.length, 5 * 2);
    assert.equal(explanation.next.length, 5);
  });

  it('cuts a long text at a character and says so', async () => {
    const model = await tinyModel();
    const steps: ExplainProgress[] = [];
    await explain(model, 'ab汉字', { ...options, maxTokens: 5, progress: (step) => steps.push(step) });
    const [step] = steps;
    // BOS, a, b leave two of the character's three bytes: it is left out.
    assert.ok(step.kind === 'tokens');
    assert.deepEqual(step.cut, { explainedChars: 2, totalChars: 4, maxTokens: 5 });
    assert.equal(step.tokens.length, 3);
  });

  it('refuses an empty text', async () => {
    await assert.rejects(explain(await tinyModel(), '', options), (thrown: Problem) => thrown.code === 'input-empty');
  });

  it('stops when cancelled, and keeps nothing', async () => {
    const model = await tinyModel();
    const before = model.kernel.bytesInUse;
    const abort = new AbortController();
    const layers: number[] = [];
    const running = explain(model, 'f(x)', {
      ...options,
      signal: abort.signal,
      progress: (step) => {
        if (step.kind !== 'layer') return;
        layers.push(step.maps.layer);
        abort.abort();
      },
    });
    await assert.rejects(running, (thrown: Problem) => thrown.code === 'cancelled');
    assert.deepEqual(layers, [0]);
    assert.equal(model.kernel.bytesInUse, before);
  });

  it('hears a cancellation in the middle of a long calculation', async () => {
    const abort = new AbortController();
    const pause = breather(abort.signal);
    setTimeout(() => abort.abort(), 0); // comes as a message does: only when the calculation lets it
    const endless = async (): Promise<never> => {
      for (;;) await pause();
    };
    await assert.rejects(endless, (thrown: Problem) => thrown.code === 'cancelled');
  });

  it('answers a question about a released trace with trace-gone', async () => {
    const { trace } = await explain(await tinyModel(), 'f(x)', options);
    trace.release();
    assert.throws(
      () => headWeights(trace, 0, 0, 0, 'from'),
      (thrown: Problem) => thrown.code === 'trace-gone',
    );
  });
});

describe('the kernels of two versions of Node', () => {
  /** Two points where the panel's sentences say whole percents, a tenth where surprisal has one decimal. */
  const [POINTS, BITS] = [0.02, 0.1];

  it('agree to the digits that sentences and colours have; the others stand where the kernel is named', async function () {
    // Node 20 has plain SIMD alone.
    if (!canRun('relaxed-simd')) this.skip();
    const file = path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf');
    const text = readFileSync(path.join('test', 'workspace', 'sample.ts'), 'utf8')
      .split('\n')
      .slice(7, 19)
      .join('\n');
    const runs = (['simd', 'relaxed-simd'] as const).map(async (name) => {
      const model = await loadModel(new FileSource(file), undefined, name);
      assert.equal(model.kernel.name, name);
      const trace = await run(model, model.tokenizer.encode(text, { bos: true }).map(({ id }) => id)); // prettier-ignore
      const nats = Array.from(await logProbabilities(model, trace)).slice(1);
      const weights = headWeights(trace, 5, 5, trace.ids.length - 1, 'from');
      trace.release();
      model.kernel.close();
      return { nats, weights };
    });
    const [plain, relaxed] = await Promise.all(runs);
    // They are two: some digit does differ.
    assert.notDeepEqual(plain.nats, relaxed.nats);
    assertClose(plain.nats.map(Math.exp), relaxed.nats.map(Math.exp), POINTS);
    assertClose(plain.nats.map((each) => each / Math.LN2), relaxed.nats.map((each) => each / Math.LN2), BITS); // prettier-ignore
    assertClose(plain.weights, relaxed.weights, POINTS);
  });
});
