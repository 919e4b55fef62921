/** Receipts against brute force: every batched effect is that of a whole re-run of the text, for every kind of model. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { editedRun } from '../../../../src/engine/interventions';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { takeQuery } from '../../../../src/engine/receipts/query';
import { totalsOfOutputs, type Totals } from '../../../../src/engine/receipts/totals';
import { Trace } from '../../../../src/engine/trace/trace';
import type { Edit } from '../../../../src/protocol/edit';
import { printEdit } from '../../../../src/protocol/editText';
import { edgeEdit, type Receipt } from '../../../../src/protocol/receipts';
import { isLong } from '../../../support/long';
import { tinyModel } from '../../../support/tinyModel';

const models = path.join('test', 'fixtures', 'models');
/**
 * One of every way in which a layer mixes, feeds forward and adds up, and of every shape that logits take; of packed weights, which
 * kernel.test.ts and llamacpp.test.ts hold to what they should be, two. LONG_TESTS=1: every model that predicts.
 */
const OF_EVERY_KIND = [
  'llama-one-kv-head',
  'qwen2-biases',
  'qwen3moe-8-of-64',
  'qwen3moe-1-of-2',
  'qwen2moe-shared',
  'gpt2',
  'gptneox-parallel',
  'falcon-two-norms',
  'olmo2',
  'gemma2',
  'gemma3',
  'gemma4-e',
  'gemma4-experts',
  'gpt-oss',
  'cohere2',
  'phi2',
  'bloom',
  'mpt-positions',
  'stablelm-head-norms',
  'mistral3',
  'nemotron',
  'glm4moe',
  'deepseek2',
  'granitemoe',
  'granitehybrid',
  'nemotron_h_moe',
  'qwen35',
  'qwen3next',
  'lfm2',
  'qwen3moe-q8_0',
  'llama-q4_1',
];
const MODELS = isLong
  ? readdirSync(models).filter((file) => file.endsWith('.gguf'))
  : OF_EVERY_KIND.map((name) => `${name}.gguf`);

/**
 * Rows in other company, relative to the largest effect; where weights are packed, activations are rounded to 8 bits, and a
 * step can go the other way. Measured: f32 2e-5, packed 6e-3.
 */
const F32 = 2e-4;
const PACKED = 3e-2;
/** Of random blocks with a minimum each: their cuts do little, a step of rounding does as much. Measured: 0.1. */
const PACKED_OF: Readonly<Record<string, number>> = { Q4_1: 0.2, Q5_1: 0.2 };

async function open(file: string): Promise<LoadedModel> {
  return loadModel(new BufferSource(new Uint8Array(readFileSync(path.join(models, file))), file), undefined, 'simd');
}

interface Case {
  name: string;
  edit: Edit;
  total: number;
}

/** So many of a kind at most, from the strongest to the weakest: a whole run for each takes the most time of all. */
const MOST_OF_A_KIND = isLong ? 10 : 2;
function some<T>(all: readonly T[], total: (one: T) => number, most = MOST_OF_A_KIND): T[] {
  const every = Math.ceil(all.length / most);
  const strongest = [...all].sort((a, b) => Math.abs(total(b)) - Math.abs(total(a)));
  return strongest.filter((_, i) => i % every === 0);
}

/** Some of every kind, the strongest among them. */
function cases(found: Receipt): Case[] {
  const { position, edges, heads, experts, neurons, routing } = found;
  const pos = { from: position, to: position + 1 };
  const list: [Edit, number | undefined][] = [
    ...some(edges, ({ swap }) => swap.total).flatMap((edge): [Edit, number | undefined][] => [
      [edgeEdit(edge, position, 'knockout'), edge.knockout?.total],
      [edgeEdit(edge, position, 'zero'), edge.zero.total],
      [edgeEdit(edge, position, 'swap'), edge.swap.total],
    ]),
    ...some(heads, ({ zero }) => zero.total).flatMap(({ layer, head, zero, mean }): [Edit, number][] => [
      [{ site: 'z', layer, head, pos, do: 'zero' }, zero.total],
      [{ site: 'z', layer, head, pos, do: 'mean' }, mean.total],
    ]),
    ...some(experts, ({ contribution }) => contribution.total).flatMap(
      ({ layer, expert, contribution, routeAround, swap }): [Edit, number | undefined][] => [
        [{ site: 'expert', layer, expert, pos, do: 'contribution' }, contribution.total],
        [{ site: 'expert', layer, expert, pos, do: 'route-around' }, routeAround?.total],
        ...(swap
          ? [[{ site: 'expert', layer, expert, pos, do: 'swap', to: swap.to }, swap.total] as [Edit, number]]
          : []),
      ],
    ),
    ...some(neurons, ({ zero }) => zero.total).map(({ layer, expert, neuron, zero }): [Edit, number] => [
      { site: 'neuron', layer, ...(expert !== null && { expert }), neuron, pos, do: 'zero' },
      zero.total,
    ]),
  ];
  const known = new Map(list.map(([edit, total]) => [printEdit(edit), total]));
  for (const { edit, free } of routing) {
    const total = known.get(edit);
    // The same cut, its softmax run again instead of by formula.
    if (total !== undefined) assert.ok(Math.abs(total - free) <= found.floor + F32 * Math.max(1, Math.abs(free)), edit);
  }
  return list.flatMap(([edit, total]) => (total === undefined ? [] : [{ name: printEdit(edit), edit, total }]));
}

