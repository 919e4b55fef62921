/**
 * Every kind of edit against what it means, in whole runs, re-runs and on every kernel. Long, because each kind is tried in all of
 * them.
 */
import assert from 'node:assert/strict';
import { generate } from '../../../../src/engine/generate';
import { partOf } from '../../../../src/engine/model/mixers/parts';
import { takeDonors } from '../../../../src/engine/model/takeDonors';
import { forward } from '../../../../src/engine/model/forward';
import type { LoadedModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { rerun } from '../../../../src/engine/model/rerun';
import type { Taps } from '../../../../src/engine/model/rows';
import { Trace } from '../../../../src/engine/trace/trace';
import { headWeights, tileWeights } from '../../../../src/engine/trace/weights';
import type { Edit } from '../../../../src/protocol/edit';
import type { Problem } from '../../../../src/protocol/problem';
import { KERNELS_HERE } from '../../../support/kernels';
import { tinyModel } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const IDS = [256, 72, 101, 108, 108, 111, 44, 32, 72, 101, 108, 108, 111];
const LAST = IDS.length - 1;
const F32 = 1e-5;
/** Rows that run in other company: attention takes eight at once where there are so many, and sums in another order. */
const COMPANY = 1e-4;

/** `other`: the kept trace that patches name by a number. */
async function run(
  model: LoadedModel,
  ids: readonly number[],
  edits: readonly Edit[] = [],
  { other, taps }: { other?: Trace; taps?: Taps } = {},
): Promise<Trace> {
  const donors = await takeDonors(model, ids, edits, { byId: () => other! });
  const trace = new Trace(model.config, model.kernel, ids.length, { edits, donors });
  await forward(model, trace, ids, { taps });
  return trace;
}

async function rerunWith(model: LoadedModel, base: Trace, edits: readonly Edit[], other: Trace): Promise<Trace> {
  return rerun(model, base, { edits, donors: await takeDonors(model, base.ids, edits, { byId: () => other }) });
}

function map({ kernel }: LoadedModel, trace: Trace, layer: number, head: number): Float32Array {
  const n = trace.ids.length;
  return tileWeights(kernel, trace, { layer, head, q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n, pool: 'max' });
}

/** Everything a panel can ask of two traces is the same. */
async function assertSameTrace(model: LoadedModel, actual: Trace, expected: Trace, tolerance: number): Promise<void> {
  assert.deepEqual(actual.ids, expected.ids);
  const { layers, heads } = model.config;
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      assertClose(map(model, actual, layer, head), map(model, expected, layer, head), tolerance);
    }
    const [a, b] = [actual.layer(layer), expected.layer(layer)];
    assertClose(partOf(a.mixer, 'v').f32, partOf(b.mixer, 'v').f32, tolerance);
    assertClose(a.residual!.f32, b.residual!.f32, tolerance);
    assert.deepEqual(a.router?.ids.i32, b.router?.ids.i32);
  }
  for (let position = 0; position < actual.ids.length; position++) {
    assertClose(await logitsAt(model, actual, position), await logitsAt(model, expected, position), tolerance);
  }
}

const invalid = (thrown: Problem): boolean => thrown.code === 'edit-invalid';

