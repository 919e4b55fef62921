/** Models whose tokens see later ones, too: what is read of them is of all tokens, and what would need a prediction is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { generate } from '../../../../src/engine/generate';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { checkOnText } from '../../../../src/engine/model/fitsText';
import { forward } from '../../../../src/engine/model/forward';
import { headRows } from '../../../../src/engine/model/head';
import { loadModel, startModel, type LoadedModel } from '../../../../src/engine/model/load';
import { rerun } from '../../../../src/engine/model/rerun';
import { runVariants } from '../../../../src/engine/model/variants';
import { edgeReadings, edgeStages } from '../../../../src/engine/reading/edges';
import { layerFlow } from '../../../../src/engine/reading/layerFlow';
import { lens } from '../../../../src/engine/reading/lens';
import { replay } from '../../../../src/engine/reading/replay';
import { why } from '../../../../src/engine/reading/why';
import { Decoder } from '../../../../src/reasoning/solve/decoder';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { Trace } from '../../../../src/engine/trace/trace';
import { tileWeights, weightReader } from '../../../../src/engine/trace/weights';
import type { Edit } from '../../../../src/protocol/edit';
import { assertClose } from '../../../support/close';

const NAME = 'qwen3-both-ways';
const BYTES = new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', `${NAME}.gguf`)));
const IDS = Array.from({ length: 24 }, (_, i) => 5 + ((i * 37) % 200));
const QUERY = 7;
/** f32 through three random layers. */
const F32 = 2e-5;

/** A later token is not looked at. */
const CUT: Edit = {
  site: 'pattern',
  layer: 0,
  head: 1,
  dst: { from: QUERY, to: QUERY + 1 },
  src: { from: QUERY + 5, to: QUERY + 6 },
  do: 'knockout',
};

const explained = (model: LoadedModel, edits: Edit[]): ReturnType<typeof explain> =>
  explain(model, 'Once upon a time', {
    maxTokens: 100,
    top: 3,
    edits,
    handle: { worker: 0, kept: 0 },
    signal: new AbortController().signal,
    progress: () => {},
  });

