/**
 * The layer's taps are complete, and rows run in any company are the same rows: for every kind of model in the fixtures.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { halvesOf } from '../../../../src/engine/circuits/activation';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import type { Buf } from '../../../../src/engine/kernel/kernel';
import type { Donors } from '../../../../src/engine/model/donors';
import { takeDonors } from '../../../../src/engine/model/takeDonors';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { mixerParts, partOf } from '../../../../src/engine/model/mixers/parts';
import { normalize } from '../../../../src/engine/model/normalize';
import { rerun } from '../../../../src/engine/model/rerun';
import { scaleOf, type Taps } from '../../../../src/engine/model/rows';
import { hasNetwork } from '../../../../src/engine/model/shape';
import { runVariants } from '../../../../src/engine/model/variants';
import { why } from '../../../../src/engine/reading/why';
import { Trace } from '../../../../src/engine/trace/trace';
import { STREAM_SITES, type Edit } from '../../../../src/protocol/edit';
import type { Problem } from '../../../../src/protocol/problem';
import { assertCloseToLargest } from '../../../support/close';
import { KERNELS_HERE } from '../../../support/kernels';
import { tinyModel } from '../../../support/tinyModel';

const models = path.join('test', 'fixtures', 'models');
const MODELS = readdirSync(models).filter((file) => file.endsWith('.gguf'));

/** Sums of a few numbers in another order, relative to the largest of a row. */
const SUMS = 1e-5;
/**
 * The same row by a kernel's way for one row and for many, relative to the largest of a row. Where weights are packed,
 * activations are rounded, and a step of rounding can go the other way.
 */
const COMPANY = 1e-4;

async function open(file: string): Promise<LoadedModel> {
  return loadModel(new BufferSource(new Uint8Array(readFileSync(path.join(models, file))), file), undefined, 'simd');
}

const textFor = ({ config, tokenizer }: LoadedModel): number[] =>
  Array.from({ length: 23 }, (_, i) => 3 + ((i * 97 + config.layers) % (tokenizer.vocabSize - 3)));