for (const kernel of KERNELS_HERE) {
  describe(`interventions, kernel ${kernel}`, () => {
    let model: LoadedModel;
    let base: Trace;
    before(async () => {
      model = await tinyModel({ experts: 6, layers: 3 }, kernel);
      base = await run(model, IDS);
    });

    it("a head cut to zero leaves the layer's maps unchanged and changes what comes after", async () => {
      const cut = await run(model, IDS, [{ site: 'z', layer: 1, head: 2, do: 'zero' }]);
      for (let head = 0; head < model.config.heads; head++) {
        assert.deepEqual(map(model, cut, 1, head), map(model, base, 1, head));
        assert.notDeepEqual(map(model, cut, 2, head), map(model, base, 2, head));
      }
      assert.notDeepEqual(await logitsAt(model, cut, LAST), await logitsAt(model, base, LAST));
    });

    it('cutting every head of a layer takes the attention out of its stream', async () => {
      const heads = [0, 1, 2, 3];
      const edits = heads.map((head): Edit => ({ site: 'z', layer: 2, head, pos: { from: 4, to: 6 }, do: 'zero' }));
      const cut = await run(model, IDS, edits);
      const allEdges: Edit = {
        site: 'pattern',
        do: 'knockout',
        layer: 2,
        dst: { from: 4, to: 6 },
        src: { from: 0, to: Infinity },
      };
      // Looking at nothing and having no output are the same to the stream.
      const blind = await run(model, IDS, [allEdges]);
      assert.deepEqual(await logitsAt(model, cut, 4), await logitsAt(model, blind, 4));
      assert.deepEqual(await logitsAt(model, cut, 3), await logitsAt(model, base, 3));
      assert.notDeepEqual(await logitsAt(model, cut, 5), await logitsAt(model, base, 5));
      assert.ok(headWeights(blind, 2, 1, 5, 'from').every((weight) => weight === 0));
    });

    it('cut edges have weight exactly 0, rows still sum to one, and other heads are as they were', async () => {
      const cut = {
        site: 'pattern',
        do: 'knockout',
        layer: 1,
        head: 3,
        dst: { from: 5, to: 12 },
        src: { from: 1, to: 4 },
      } as const;
      const trace = await run(model, IDS, [cut]);
      const weights = map(model, trace, 1, 3);
      for (let query = 0; query < IDS.length; query++) {
        const row = weights.subarray(query * IDS.length, (query + 1) * IDS.length);
        const isCut = query >= 5 && query < 12;
        row.subarray(1, 4).forEach((weight, i) => assert.equal(weight === 0, isCut || i + 1 > query));
        assertClose(
          row.reduce((sum, weight) => sum + weight, 0),
          1,
          F32,
        );
        assertClose(headWeights(trace, 1, 3, query, 'from'), row, F32);
      }
      assert.deepEqual(map(model, trace, 1, 2), map(model, base, 1, 2));
    });

    it('edges cut in every layer hide a token wholly', async () => {
      const blind = (ids: number[]): Promise<Trace> =>
        run(model, ids, [{ site: 'pattern', do: 'knockout', dst: { from: 3, to: Infinity }, src: { from: 2, to: 3 } }]);
      const other = [...IDS];
      other[2] = 65;
      assert.deepEqual(await logitsAt(model, await blind(other), LAST), await logitsAt(model, await blind(IDS), LAST));
    });

    it('a banned expert is not used, a forced one is, with weights that the model would give', async () => {
      const { ids } = base.layer(0).router!;
      const favourite = ids.i32[0];
      const banned = await run(model, IDS, [{ site: 'expert', do: 'route-around', layer: 0, expert: favourite }]);
      assert.ok(!banned.layer(0).router!.ids.i32.includes(favourite));
      assert.deepEqual(banned.layer(0).router!.probabilities.f32, base.layer(0).router!.probabilities.f32);

      const pair = [4, 1];
      const forced = await run(model, IDS, [
        ...pair.map((expert): Edit => ({ site: 'expert', do: 'force', layer: 0, expert, pos: { from: 2, to: 4 } })),
      ]);
      const router = forced.layer(0).router!;
      for (let token = 0; token < IDS.length; token++) {
        const chosen = [...router.ids.i32.subarray(token * 2, token * 2 + 2)];
        const p = router.probabilities.f32.subarray(token * 6, token * 6 + 6);
        if (token >= 2 && token < 4) assert.deepEqual([...chosen].sort(), [1, 4]);
        else assert.deepEqual(chosen, [...ids.i32.subarray(token * 2, token * 2 + 2)]);
        assert.ok(p[chosen[0]] >= p[chosen[1]]);
        const total = p[chosen[0]] + p[chosen[1]];
        assertClose(
          router.weights.f32.slice(token * 2, token * 2 + 2),
          Float32Array.from(chosen, (e) => p[e] / total),
          F32,
        );
      }
      assert.notDeepEqual(await logitsAt(model, forced, 2), await logitsAt(model, base, 2));
      assert.deepEqual(await logitsAt(model, forced, 1), await logitsAt(model, base, 1));
    });

    it('forcing the choice that the router makes anyway changes nothing', async () => {
      const { ids } = base.layer(1).router!;
      const edits = IDS.flatMap((_, token) =>
        [...ids.i32.subarray(token * 2, token * 2 + 2)].map((expert): Edit => ({
          site: 'expert',
          do: 'force',
          layer: 1,
          expert,
          pos: { from: token, to: token + 1 },
        })),
      );
      await assertSameTrace(model, await run(model, IDS, edits), base, F32);
    });

    it('a patched stream goes on as it did in the other trace', async () => {
      const other = await run(model, [256, ...IDS.slice(6)]);
      const everything: Edit = {
        site: 'resid_pre',
        layer: 1,
        pos: { from: 0, to: 8 },
        do: 'from',
        source: 7,
        sourcePos: 0,
      };
      const patched = await rerunWith(model, base, [everything], other);
      assert.deepEqual(await logitsAt(model, patched, 7), await logitsAt(model, other, 7));
      assert.notDeepEqual(await logitsAt(model, patched, 8), await logitsAt(model, base, 8));
    });

    for (const layer of [0, 1, 2]) {
      it(`a patch of layer ${layer} that is taken away leaves nothing behind`, async () => {
        const other = await run(model, [256, ...IDS.slice(6)]);
        const patch: Edit = { site: 'resid_pre', do: 'from', layer, pos: { from: 2, to: 5 }, source: 7, sourcePos: 1 };
        const patched = await rerunWith(model, base, [patch], other);
        assert.notDeepEqual(await logitsAt(model, patched, LAST), await logitsAt(model, base, LAST));
        await assertSameTrace(model, await rerun(model, patched, { edits: [] }), base, COMPANY);
      });
    }

    const EDITS: Edit[][] = [
      [{ site: 'z', layer: 2, head: 0, do: 'zero' }],
      [{ site: 'z', layer: 0, head: 1, pos: { from: 6, to: 9 }, do: 'zero' }],
      [{ site: 'pattern', do: 'knockout', layer: 1, dst: { from: 7, to: 13 }, src: { from: 2, to: 5 } }],
      [{ site: 'pattern', do: 'knockout', dst: { from: 3, to: 13 }, src: { from: 0, to: 2 } }],
      [
        { site: 'expert', do: 'route-around', layer: 1, expert: 2 },
        { site: 'expert', do: 'force', layer: 2, expert: 3 },
      ],
      [{ site: 'resid_pre', layer: 1, do: 'scale', by: 0.5 }],
      [{ site: 'resid_post', layer: 2, pos: { from: 7, to: 13 }, do: 'scale', by: 2 }],
      [{ site: 'mlp_out', layer: 0, pos: { from: 7, to: 13 }, do: 'scale', by: 2 }],
    ];
    it('an edit beside one of the stream that stays does not run that one twice', async () => {
      const scaled: Edit = { site: 'resid_pre', layer: 1, do: 'scale', by: 0.5 };
      const once = await run(model, IDS, [scaled]);
      for (const more of [EDITS[0], [{ site: 'z', layer: 1, head: 1, do: 'zero' } as const]]) {
        const edits = [scaled, ...more];
        await assertSameTrace(model, await rerun(model, once, { edits }), await run(model, IDS, edits), 0);
      }
    });

    it('edits of streams, updates, neurons and experts do what they say', async () => {
      const at = { from: 6, to: 8 };
      const [favourite] = base.layer(1).router!.ids.i32.subarray(6 * 2);
      const gone = await run(model, IDS, [{ site: 'resid_post', layer: 2, pos: at, do: 'zero' }]);
      assert.ok(
        (await logitsAt(model, gone, 6)).every((logit) => logit === 0),
        'nothing is left to read',
      );
      assert.deepEqual(await logitsAt(model, gone, 5), await logitsAt(model, base, 5));
      const twice = await run(model, IDS, [
        { site: 'attn_out', layer: 1, pos: at, do: 'zero' },
        { site: 'mlp_out', layer: 1, pos: at, do: 'zero' },
      ]);
      const width = model.config.embedding;
      const stream = (trace: Trace, layer: number): Float32Array =>
        trace.layer(layer).residual!.f32.slice(6 * width, 8 * width);
      assert.deepEqual(stream(twice, 2), stream(twice, 1), 'a layer that adds nothing');
      const silent = Array.from({ length: 24 }, (_, neuron): Edit => {
        return { site: 'neuron', layer: 1, expert: favourite, neuron, pos: { from: 6, to: 7 }, do: 'zero' };
      });
      const left: Edit = { site: 'expert', layer: 1, expert: favourite, pos: { from: 6, to: 7 }, do: 'contribution' };
      const [quiet, without] = [await run(model, IDS, silent), await run(model, IDS, [left])];
      assert.deepEqual(
        await logitsAt(model, quiet, 6),
        await logitsAt(model, without, 6),
        'no neuron is no contribution',
      );
      assert.notDeepEqual(await logitsAt(model, quiet, 6), await logitsAt(model, base, 6));
    });

    it('an edge whose weight is zeroed, or whose value is the mean, changes the head by that much', async () => {
      const [layer, head, dst, src] = [1, 3, 9, 4];
      const kvHead = head >> 1;
      const edge = {
        site: 'pattern',
        layer,
        head,
        dst: { from: dst, to: dst + 1 },
        src: { from: src, to: src + 1 },
      } as const;
      const mixed = async (edits: Edit[]): Promise<{ all: Float32Array; trace: Trace }> => {
        let all = new Float32Array();
        const heads: Taps['heads'] = (l, out, { n }) => {
          if (l === layer) all = out.f32.slice(0, n * 32);
        };
        return { trace: await run(model, IDS, edits, { taps: { heads } }), all };
      };
      const clean = await mixed([]);
      const weight = headWeights(clean.trace, layer, head, dst, 'from')[src];
      const values = partOf(clean.trace.layer(layer).mixer, 'v').f32.slice();
      const value = (key: number, i: number): number => values[(key * 2 + kvHead) * 8 + i];
      const at = (dst * 4 + head) * 8;
      const [zeroed, swapped] = [await mixed([{ ...edge, do: 'zero' }]), await mixed([{ ...edge, do: 'swap' }])];
      for (let i = 0; i < 8; i++) {
        const mean = IDS.reduce((sum, _, key) => sum + value(key, i), 0) / IDS.length;
        assert.ok(Math.abs(zeroed.all[at + i] - (clean.all[at + i] - weight * value(src, i))) < F32);
        assert.ok(Math.abs(swapped.all[at + i] - (clean.all[at + i] + weight * (mean - value(src, i)))) < F32);
      }
      // Other rows and heads are the same to the last bit, and so are the other weights.
      for (const { all } of [zeroed, swapped]) {
        all.fill(0, at, at + 8);
        const others = clean.all.slice();
        others.fill(0, at, at + 8);
        assert.deepEqual(all, others);
      }
      const expected = map(model, clean.trace, layer, head);
      assert.deepEqual(map(model, swapped.trace, layer, head), expected);
      expected[dst * IDS.length + src] = 0;
      assert.deepEqual(map(model, zeroed.trace, layer, head), expected);
      assertClose(headWeights(zeroed.trace, layer, head, dst, 'from'), expected.slice(dst * 13, dst * 13 + 13), F32);
      // Beside a knockout of the same row: zeroed and swapped edges act on the softmax that it leaves.
      const knockout: Edit = { ...edge, src: { from: 0, to: 3 }, do: 'knockout' };
      const alone = await mixed([knockout]);
      const left = headWeights(alone.trace, layer, head, dst, 'from');
      const all = await mixed([knockout, { ...edge, do: 'zero' }, { ...edge, src: { from: 5, to: 6 }, do: 'swap' }]);
      for (let i = 0; i < 8; i++) {
        const mean = IDS.reduce((sum, _, key) => sum + value(key, i), 0) / IDS.length;
        const moved = left[5] * (mean - value(5, i)) - left[4] * value(4, i);
        assert.ok(Math.abs(all.all[at + i] - (alone.all[at + i] + moved)) < F32);
      }
    });

    it('heads, updates and streams take the mean, another token\u2019s vector, or another run\u2019s', async () => {
      const d = model.config.embedding;
      const other = await run(model, [256, ...IDS.slice(6)]);
      const pos = { from: 4, to: 6 };
      const sites = [
        { site: 'z', layer: 1, head: 2 },
        { site: 'attn_out', layer: 1 },
        { site: 'mlp_out', layer: 2 },
        { site: 'resid_pre', layer: 1 },
        { site: 'resid_post', layer: 2 },
      ] as const;
      /** What a run has at the site, [tokens][width]. */
      const seen = async (ids: readonly number[], site: (typeof sites)[number], edits: Edit[]): Promise<number[][]> => {
        let rows: number[][] = [];
        const keep = (x: Float32Array, n: number, width: number, from = 0, of = width): void => {
          rows = Array.from({ length: n }, (_, i) => [...x.subarray(i * width + from, i * width + from + of)]);
        };
        const taps: Taps = {
          heads: (l, { f32 }, { n }) => site.site === 'z' && l === 1 && keep(f32, n, 32, 16, 8),
          mixed: (l, { f32 }, { n }) => site.site === 'attn_out' && l === 1 && keep(f32, n, d),
          transformed: (l, { f32 }, { n }) => site.site === 'mlp_out' && l === 2 && keep(f32, n, d),
          stream: (l, { f32 }, { n }) => site.site === 'resid_pre' && l === 1 && keep(f32, n, d),
          last: ({ f32 }, { n }) => site.site === 'resid_post' && keep(f32, n, d),
        };
        (await run(model, ids, edits, { other, taps })).release();
        return rows;
      };
      for (const site of sites) {
        const clean = await seen(IDS, site, []);
        const there = await seen(other.ids, site, []);
        const mean = clean[0].map((_, i) => clean.reduce((sum, each) => sum + each[i], 0) / IDS.length);
        const [means, patched, drawn, again] = [
          await seen(IDS, site, [{ ...site, pos, do: 'mean' }]),
          await seen(IDS, site, [{ ...site, pos, do: 'from', source: 3, sourcePos: 1 }]),
          await seen(IDS, site, [{ ...site, pos, do: 'resample', seed: 7 }]),
          await seen(IDS, site, [{ ...site, pos, do: 'resample', seed: 7 }]),
        ];
        for (const at of [4, 5]) {
          assertClose(Float32Array.from(means[at]), Float32Array.from(mean), F32);
          assert.deepEqual(patched[at], there[at - 3]);
          const from = clean.findIndex((each) => each.every((value, i) => value === drawn[at][i]));
          assert.ok(from >= 0 && from !== at, `${site.site}: of another token of the text`);
        }
        assert.deepEqual(drawn, again, 'the same seed, the same tokens');
        for (const rows of [means, patched, drawn]) assert.deepEqual(rows[3], clean[3]);
      }
      const long: Edit = { ...sites[1], pos: { from: 4, to: 13 }, do: 'from', source: 3, sourcePos: 1 };
      await assert.rejects(run(model, IDS, [long], { other }), /reads tokens 1 to 10 of a text that has 8/);
      await assert.rejects(run(model, [256], [{ ...sites[1], do: 'resample', seed: 1 }]), /no other token/);
      const named: Edit = { ...sites[1], do: 'from', source: 'b.py', sourcePos: 0 };
      await assert.rejects(run(model, IDS, [named], { other }), /“b\.py” has not been run/);
    });

    it('a rerun from the kept stream equals a full run with the same edits', async () => {
      for (const edits of EDITS) {
        const [again, full] = [await rerun(model, base, { edits }), await run(model, IDS, edits)];
        const everyRow = edits.every((edit) => edit.site !== 'pattern' && edit.pos === undefined);
        await assertSameTrace(model, again, full, everyRow ? 0 : COMPANY);
        const back = await rerun(model, again, { edits: [] });
        await assertSameTrace(model, back, base, everyRow ? 0 : COMPANY);
        [again, full, back].forEach((trace) => trace.release());
      }
    });

    it('an edited text runs from its first changed token and equals a full run', async () => {
      const edits = EDITS[2];
      for (const [ids, before] of [
        [[...IDS.slice(0, 8), 65, 66, ...IDS.slice(9)], 8],
        [[...IDS, 65], IDS.length],
        [IDS.slice(0, 4), 4],
        [[65, ...IDS], 0],
      ] as const) {
        await assertSameTrace(model, await rerun(model, base, { ids }), await run(model, ids), COMPANY);
        const both = await rerun(model, base, { ids, edits });
        await assertSameTrace(model, both, await run(model, ids, edits), COMPANY);
        const q = partOf(both.layer(0).mixer, 'q').f32.subarray(0, before * 32);
        assert.deepEqual(
          q,
          partOf(base.layer(0).mixer, 'q').f32.subarray(0, before * 32),
          'rows before the change are those of the base',
        );
      }
    });

    it('nothing is computed when nothing differs, and every layer is still told', async () => {
      const layers: number[] = [];
      const before = model.kernel.bytesInUse;
      const same = await rerun(model, base, { afterLayer: (layer) => void layers.push(layer) });
      assert.deepEqual(layers, [0, 1, 2]);
      assert.equal(model.kernel.bytesInUse, before, 'all of it is shared');
      await assertSameTrace(model, same, base, 0);
      same.release();
    });

    it('shared layers live until the last trace that uses them is released', async () => {
      const before = model.kernel.bytesInUse;
      const first = await run(model, IDS);
      const second = await rerun(model, first, { edits: EDITS[0] });
      const expected = map(model, first, 0, 0);
      first.release();
      assert.deepEqual(map(model, second, 0, 0), expected);
      assert.throws(
        () => first.layer(0),
        (thrown: Problem) => thrown.code === 'trace-gone',
      );
      second.release();
      assert.equal(model.kernel.bytesInUse, before);
    });

    it('a run that is stopped keeps nothing', async () => {
      const before = model.kernel.bytesInUse;
      const stop = (layer: number): void => {
        if (layer === 1) throw new Error('stop');
      };
      await assert.rejects(rerun(model, base, { edits: EDITS[1], afterLayer: stop }), /stop/);
      assert.equal(model.kernel.bytesInUse, before);
    });

    it('generation goes on under the same edits', async () => {
      const edits: Edit[] = [
        { site: 'pattern', do: 'knockout', dst: { from: 5, to: Infinity }, src: { from: 1, to: 4 } },
      ];
      const made = await generate(model, IDS, { maxTokens: 4, edits });
      const trace = await run(model, [...IDS, ...made.slice(0, 3)], edits);
      const logits = await logitsAt(model, trace, LAST + 3);
      assert.equal(made[3], logits.indexOf(Math.max(...logits)));
    });

    it('says what does not fit the model', async () => {
      const wrong: Edit[][] = [
        [{ site: 'z', layer: 3, head: 0, do: 'zero' }],
        [{ site: 'z', layer: 0, head: 4, do: 'zero' }],
        [{ site: 'pattern', do: 'knockout', dst: { from: 2, to: 2 }, src: { from: 0, to: 1 } }],
        [{ site: 'expert', do: 'route-around', layer: 0, expert: -1 }],
        [0, 1, 2, 3, 4].map((expert) => ({ site: 'expert', do: 'route-around', layer: 0, expert })),
        [1, 2, 3].map((expert) => ({ site: 'expert', do: 'force', layer: 0, expert })),
        [{ site: 'resid_pre', do: 'from', layer: 0, pos: { from: 0, to: 2 }, source: 1, sourcePos: IDS.length - 1 }],
      ];
      const before = model.kernel.bytesInUse;
      for (const edits of wrong) await assert.rejects(rerunWith(model, base, edits, base), invalid);
      assert.equal(model.kernel.bytesInUse, before);
      const mean: Edit = { site: 'z', layer: 0, head: 0, do: 'mean' };
      await assert.rejects(rerun(model, base, { edits: [mean] }), /has not been taken from a run/);
      const not: [Edit, RegExp][] = [
        [{ site: 'tokens', pos: 1, do: 'text', text: 'a' }, /another text/],
        [{ site: 'neuron', layer: 0, neuron: 1, do: 'zero' }, /name a neuron as expert\.neuron/],
        [{ site: 'neuron', layer: 0, expert: 1, neuron: 24, do: 'zero' }, /no neuron 24/],
        [{ site: 'neuron', layer: 0, expert: 'shared', neuron: 0, do: 'zero' }, /no neuron of a shared expert 0: layer 0 has none/], // prettier-ignore
      ];
      for (const [edit, reason] of not) await assert.rejects(run(model, IDS, [edit]), reason);
      const dense = await tinyModel({}, kernel);
      await assert.rejects(run(dense, IDS, [{ site: 'expert', do: 'route-around', layer: 0, expert: 0 }]), invalid);
    });
  });
}