describe('a model that looks both ways', () => {
  let model: LoadedModel;
  let trace: Trace;
  /** [layers] What the heads gave at QUERY. */
  const heads: Float32Array[] = [];
  before(async () => {
    model = await loadModel(new BufferSource(BYTES, NAME));
    trace = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, trace, IDS, {
      taps: {
        heads: (layer, mixed) => {
          const { mixer } = model.config.shapes[layer];
          const width = mixer.heads * mixer.headDim;
          heads[layer] = mixed.f32.slice(QUERY * width, (QUERY + 1) * width);
        },
      },
    });
  });

  it('says so on its card', () => assert.equal(model.card.bothWays, true));

  it('gives every row of weights, later tokens among them, a sum of 1, and one reader what the other gives', () => {
    const n = IDS.length;
    const all = tileWeights(model.kernel, trace, {
      layer: 1,
      head: 2,
      q0: 0,
      q1: n,
      k0: 0,
      k1: n,
      rows: n,
      cols: n,
      pool: 'max',
    });
    const read = weightReader(trace, 1, 2);
    let later = 0;
    for (let query = 0; query < n; query++) {
      let sum = 0;
      for (let key = 0; key < n; key++) {
        sum += all[query * n + key];
        if (key > query) later += all[query * n + key];
        assertClose(read(query, key), all[query * n + key], F32, `query ${query}, key ${key}`);
      }
      assertClose(sum, 1, F32, `sum of row ${query}`);
    }
    assert.ok(later > 1, 'much of the weight is on later tokens');
  });

  it('a token looked at again is what it was in the run', async () => {
    const again = await replay(model, trace, QUERY);
    again.heads.forEach((own, layer) => assertClose(own, heads[layer], F32, `layer ${layer}`));
  });

  it('edges are read to all tokens, without a logit', async () => {
    const { weights, norms, logits, target } = await edgeReadings(model, trace, { layer: 2, head: 0, query: QUERY });
    assert.deepEqual([weights.length, norms.length, logits.length, target], [IDS.length, IDS.length, 0, null]);
    assert.ok(norms.slice(QUERY + 1).some((norm) => norm > 0));
    const { score, weight } = edgeStages(trace, { layer: 2, head: 0, query: QUERY, key: QUERY + 3 });
    assert.ok(score !== null);
    assertClose(weight, weights[QUERY + 3], F32);
  });

  it('attention rollout from the first token reaches the last, and sums to 1', async () => {
    const row = await layerFlow(model.kernel, trace, 0, { method: 'rollout' });
    assert.equal(row.length, IDS.length);
    assertClose(
      row.reduce((sum, value) => sum + value, 0),
      1,
      1e-5,
    );
    assert.ok(row[IDS.length - 1] > 0);
  });

  it('another last token changes what the first one sees: nothing is taken over from the run before', async () => {
    const ids = [...IDS.slice(0, -1), 201];
    const [other, fresh] = [await rerun(model, trace, { ids }), new Trace(model.config, model.kernel, ids.length)];
    await forward(model, fresh, ids);
    const d = model.config.embedding;
    assert.deepEqual(other.final.f32.slice(0, d), fresh.final.f32.slice(0, d));
    assert.notDeepEqual(other.final.f32.slice(0, d), trace.final.f32.slice(0, d));
    for (const each of [other, fresh]) each.release();
  });

  it('a text of several chunks has the same bits when its layers come in parts', async () => {
    const ids = Array.from({ length: 400 }, (_, i) => 5 + ((i * 53) % 200));
    const [whole, parts] = [model, await startModel(new BufferSource(BYTES, NAME), { memoryLimit: 1 })];
    const finals: Float32Array[] = [];
    for (const own of [whole, parts]) {
      const run = new Trace(own.config, own.kernel, ids.length);
      await forward(own, run, ids);
      finals.push(run.final.f32.slice());
      run.release();
    }
    parts.close();
    assert.deepEqual(finals[1], finals[0]);
  });

  it('with a look cut shares its weight out among the others, and all tokens change with it', async () => {
    const [clean, cut] = [trace, await rerun(model, trace, { edits: [CUT] })];
    const fresh = new Trace(model.config, model.kernel, IDS.length, { edits: [CUT] });
    await forward(model, fresh, IDS);
    assert.deepEqual(cut.final.f32, fresh.final.f32);
    const [was, is] = [clean, cut].map((run) => weightReader(run, 0, 1));
    const left = 1 - was(QUERY, QUERY + 5);
    for (let key = 0; key < IDS.length; key++) {
      const expected = key === QUERY + 5 ? 0 : was(QUERY, key) / left;
      assertClose(is(QUERY, key), expected, F32, `weight of ${key}`);
      assert.equal(is(QUERY + 1, key), was(QUERY + 1, key));
    }
    const d = model.config.embedding;
    for (let token = 0; token < IDS.length; token++) {
      assert.notDeepEqual(cut.final.f32.slice(token * d, (token + 1) * d), clean.final.f32.slice(token * d, (token + 1) * d)); // prettier-ignore
    }
    const back = await rerun(model, cut, { edits: [] });
    assert.deepEqual(back.final.f32, clean.final.f32);
    for (const run of [cut, fresh, back]) run.release();
  });

  it('is explained under interventions by how far each token’s vector moved', async () => {
    const edits: Edit[] = [{ site: 'z', layer: 1, head: 0, pos: { from: 2, to: 3 }, do: 'zero' }];
    const { explanation, trace: edited } = await explained(model, edits);
    const { trace: plain } = await explained(model, []);
    const d = model.config.embedding;
    assert.equal(explanation.moved!.length, plain.ids.length);
    explanation.moved!.forEach((moved, token) => {
      const [was, is] = [plain, edited].map(({ final }) => Array.from(final.f32.slice(token * d, (token + 1) * d)));
      const expected = Math.hypot(...is.map((value, i) => value - was[i])) / Math.hypot(...was);
      assert.ok(expected > 0, `token ${token}`);
      assertClose(moved, expected, F32, `token ${token}`);
    });
    for (const run of [edited, plain]) run.release();
  });

  it('is explained with another token in a place by how far that moved each token’s vector', async () => {
    const { explanation, trace: other } = await explained(model, [{ site: 'tokens', pos: 3, text: 'q', do: 'text' }]);
    const { trace: plain } = await explained(model, []);
    assert.notEqual(other.ids[3], plain.ids[3]);
    assert.ok(explanation.moved!.length === plain.ids.length && explanation.moved!.every((moved) => moved > 0));
    for (const run of [other, plain]) run.release();
  });

  it('is explained without roles, surprisals or a story; what its output matrix says at the last token is there', async () => {
    const { explanation } = await explained(model, []);
    assert.deepEqual([explanation.roles, explanation.findings], [[], []]);
    assert.ok(explanation.logprobs.every(Number.isNaN));
    assert.equal(explanation.next.length, 3);
  });

  for (const [what, ask] of [
    ['probabilities of the text', () => headRows(model, trace)],
    ['going on', () => forward(model, trace, [5])],
    ['a solution', async () => new Decoder(model, 10)],
    ['writing', () => generate(model, IDS, { maxTokens: 2 })],
    [
      'a token looked at again under an edit of its own',
      () => runVariants(model, trace, { position: 3, rows: [[CUT]] }),
    ],
    ['a receipt', () => receipt(model, trace)],
    ['a circuit', () => circuit(model, trace, {})],
    ['the lens', () => lens(model, trace, { position: 3, top: 1 })],
    ['why one token and not another', () => why(model, trace, { position: 3 })],
    ['attention flow', () => layerFlow(model.kernel, trace, 3, { method: 'flow' })],
  ] as [string, () => Promise<unknown>][]) {
    it(`refuses ${what}`, () => assert.rejects(ask(), { code: 'both-ways' }));
  }
});

describe('an encoder with windows to both sides', () => {
  it('refuses to cut a look that no window reaches, and takes one that is behind', async () => {
    const bytes = new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', 'modern-bert.gguf')));
    const model = await loadModel(new BufferSource(bytes, 'modern-bert'));
    const edge = (src: number): Edit => ({ ...CUT, layer: 1, src: { from: src, to: src + 1 } });
    const clean = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, clean, IDS);
    assert.throws(() => checkOnText([edge(QUERY + 6)], clean), { code: 'edit-invalid', message: /looks at 5 tokens to each side; from token 7 that is src=2 to 12/ }); // prettier-ignore
    assert.throws(() => checkOnText([edge(QUERY - 6)], clean), { code: 'edit-invalid' });
    for (const src of [QUERY - 5, QUERY + 5]) checkOnText([edge(src)], clean);
    const all: Edit = { ...CUT, layer: 1, src: { from: 2, to: 13 } };
    assert.throws(() => checkOnText([all], clean), { code: 'edit-invalid', message: /all that token 7 sees is cut/ });
    clean.release();
  });
});