for (const file of MODELS) {
  describe(`the layer on ${file}`, () => {
    let model: LoadedModel;
    let trace: Trace;
    let ids: number[];
    before(async () => {
      model = await open(file);
      ids = textFor(model);
      trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
    });

    it('says what adds up to the residual stream: embedding, what is mixed in, what is transformed', async () => {
      const d = model.config.embedding;
      const streams: Float32Array[] = [];
      const updates: Float32Array[] = [];
      const seen = { queries: 0, heads: 0, routed: 0, units: 0 };
      /** Of the router, and of the experts that ran: the sum of all weights. */
      const weighed = { routed: 0, used: 0 };
      const taps: Taps = {
        stream: (_, x, { n }) => void streams.push(x.f32.slice(0, n * d)),
        attended: (_, { q }) => void (seen.queries += q.length),
        heads: () => void seen.heads++,
        mixed: (_, update, { n }) => void updates.push(update.f32.slice(0, n * d)),
        routed: (_, { weights }) => {
          seen.routed++;
          weighed.routed += weights.f32.reduce((sum, weight) => sum + weight, 0);
        },
        hidden: (_, hidden) => {
          seen.units += hidden.count * hidden.width;
          if (typeof hidden.of !== 'number') return;
          for (let i = 0; i < hidden.count; i++) weighed.used += scaleOf(hidden, i);
        },
        transformed: (_, update, { n }) => void updates.push(update.f32.slice(0, n * d)),
        last: (x, { n }) => void streams.push(x.f32.slice(0, n * d)),
      };
      const again = new Trace(model.config, model.kernel, ids.length);
      await forward(model, again, ids, { taps });
      const { shapes, layers } = model.config;
      assert.equal(streams.length, layers + 1);
      for (let l = 0; l < layers; l++) {
        const [mixed, transformed] = updates.slice(2 * l);
        const scale = model.weights.layerScales?.[l].f32[0] ?? 1;
        const sum = streams[l].map((value, i) => (value + mixed[i] + transformed[i]) * scale);
        assertCloseToLargest(sum, streams[l + 1], SUMS, `behind layer ${l}`);
        assert.deepEqual(again.layer(l).residual!.f32, streams[l]);
      }
      const experts = shapes.filter(({ feedForward }) => feedForward.experts > 0);
      const units = shapes.reduce(
        (all, { feedForward: { hidden, expertsUsed, sharedHidden } }) =>
          all + ids.length * (hidden * Math.max(1, expertsUsed) + sharedHidden),
        0,
      );
      const queries = shapes.reduce((all, { mixer }) => {
        return mixer.kind === 'attention' ? all + ids.length * mixer.heads * mixer.keyDim : all;
      }, 0);
      assert.ok(Math.abs(weighed.used - weighed.routed) <= SUMS * weighed.routed);
      assert.deepEqual(seen, { queries, heads: layers, routed: experts.length, units });
      again.release();
    });

    it('says of every hidden unit what its activation and product make it of', async () => {
      const { activation } = model.config;
      let made = new Float64Array();
      let units = 0;
      const taps: Taps = {
        pre(_, { gate, up, width, count, scale }) {
          const [ofGate, ofUp] = [gate?.f32, up.f32];
          made = Float64Array.from({ length: count * width }, (_, i) => {
            return scale * halvesOf(activation, ofGate?.[i], ofUp[i]).value;
          });
        },
        hidden(layer, { units: own, width, count }) {
          assertCloseToLargest(
            own.f32.slice(0, count * width),
            Float32Array.from(made),
            SUMS,
            `units of layer ${layer}`,
          );
          units += width;
        },
      };
      const again = new Trace(model.config, model.kernel, ids.length);
      await forward(model, again, ids, { taps });
      assert.ok(units > 0);
      again.release();
    });

    it('says what adds up to a prediction, whatever norms, scales and caps are on the way', async function () {
      if (model.card.quantization !== 'F32') this.skip(); // rounded activations do not add up
      if (model.config.bothWays) this.skip(); // nothing is predicted
      for (const position of [5, ids.length - 1]) {
        const { terms, remainder, difference } = await why(model, trace, { position });
        const size = terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
        assert.ok(Math.abs(difference) > 0 && terms.length > model.config.layers);
        assert.ok(Math.abs(remainder) < 1e-3 * size, `${remainder} of ${size}`);
      }
    });

    it('is the clean run where each site of each layer is patched from that run itself', async () => {
      const { shapes } = model.config;
      const own = { do: 'from', source: 1, sourcePos: 0 } as const;
      const heads = shapes.flatMap(({ mixer }, layer) =>
        Array.from({ length: mixer.heads }, (_, head): Edit => ({ site: 'z', layer, head, ...own })),
      );
      const streams = STREAM_SITES.map((site) =>
        shapes.flatMap((shape, layer): Edit[] =>
          site === 'mlp_out' && !hasNetwork(shape) ? [] : [{ site, layer, ...own }],
        ),
      );
      const donors = await takeDonors(model, ids, [heads, streams].flat(2), { byId: () => trace });
      for (const edits of [heads, ...streams]) {
        const patched = new Trace(model.config, model.kernel, ids.length, { edits, donors });
        await forward(model, patched, ids);
        assertCloseToLargest(patched.final.f32, trace.final.f32, 0, edits[0].site);
        patched.release();
      }
    });

    it('adds for a token looked at again what it did, and leaves the trace as it is', async () => {
      const { kernel, weights, config } = model;
      const d = config.embedding;
      const contents = (): Float32Array[] =>
        trace.layers.flatMap(({ mixer }, l) => {
          return mixerParts(config.shapes[l].mixer).map(({ name }) => partOf(mixer, name).f32.slice());
        });
      const before = contents();
      for (const position of [0, 11, ids.length - 1]) {
        const updates: Float32Array[] = [];
        const add = (_: number, update: Buf): void => void updates.push(update.f32.slice(0, d));
        const taps: Taps = { mixed: add, transformed: add };
        const last = await runVariants(model, trace, { position, rows: [[]], following: true, taps });
        const found = (l: number): Float32Array =>
          l === config.layers ? last : trace.layer(l).residual!.f32.slice(position * d, (position + 1) * d);
        for (let l = 0; l < config.layers; l++) {
          const [mixed, transformed] = updates.slice(2 * l);
          const scale = weights.layerScales?.[l].f32[0] ?? 1;
          const sum = found(l).map((value, i) => (value + mixed[i] + transformed[i]) * scale);
          assertCloseToLargest(sum, found(l + 1), COMPANY, `behind layer ${l} at ${position}`);
        }
        const [x, out] = [kernel.alloc(d), kernel.alloc(d)];
        x.f32.set(last);
        normalize(model, out, x, weights.outputNorm, 1, d);
        const final = trace.final.f32.subarray(position * d, (position + 1) * d);
        assertCloseToLargest(out.f32, final, COMPANY, `the last norm's row at ${position}`);
        [x, out].forEach((buf) => kernel.free(buf));
      }
      assert.deepEqual(contents(), before);
    });
  });
}

