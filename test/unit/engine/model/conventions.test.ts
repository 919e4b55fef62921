/** Conventions that no single golden shows: a context's size that decides the rotation, other names of one architecture. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import type { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import { asLlamaCpp } from '../../../../src/engine/formats/ollamaVariants';
import type { GgufFile, GgufValue } from '../../../../src/engine/formats/ggufTypes';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import { ARCHITECTURES } from '../../../../src/engine/model/architectures';
import { readConfig } from '../../../../src/engine/model/describe';
import { forward } from '../../../../src/engine/model/forward';
import { inspectModel } from '../../../../src/engine/model/load';
import { loadWeights } from '../../../../src/engine/model/loadWeights';
import type { Model } from '../../../../src/engine/model/model';
import { rerun } from '../../../../src/engine/model/rerun';
import { runVariants } from '../../../../src/engine/model/variants';
import { Trace } from '../../../../src/engine/trace/trace';
import type { Edit } from '../../../../src/protocol/edit';

const IDS = Array.from({ length: 40 }, (_, i) => 5 + ((i * 37) % 200));

const models = path.join('test', 'fixtures', 'models');

function fixture(name: string): GgufFile {
  const bytes = readFileSync(path.join(models, `${name}.gguf`));
  return readGguf(new BufferSource(new Uint8Array(bytes), name));
}

async function open(file: GgufFile): Promise<Model> {
  const [config, kernel] = [readConfig(file), createReferenceKernel()];
  const vocabulary = (file.metadata.get('tokenizer.ggml.tokens') as GgufTexts).length;
  return { config, kernel, weights: await loadWeights(file, config, kernel, vocabulary) };
}

async function run(model: Model, ids: readonly number[], context?: number): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, ids.length, { context });
  await forward(model, trace, ids);
  return trace;
}

describe('a model that turns long contexts otherwise than short ones', () => {
  it('goes by the context’s size, and takes nothing over from a text on the other side of it', async () => {
    const model = await open(fixture('phi3-long')); // 32 tokens are short
    const short = await run(model, IDS.slice(0, 30));
    const whole = await run(model, IDS);
    const grown = await rerun(model, short, { ids: IDS });
    assert.equal(grown.rowsRun, IDS.length * model.config.layers);
    assert.deepEqual(grown.final.f32, whole.final.f32);
    const shrunk = await rerun(model, whole, { ids: IDS.slice(0, 30) });
    assert.deepEqual(shrunk.final.f32, short.final.f32);
    const within = await rerun(model, short, { ids: IDS.slice(0, 32) });
    assert.equal(within.rowsRun, 2 * model.config.layers);
    const asLong = await run(model, IDS.slice(0, 30), 40);
    assert.deepEqual(asLong.final.f32, whole.final.f32.slice(0, asLong.final.length));
    assert.notDeepEqual(asLong.final.f32, short.final.f32);
  });
});

describe('a sink', () => {
  it('takes what the weights of its head leave, and the trace keeps it', async () => {
    const model = await open(fixture('gpt-oss'));
    const trace = await run(model, IDS);
    for (let layer = 0; layer < model.config.layers; layer++) {
      const { shape, kept } = trace.attention(layer);
      const { heads, headDim, kvHeads, scale, window = Infinity } = shape;
      const [qs, ks, stats] = [kept.q.f32, kept.k.f32, kept.stats.f32];
      for (let i = 0; i < IDS.length * heads; i++) {
        const [query, head] = [Math.floor(i / heads), i % heads];
        let left = 1;
        for (let key = Math.max(0, query - window + 1); key <= query; key++) {
          let score = 0;
          for (let c = 0; c < headDim; c++) {
            score += qs[i * headDim + c] * ks[(key * kvHeads + Math.floor((head * kvHeads) / heads)) * headDim + c];
          }
          left -= Math.exp(score * scale - stats[2 * i]) / stats[2 * i + 1];
        }
        assert.ok(Math.abs(kept.sink!.f32[i] - left) < 1e-5, `layer ${layer}, token ${query}, head ${head}`);
        assert.ok(kept.sink!.f32[i] > 0 && kept.sink!.f32[i] < 1);
      }
    }
  });
});

describe('the names that Ollama’s converter gave gpt-oss', () => {
  it('are the same model', async () => {
    const file = fixture('gpt-oss');
    const metadata = [...file.metadata].map(([key, value]): [string, GgufValue] =>
      key === 'general.architecture' ? [key, 'gptoss'] : [key.replace(/^gpt-oss\./, 'gptoss.'), value],
    );
    const tensors = [...file.tensors].map(([name, tensor]) => {
      const other = name
        .replace('post_attention_norm', 'ffn_norm')
        .replace('attn_sinks.weight', 'attn_sinks')
        .replace('attn_output.', 'attn_out.');
      return [other, { ...tensor, name: other }] as const;
    });
    const said = metadata.filter(([key]) => key !== 'gptoss.rope.scaling.type'); // left out there
    const renamed = await open(asLlamaCpp({ ...file, metadata: new Map(said), tensors: new Map(tensors) }));
    assert.equal(renamed.config.architecture, 'gpt-oss');
    const [one, other] = [await run(await open(file), IDS), await run(renamed, IDS)];
    assert.deepEqual(other.final.f32, one.final.f32);
  });
});

describe('the fixtures', () => {
  it('are of every architecture that opens, and of no other', () => {
    const there = readdirSync(models).filter((name) => name.endsWith('.gguf'));
    const names = there.map((name) => fixture(path.parse(name).name).metadata.get('general.architecture'));
    assert.deepEqual([...new Set(names)].sort(), [...ARCHITECTURES.keys()].sort());
  });
});

describe('keys that are passed over', () => {
  it('are those that are known: another of the same beginning refuses the file', () => {
    for (const [name, key] of [
      ['exaone4', 'attention.sliding_window_kind'],
      ['deepseek2', 'rope.scaling.yarn_beta_middle'],
    ]) {
      const file = fixture(name);
      const metadata = new Map(file.metadata).set(`${name}.${key}`, 7);
      assert.throws(() => readConfig({ ...file, metadata }), { code: 'model-unsupported', message: new RegExp(key) });
    }
  });
});

describe('blocks that are networks (Nemotron-H)', () => {
  it('belong to the layer of the block before them, and a second one behind it refuses the file', () => {
    const file = fixture('nemotron_h');
    const { shapes, layers } = readConfig(file);
    assert.equal(layers, 5);
    assert.deepEqual(shapes.map(({ blocks }) => blocks), [[0, 1], [2], [3, 4], [5], [6]]); // prettier-ignore
    const lengths = Int32Array.of(0, 39, 39, 0, 39, 0, 0);
    const metadata = new Map(file.metadata).set('nemotron_h.feed_forward_length', lengths);
    assert.throws(() => readConfig({ ...file, metadata }), {
      code: 'model-unsupported',
      message: /block 2 is a network/,
    });
  });
});

describe('a rotation that a file names', () => {
  it('is passed over where nothing turns (Granite 4), and read where something does', () => {
    const turning = (name: string): GgufFile => {
      const file = fixture(name);
      const [arch, odd] = [file.metadata.get('general.architecture') as string, 7];
      return { ...file, metadata: new Map(file.metadata).set(`${arch}.rope.dimension_count`, odd) };
    };
    assert.equal(readConfig(turning('granitehybrid')).layers, 4);
    assert.throws(() => readConfig(turning('granite')), { message: /is 7, which is odd/ });
  });
});

describe('a file of latents that says otherwise than its tensors', () => {
  it('is refused, by the key', () => {
    for (const [name, key, value] of [
      ['deepseek2', 'attention.q_lora_rank', 13],
      ['deepseek2', 'leading_dense_block_count', 2],
      ['deepseek2', 'attention.key_length', 17],
      ['deepseek2', 'attention.value_length', 11],
      ['deepseek2-lite', 'attention.q_lora_rank', 6],
    ] as const) {
      const file = fixture(name);
      const metadata = new Map(file.metadata).set(`deepseek2.${key}`, value);
      const message = new RegExp(`'deepseek2\\.${key}' is ${value}; the tensors say`);
      assert.throws(() => readConfig({ ...file, metadata }), { code: 'model-invalid', message });
    }
  });
});

describe('layers that read keys and values of earlier ones (Gemma 4)', () => {
  it('have those of the last of their kind, whose place the trace names; one of another kind refuses the file', () => {
    const file = fixture('gemma4-e');
    const { shapes } = readConfig(file);
    const lenders = shapes.map(({ mixer }) => mixer.kind === 'attention' && mixer.sharesWith);
    assert.deepEqual(lenders, [undefined, undefined, undefined, undefined, 2, 3]);
    const { layerCards } = inspectModel(file.source);
    assert.deepEqual(layerCards[4].mixer, { kind: 'attention', heads: 4, window: 11, sharesWith: 2 });
    const metadata = new Map(file.metadata).set('gemma4.attention.shared_kv_layers', 1);
    assert.throws(() => readConfig({ ...file, metadata }), {
      code: 'model-unsupported',
      message: /layer 5 read layer 4/,
    });
  });

  it('keep nothing of their own, and a run again from above shares what it reads', async () => {
    const model = await open(fixture('gemma4-e'));
    const whole = await run(model, IDS);
    const [lent, read] = [2, 4].map((l) => whole.attention(l).kept);
    assert.deepEqual([read.k.length, read.k.f32], [lent.k.length, lent.k.f32]);
    for (const layer of [1, 3, 4]) {
      const edits: Edit[] = [{ site: 'z', layer, head: 1, do: 'zero' }];
      const again = await rerun(model, whole, { edits });
      const fresh = new Trace(model.config, model.kernel, IDS.length, { edits });
      await forward(model, fresh, IDS);
      assert.deepEqual(again.final.f32, fresh.final.f32, `from layer ${layer}`);
      const d = model.config.embedding;
      // A token looked at again under the same edit, from any layer on.
      const rows = await runVariants(model, whole, { position: 20, rows: [edits.map((edit) => ({ ...edit, pos: { from: 20, to: 21 } }) as Edit)], firstLayer: layer }); // prettier-ignore
      const single = new Trace(model.config, model.kernel, IDS.length, { edits: [{ ...edits[0], pos: { from: 20, to: 21 } } as Edit] }); // prettier-ignore
      const last: Float32Array[] = [];
      await forward(model, single, IDS.slice(0, 21), { taps: { last: (x, { n }) => void last.push(x.f32.slice((n - 1) * d, n * d)) } }); // prettier-ignore
      rows.forEach((value, i) => assert.ok(Math.abs(value - last[0][i]) < 1e-4, `from layer ${layer}: ${value} for ${last[0][i]}`)); // prettier-ignore
      for (const trace of [again, fresh, single]) trace.release();
    }
    // More rows than run together: each finds its own key and value in the layers that read an earlier one's.
    const many = Array.from({ length: 300 }, (_, i): Edit[] => [{ site: 'z', layer: 0, head: 0, pos: { from: 20, to: 21 }, do: 'scale', by: i / 100 }]); // prettier-ignore
    const all = await runVariants(model, whole, { position: 20, rows: many });
    const d = model.config.embedding;
    for (const i of [5, 270]) {
      const alone = await runVariants(model, whole, { position: 20, rows: [many[i]] });
      alone.forEach((value, at) => assert.ok(Math.abs(value - all[i * d + at]) < 1e-4, `row ${i}`));
    }
    whole.release();
  });
});