for (const file of MODELS) {
  describe(`receipts on ${file}`, () => {
    it('each effect is that of a whole re-run, batched', async function () {
      const model = await open(file);
      if (model.config.bothWays) this.skip(); // nothing is predicted
      const ids = Array.from(
        { length: 23 },
        (_, i) => 3 + ((i * 97 + model.config.layers) % (model.tokenizer.vocabSize - 3)),
      );
      const trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
      const found = await receipt(model, trace, { position: 21 });
      const difference = async (of: Trace): Promise<number> => {
        const logits = await logitsAt(model, of, 21);
        return logits[found.target.id] - logits[found.foil.id];
      };
      const clean = await difference(trace);
      assert.equal(found.target.id, ids[22]);
      assert.ok(Math.abs(found.clean - clean) < 1e-6);
      const all = cases(found);
      const largest = Math.max(...all.map(({ total }) => Math.abs(total)));
      assert.ok(largest > 0.01, 'cuts do something');
      const isPacked = !['F32', 'F16', 'BF16'].includes(model.card.quantization);
      const tolerance = largest * (isPacked ? (PACKED_OF[model.card.quantization] ?? PACKED) : F32);
      assert.ok(found.floor <= tolerance, `floor ${found.floor}`);
      for (const { name, edit, total } of all) {
        const edited = await editedRun(model, ids, [edit], { clean: trace });
        const expected = (await difference(edited)) - clean;
        edited.release();
        assert.ok(Math.abs(total - expected) <= tolerance, `${name}: ${total} against ${expected}`);
      }
      // Ranks are of the layer, by size; shares of controls are shares.
      for (let layer = 0; layer < model.config.layers; layer++) {
        const ranked = found.edges.filter((edge) => edge.layer === layer && edge.rank !== null);
        const sizes = ranked.sort((a, b) => a.rank! - b.rank!).map(({ knockout }) => Math.abs(knockout!.total));
        assert.deepEqual(
          sizes,
          [...sizes].sort((a, b) => b - a),
        );
      }
      for (const { percentile } of found.edges) assert.ok(percentile === null || (percentile > 0 && percentile <= 1));
      trace.release();
    });
  });
}

describe('a batch of cuts', () => {
  it('a cut that changes nothing is exactly 0, wherever it stands in its batch', async () => {
    for (const experts of [0, 6]) {
      const model = await tinyModel({ experts, layers: 3 }, 'relaxed-simd');
      const ids = Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
      const trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
      const query = await takeQuery(model, trace, 38);
      const on: Totals = { model, trace, query };
      for (let layer = 0; layer < 3; layer++) {
        const changes = Array.from({ length: 300 }, (_, i) => [
          { at: (i % 4) * 8, change: Float64Array.from({ length: 8 }, () => (i % 3 === 0 ? 0 : 0.01 * (i + 1))) },
        ]);
        const effects = await totalsOfOutputs(on, layer, changes);
        assert.equal(effects.length, 300);
        effects.forEach((effect, i) => assert.equal(effect === 0, i % 3 === 0, `layer ${layer}, cut ${i}: ${effect}`));
      }
    }
  });

  it('nothing is kept when it is stopped, and an edited run has no receipts', async () => {
    const model = await tinyModel({ experts: 6, layers: 3 });
    const ids = Array.from({ length: 20 }, (_, i) => (i * 37) % 256);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const before = model.kernel.bytesInUse;
    let calls = 0;
    const stop = (): void => {
      if (++calls === 5) throw new Error('stop');
    };
    await assert.rejects(receipt(model, trace, {}, { pause: stop }), /stop/);
    await assert.rejects(receipt(model, trace, { position: 20 }), /no token 20/);
    await assert.rejects(receipt(model, trace, { target: 4000 }), /no token with the id 4000/);
    assert.equal(model.kernel.bytesInUse, before);
    const edited = await editedRun(model, ids, [{ site: 'z', layer: 0, head: 1, do: 'zero' }], { clean: trace });
    await assert.rejects(receipt(model, edited), { code: 'edit-invalid' });
  });

  it('of a model of more than 50 million parameters the 32 heaviest looks are cut, with controls as those of a small one', async () => {
    const small = await tinyModel({ experts: 6, layers: 2 }, 'simd');
    const large = { ...small, card: { ...small.card, parameters: 60e6 } };
    const ids = Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
    const trace = new Trace(small.config, small.kernel, ids.length);
    await forward(small, trace, ids);
    const [all, some] = [await receipt(small, trace), await receipt(large, trace)];
    const heaviest = [...all.edges].sort((a, b) => b.weight - a.weight).slice(0, 32);
    assert.ok(all.edges.length > 200 && some.edges.length === 32);
    assert.deepEqual(
      some.edges.map(({ weight }) => weight).sort((a, b) => b - a),
      heaviest.map(({ weight }) => weight),
    );
    for (const { layer, head, key, knockout, percentile } of some.edges) {
      const same = heaviest.find((edge) => edge.layer === layer && edge.head === head && edge.key === key)!;
      assert.ok(Math.abs(knockout!.total - same.knockout!.total) < 1e-5);
      assert.equal(percentile, same.percentile);
    }
    // With at least 99 that weigh alike a percentile is one of so many; with fewer there is none.
    const judged = some.edges.flatMap(({ percentile }) => percentile ?? []);
    assert.ok(judged.length > 0 && judged.every((share) => share >= 0.001 && share <= 1), judged.join(' '));
    trace.release();
  });

  it('the same seed gives the same receipt', async () => {
    const model = await tinyModel({ experts: 6, layers: 2 }, 'simd');
    const ids = Array.from({ length: 12 }, (_, i) => (i * 37) % 256);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const without = async (): Promise<unknown> => ({ ...(await receipt(model, trace)), timings: null });
    assert.deepEqual(await without(), await without());
  });
});