for (const kernel of KERNELS_HERE) {
  describe(`variants of one token beside each other, kernel ${kernel}`, () => {
    const IDS = [256, 72, 101, 108, 108, 111, 44, 32, 72, 101, 108, 108, 111];
    const LAST = IDS.length - 1;
    const at = { from: LAST, to: LAST + 1 };
    const EDITS: Edit[][] = [
      [],
      [{ site: 'z', layer: 0, head: 1, pos: at, do: 'zero' }],
      [{ site: 'pattern', do: 'knockout', layer: 1, head: 2, dst: at, src: { from: 3, to: 6 } }],
      [{ site: 'pattern', do: 'knockout', dst: at, src: { from: 0, to: 1 } }],
      [{ site: 'pattern', do: 'knockout', layer: 2, dst: at, src: at }],
      [], // an expert that the token takes is banned, once it is known
      [{ site: 'expert', do: 'force', layer: 0, expert: 3, pos: at }],
      [{ site: 'resid_pre', do: 'from', layer: 1, pos: at, source: 1, sourcePos: 2 }],
      [
        { site: 'z', layer: 2, head: 0, pos: at, do: 'zero' },
        { site: 'expert', do: 'route-around', layer: 0, expert: 0, pos: at },
      ],
      [{ site: 'z', layer: 1, head: 3, pos: at, do: 'scale', by: 3 }],
      [{ site: 'attn_out', layer: 0, pos: at, do: 'zero' }],
      [{ site: 'mlp_out', layer: 1, pos: at, do: 'scale', by: -1 }],
      [{ site: 'resid_pre', layer: 0, pos: at, do: 'scale', by: 0.5 }],
      [{ site: 'resid_post', layer: 0, pos: at, do: 'zero' }],
      [{ site: 'resid_post', layer: 2, pos: at, do: 'scale', by: 2 }],
      [{ site: 'pattern', dst: at, src: { from: 2, to: 5 }, layer: 1, do: 'zero' }],
      [{ site: 'pattern', dst: at, src: { from: 2, to: 3 }, head: 1, do: 'swap' }],
      [{ site: 'z', layer: 1, head: 3, pos: at, do: 'mean' }],
      [{ site: 'mlp_out', layer: 1, pos: at, do: 'resample', seed: 2 }],
      [], // a neuron of an expert that the token takes, its contribution, another in its place: once it is known
      [],
      [],
    ];
    let model: LoadedModel;
    let base: Trace;
    before(async () => {
      model = await tinyModel({ experts: 6, layers: 3 }, kernel);
      base = new Trace(model.config, model.kernel, IDS.length);
      await forward(model, base, IDS);
      const favourite = base.layer(1).router!.ids.i32[LAST * model.config.expertsUsed];
      EDITS[5] = [{ site: 'expert', do: 'route-around', layer: 1, expert: favourite, pos: at }];
      EDITS[19] = [{ site: 'neuron', layer: 1, expert: favourite, neuron: 5, pos: at, do: 'scale', by: -4 }];
      EDITS[20] = [{ site: 'expert', layer: 1, expert: favourite, pos: at, do: 'contribution' }];
      const chosen = base.layer(1).router!.ids.i32.subarray(LAST * 2, LAST * 2 + 2);
      const to = [0, 1, 2, 3].find((expert) => !chosen.includes(expert))!;
      EDITS[21] = [{ site: 'expert', layer: 1, expert: favourite, to, pos: at, do: 'swap' }];
    });

    const donorsOf = (edits: readonly Edit[]): Promise<Donors> => takeDonors(model, IDS, edits, { byId: () => base });

    /** The last row's stream behind the last layer of a whole run under these edits. */
    async function whole(edits: readonly Edit[]): Promise<Float32Array> {
      const d = model.config.embedding;
      let last = new Float32Array();
      const taps: Taps = { last: (x, { n }) => void (last = x.f32.slice((n - 1) * d, n * d)) };
      const trace = new Trace(model.config, model.kernel, IDS.length, { edits, donors: await donorsOf(edits) });
      await forward(model, trace, IDS, { taps });
      trace.release();
      return last;
    }

    const row = (all: Float32Array, i: number): Float32Array =>
      all.slice(i * model.config.embedding, (i + 1) * model.config.embedding);

    it('each equals a whole run under its edits, and the first, unedited, the kept one', async () => {
      // More rows than a chunk has.
      const rows = Array.from({ length: 370 }, (_, i) => EDITS[i % EDITS.length]);
      const all = await runVariants(model, base, { position: LAST, rows, donors: await donorsOf(EDITS.flat()) });
      for (const [i, edits] of EDITS.entries()) {
        const expected = await whole(edits);
        assertCloseToLargest(row(all, i), expected, COMPANY, `row ${i}`);
        const again = EDITS.length * 15 + i;
        assertCloseToLargest(row(all, again), row(all, i), COMPANY, `row ${again}`);
        if (i > 0) assert.notDeepEqual(row(all, i), row(all, 0));
      }
    });

    it('attend by themselves where their own edges are cut, and only there', async () => {
      const { attention } = model.kernel;
      let calls = 0;
      model.kernel.attention = (...given) => {
        calls++;
        attention.apply(model.kernel, given);
      };
      await runVariants(model, base, { position: LAST, rows: [[], EDITS[2], EDITS[3]] });
      model.kernel.attention = attention;
      const { layers } = model.config;
      assert.equal(calls, layers + 1 + layers, 'all rows together, one in its layer, one in every layer');
    });

    it('can join at the layer of their edit', async () => {
      const rows = [[], EDITS[2], EDITS[8].slice(0, 1)];
      const joined = await runVariants(model, base, { position: LAST, rows, firstLayer: 1 });
      for (const [i, edits] of rows.entries())
        assertCloseToLargest(row(joined, i), await whole(edits), COMPANY, `row ${i}`);
    });

    it('act beside the edits of the trace they stand in, patches of its stream among them', async () => {
      const edits: Edit[] = [
        { site: 'z', layer: 1, head: 0, do: 'zero' },
        { site: 'resid_pre', do: 'from', layer: 2, pos: at, source: 1, sourcePos: 4 },
      ];
      const edited = await rerun(model, base, { edits, donors: await donorsOf(edits) });
      const all = await runVariants(model, edited, { position: LAST, rows: [[], EDITS[4]] });
      assertCloseToLargest(row(all, 0), await whole(edits), COMPANY, 'unedited');
      assertCloseToLargest(row(all, 1), await whole([...edits, ...EDITS[4]]), COMPANY, 'cut');
      edited.release();
    });

    it('do not see one another: a row is the same bits alone and among others of the same number', async () => {
      const rows = EDITS.map((_, i) => (i === 4 ? EDITS[1] : EDITS[5]));
      const one = await runVariants(model, base, { position: LAST, rows });
      const other = await runVariants(model, base, {
        position: LAST,
        rows: rows.map((edits, i) => (i === 4 ? edits : EDITS[2])),
      });
      assert.deepEqual(row(one, 4), row(other, 4));
    });

    it('say what does not fit, and give back their memory', async () => {
      const before = model.kernel.bytesInUse;
      await runVariants(model, base, { position: LAST, rows: EDITS, donors: await donorsOf(EDITS.flat()) });
      await assert.rejects(runVariants(model, base, { position: 13, rows: [[]] }), /no token 13/);
      const rows: Edit[][] = [[], [{ site: 'z', layer: 0, head: 9, do: 'zero' }]];
      await assert.rejects(runVariants(model, base, { position: 3, rows }), { code: 'edit-invalid' });
      const beyond: Edit[] = [{ site: 'resid_pre', layer: 1, pos: at, do: 'scale', by: Number.MAX_VALUE }];
      await assert.rejects(runVariants(model, base, { position: LAST, rows: [[], beyond] }), (thrown: Problem) => {
        return thrown.code === 'weights-broken' && thrown.message.endsWith('in layer 1.');
      });
      const stop = (): never => {
        throw new Error('stop');
      };
      await assert.rejects(runVariants(model, base, { position: 3, rows: [[]], afterChunk: stop }), /stop/);
      assert.equal(model.kernel.bytesInUse, before);
    });
  });
}
