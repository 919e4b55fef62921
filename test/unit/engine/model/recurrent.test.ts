/**
 * Gated delta networks, Mamba-2 and short convolutions: what is kept of them is enough to go on from anywhere, and what a head gives is its
 * implied influence times the values. That the numbers are llama.cpp's, llamacpp.test.ts says.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import type { KernelName } from '../../../../src/engine/kernel/kernel';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import type { DeltaWeights, MambaWeights, MixerWeights } from '../../../../src/engine/model/layerWeights';
import { STATE_EVERY } from '../../../../src/engine/model/mixers/recurrentParts';
import { mixerParts, partOf } from '../../../../src/engine/model/mixers/parts';
import { rerun } from '../../../../src/engine/model/rerun';
import { runVariants } from '../../../../src/engine/model/variants';
import { headParts } from '../../../../src/engine/reading/headParts';
import { continuation } from '../../../../src/engine/reading/continuation';
import { influenceRow, influenceTile } from '../../../../src/engine/trace/influence';
import { Trace } from '../../../../src/engine/trace/trace';
import type { Edit } from '../../../../src/protocol/edit';
import { KERNELS_HERE } from '../../../support/kernels';
import { assertRelativelyClose } from '../../../support/close';
import { isLong } from '../../../support/long';
import { sharesInFloat64 } from '../../../support/shortConvolution';
import { deltaHead } from '../../../support/deltaNet';
import { mambaLayer } from '../../../support/mamba2';

/** The same rows by a kernel's way for one row and for many, and states by another number of steps. */
const COMPANY = 1e-4;
const DELTA = ['qwen35', 'qwen35moe', 'qwen3next'] as const;
const FILES = [...DELTA, 'granitehybrid', 'lfm2'] as const;
/** Two layers without attention. */
const LAYERS = { qwen35: [0, 2], qwen35moe: [0, 2], qwen3next: [0, 2], granitehybrid: [0, 3], lfm2: [0, 3] };
/** Which rows are run again does not depend on the kernel: on this one from all places, on the others from a few. */
const EVERY_PLACE = 'simd';
/** The reference kernel is slow: a model of each kind, LONG_TESTS=1 all of them. */
const isAsked = (file: string, kernel: string): boolean =>
  isLong || kernel !== 'reference' || !['qwen35moe', 'qwen3next'].includes(file);
/** What is run again is decided by the layer's kind, on no kernel otherwise: a model of each kind. LONG_TESTS=1: all, on all. */
const isRunAgain = (file: string, kernel: string): boolean =>
  isLong || (kernel !== 'reference' && ['qwen35', 'granitehybrid', 'lfm2'].includes(file));
/** Ends between two kept states. */
const TOKENS = 2 * STATE_EVERY + 22;
const IDS = Array.from({ length: TOKENS }, (_, i) => 5 + ((i * 37) % 200));

const open = (file: string, kernel?: KernelName): Promise<LoadedModel> => {
  const bytes = new Uint8Array(readFileSync(`test/fixtures/models/${file}.gguf`));
  return loadModel(new BufferSource(bytes, file), undefined, kernel);
};

async function run(model: LoadedModel, ids = IDS, edits: readonly Edit[] = []): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, ids.length, { edits });
  await forward(model, trace, ids);
  return trace;
}

/** All that both keep of their tokens, and what there is once behind the last. */
function assertSame(model: LoadedModel, actual: Trace, expected: Trace): void {
  assert.deepEqual(actual.ids, expected.ids);
  assertRelativelyClose(actual.final.f32, expected.final.f32, COMPANY);
  model.config.shapes.forEach(({ mixer }, l) => {
    const [one, other] = [actual.layer(l), expected.layer(l)];
    if (one.residual && other.residual)
      assertRelativelyClose(one.residual.f32, other.residual.f32, COMPANY, `stream ${l}`);
    for (const { name } of mixerParts(mixer)) {
      assertRelativelyClose(
        partOf(one.mixer, name).f32,
        partOf(other.mixer, name).f32,
        COMPANY,
        `${name} of layer ${l}`,
      );
    }
  });
}

for (const file of FILES) {
  for (const kernel of KERNELS_HERE.filter((name) => isRunAgain(file, name))) {
    describe(`a model with layers without attention, ${file}, kernel ${kernel}`, () => {
      let model: LoadedModel;
      let whole: Trace;
      before(async () => {
        model = await open(file, kernel);
        whole = await run(model);
      });

      it('run in pieces, token by token, or back from a rejected continuation is the same run', async () => {
        const trace = new Trace(model.config, model.kernel, TOKENS);
        await forward(model, trace, IDS.slice(0, STATE_EVERY + 3));
        for (const id of IDS.slice(STATE_EVERY + 3, STATE_EVERY + 9)) await forward(model, trace, [id]);
        await forward(model, trace, [7, 8, 9, 10]);
        trace.ids.length = STATE_EVERY + 9; // as a decoder moves to another text
        await forward(model, trace, IDS.slice(STATE_EVERY + 9));
        assertSame(model, trace, whole);
      });

      it('run again with other tokens from the middle on is the whole run of that text', async () => {
        const places = [STATE_EVERY, 1, STATE_EVERY - 1, STATE_EVERY + 1, TOKENS - 1];
        for (const from of kernel === EVERY_PLACE ? places : places.slice(0, 1)) {
          const ids = IDS.map((id, i) => (i === from || i > from + 5 ? id + 1 : id));
          const [again, expected] = [await rerun(model, whole, { ids }), await run(model, ids)];
          assertSame(model, again, expected);
          assert.ok(again.rowsRun <= (TOKENS - from + STATE_EVERY - 1) * model.config.layers);
          [again, expected].forEach((trace) => trace.release());
        }
      });

      it('run again under edits from the middle on is the whole run under them', async () => {
        const at = { from: 100, to: 101 };
        const [, later] = LAYERS[file];
        const cases: Edit[][] = [
          [{ site: 'write', layer: 0, head: 0, pos: at, do: 'skip' }],
          [{ site: 'write', layer: later, pos: { from: 63, to: 66 }, do: 'skip' }],
          [{ site: 'write', layer: 0, pos: { from: STATE_EVERY + 2, to: STATE_EVERY + 4 }, do: 'skip' }],
          [{ site: 'z', layer: later, head: 0, pos: at, do: 'zero' }],
          [{ site: 'resid_pre', layer: 1, pos: at, do: 'scale', by: 0.5 }],
          [{ site: 'pattern', do: 'knockout', dst: { from: 100, to: Infinity }, src: { from: 3, to: 90 } }],
        ];
        for (const edits of kernel === EVERY_PLACE ? cases : cases.slice(0, 2)) {
          const [again, expected] = [await rerun(model, whole, { edits }), await run(model, IDS, edits)];
          assertSame(model, again, expected);
          assert.notDeepEqual(again.final.f32, whole.final.f32);
          const back = await rerun(model, again, { edits: [] });
          assertSame(model, back, whole);
          [again, expected, back].forEach((trace) => trace.release());
        }
      });

      it('a token looked at again finds the state that it found', async () => {
        const d = model.config.embedding;
        for (const position of [0, 1, 3, STATE_EVERY - 1, STATE_EVERY, STATE_EVERY + 2, TOKENS - 1]) {
          const skip: Edit[] = [{ site: 'write', layer: 0, pos: { from: position, to: position + 1 }, do: 'skip' }];
          const streams = await runVariants(model, whole, { position, rows: [[], skip] });
          const edited = await run(model, IDS.slice(0, position + 1), skip);
          [whole, edited].forEach((trace, row) => {
            const [x, out] = [model.kernel.alloc(d), model.kernel.alloc(d)];
            x.f32.set(streams.subarray(row * d, (row + 1) * d));
            model.kernel.rmsNorm(out, x, model.weights.outputNorm!.weight, 1, d, model.config.epsilon);
            const final = trace.final.f32.subarray(position * d, (position + 1) * d);
            assertRelativelyClose(out.f32, final, COMPANY, `token ${position}, row ${row}`);
            [x, out].forEach((buf) => model.kernel.free(buf));
          });
          edited.release();
        }
      });

      it('a typed continuation goes on from any token', async () => {
        const position = 90;
        const typed = await continuation(model, whole, position, 'the other end');
        const ids = typed.tokens.map(({ id }) => id);
        assert.ok(ids.length > 2);
        const expected = await run(model, [...IDS.slice(0, position + 1), ...ids.slice(0, -1)]);
        const last = await logitsAt(model, expected, expected.ids.length - 1);
        const normalizer = Math.log(last.reduce((sum, logit) => sum + Math.exp(logit), 0));
        assert.ok(Math.abs(typed.tokens.at(-1)!.logprob - (last[ids.at(-1)!] - normalizer)) < COMPANY);
        expected.release();
      });

      it('says so where attention is asked for', () => {
        assert.throws(() => whole.attention(0), { code: 'no-attention', message: /Layer 0 has no attention/ });
      });
    });
  }
}

for (const file of DELTA) {
  for (const kernel of KERNELS_HERE.filter((name) => isAsked(file, name))) {
    describe(`the heads of gated delta networks, ${file}, kernel ${kernel}`, () => {
      let model: LoadedModel;
      let whole: Trace;
      before(async () => {
        model = await open(file, kernel);
        whole = await run(model);
      });

      it('keeps no state for each token', () => {
        for (const { mixer } of model.config.shapes) {
          if (mixer.kind !== 'delta') continue;
          const perToken = mixerParts(mixer).filter(({ every }) => every < STATE_EVERY);
          const width = perToken.reduce((sum, part) => sum + part.width, 0);
          assert.equal(width, (2 * mixer.keyHeads + 2 * mixer.heads) * mixer.headDim + 2 * mixer.heads);
        }
      });

      it('reads of a head what its implied influence says, against an independent program in float64', async () => {
        for (const [l, { mixer }] of model.config.shapes.entries()) {
          if (mixer.kind !== 'delta') continue;
          for (let head = 0; head < mixer.heads; head++) {
            const { read, values, largest } = deltaHead(file, l, head, whole.layer(l).residual!.f32, TOKENS);
            let negative = 0;
            for (const query of [0, 1, 40, STATE_EVERY, TOKENS - 1]) {
              const row = influenceRow(whole, l, head, query);
              negative += row.filter((share) => share < 0).length;
              for (let i = 0; i < mixer.headDim; i++) {
                const sum = row.reduce((all, share, key) => all + share * values[key][i], 0);
                assert.ok(Math.abs(sum - read[query][i]) < 1e-5 * largest, `layer ${l} head ${head} query ${query}`);
              }
            }
            assert.ok(negative > 0, 'signed');
          }
        }
      });

      it('draws influence as it is, and pooled by the largest size', async () => {
        const place = { layer: 0, head: 1, q0: 60, q1: 80, k0: 50, k1: 70 };
        const exact = await influenceTile(whole, { ...place, rows: 20, cols: 20 });
        for (let query = 60; query < 80; query++) {
          const row = influenceRow(whole, 0, 1, query);
          for (let key = 50; key < 70; key++) assert.equal(exact[(query - 60) * 20 + key - 50], row[key] ?? 0);
        }
        const pooled = await influenceTile(whole, { ...place, rows: 10, cols: 5 });
        const cell = [0, 1].flatMap((q) => [0, 1, 2, 3].map((k) => exact[(2 + q) * 20 + 4 + k]));
        const most = cell.reduce((largest, one) => (Math.abs(one) > Math.abs(largest) ? one : largest));
        assert.equal(pooled[5 + 1], most);
        await assert.rejects(influenceTile(whole, { ...place, head: 99, rows: 1, cols: 1 }), /no head 99/);
        await assert.rejects(influenceTile(whole, { ...place, layer: 3 - 2 * Number(file === 'qwen35moe'), rows: 1, cols: 1 }), /has attention/); // prettier-ignore
      });
    });
  }
}

for (const kernel of KERNELS_HERE) {
  describe(`the heads of Mamba-2, kernel ${kernel}`, () => {
    let model: LoadedModel;
    let whole: Trace;
    before(async () => {
      model = await open('granitehybrid', kernel);
      whole = await run(model);
    });

    it('read what their implied influence says, and give what they read, against an independent program in float64', async () => {
      for (const [l, { mixer }] of model.config.shapes.entries()) {
        if (mixer.kind !== 'mamba') continue;
        const { read, values, given, largest } = mambaLayer('granitehybrid', l, whole.layer(l).residual!.f32, TOKENS);
        const { layer } = await model.weights.layer(l);
        let negative = 0;
        for (let head = 0; head < mixer.heads; head++) {
          for (const query of [0, 1, 40, STATE_EVERY, TOKENS - 1]) {
            const row = influenceRow(whole, l, head, query);
            negative += row.filter((share) => share < 0).length;
            const parts = headParts(model, layer.mixer, whole, { layer: l, head, query });
            for (let i = 0; i < mixer.headDim; i++) {
              const sum = row.reduce((all, share, key) => all + share * values[head][key][i], 0);
              assert.ok(
                Math.abs(sum - read[head][query][i]) < 1e-5 * largest,
                `layer ${l} head ${head} query ${query}`,
              );
              const mixed = parts.shares.reduce((all, share, key) => all + share * parts.values[key * parts.stride + parts.from + i], 0); // prettier-ignore
              assert.ok(Math.abs(mixed * parts.factor![i] - given[query][head * mixer.headDim + i]) < 1e-4);
            }
          }
        }
        assert.ok(negative > 0, 'signed');
      }
    });

    it('keep no state for each token', () => {
      const { mixer } = model.config.shapes[0];
      const width = mixerParts(mixer).reduce((sum, part) => sum + (part.every < STATE_EVERY ? part.width : 0), 0);
      assert.equal(width, 2 * 2 * 7 + 2 * 60 + 2 * 6 + 2);
    });
  });

  describe(`gated short convolutions, kernel ${kernel}`, () => {
    let model: LoadedModel;
    let whole: Trace;
    before(async () => {
      model = await open('lfm2', kernel);
      whole = await run(model);
    });

    it('share out what they give among the last tokens as an independent program in float64 does', async () => {
      for (const layer of LAYERS.lfm2) {
        const expected = sharesInFloat64('lfm2', layer, whole.layer(layer).residual!.f32, TOKENS);
        let negative = 0;
        for (let query = 0; query < TOKENS; query++) {
          const row = influenceRow(whole, layer, 0, query);
          assert.equal(row.length, query + 1);
          row.forEach((share, key) => {
            assert.ok(Math.abs(share - (expected[query][key] ?? 0)) < 1e-4, `layer ${layer}, ${query} from ${key}`);
            negative += Number(share < 0);
          });
          assert.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-4, 'they sum to 1');
        }
        assert.ok(negative > 0, 'signed');
      }
    });

    it('are drawn as they are', async () => {
      const tail = await influenceTile(whole, {
        layer: 0,
        head: 0,
        q0: 60,
        q1: 80,
        k0: 50,
        k1: 70,
        rows: 20,
        cols: 20,
      });
      for (let query = 60; query < 80; query++) {
        const row = influenceRow(whole, 0, 0, query);
        for (let key = 50; key < 70; key++) assert.equal(tail[(query - 60) * 20 + key - 50], row[key] ?? 0);
      }
    });
  });
}

const lastLogits = async (model: LoadedModel): Promise<Float32Array> =>
  logitsAt(model, await run(model, IDS.slice(0, 40)), 39);
/** Of the models as they are. */
const asIs = new Map<string, Promise<Float32Array>>();

/** With weights changed in every layer that carries a state, the answer is another. */
async function assertAtWork(file: string, change: (weights: MixerWeights, taps: number) => void): Promise<void> {
  const other = await open(file, 'simd');
  for (const [l, { mixer }] of other.config.shapes.entries()) {
    if (mixer.kind !== 'delta' && mixer.kind !== 'mamba') continue;
    change((await other.weights.layer(l)).layer.mixer, mixer.taps);
  }
  if (!asIs.has(file)) asIs.set(file, open(file, 'simd').then(lastLogits));
  const [one, two] = [(await asIs.get(file))!, await lastLogits(other)];
  const most = one.reduce((largest, value, i) => Math.max(largest, Math.abs(value - two[i])), 0);
  assert.ok(most > 0.02, `logits differ by ${most} at most`);
}

describe('what Mamba-2 is made of is at work in the fixture:', () => {
  const WITHOUT: [what: string, change: (weights: MambaWeights) => void][] = [
    ['the decay', ({ rate }) => rate.f32.fill(0)],
    ['the bias of the step', ({ stepBias }) => stepBias.f32.fill(0)],
    ['the value that is added once more', ({ skip }) => skip.f32.fill(0)],
    ['the weight of the norm', ({ norm }) => norm.weight.f32.fill(1)],
    ...(['biasQ', 'biasK', 'biasV'] as const).map((name): (typeof WITHOUT)[number] => [
      `the convolution’s bias (${name})`,
      (weights) => weights[name]!.f32.fill(0),
    ]),
    ...(['convolveQ', 'convolveK', 'convolveV'] as const).map((name): (typeof WITHOUT)[number] => [
      `the convolution (${name})`,
      (weights) => weights[name].f32.forEach((_, i, all) => (all[i] *= Number(i % 4 === 3))),
    ]),
  ];
  for (const [what, change] of WITHOUT) {
    it(what, () => assertAtWork('granitehybrid', (mixer) => change(mixer as MambaWeights)));
  }
});

describe('what a gated delta network is made of is at work in the fixtures:', () => {
  /** Changes weights of every such layer. */
  const WITHOUT: [what: string, change: (weights: DeltaWeights, taps: number) => void][] = [
    ['the decay', ({ rate }) => rate.f32.fill(0)],
    ['its bias', ({ rateBias }) => rateBias.f32.fill(0)],
    ['the weight of the norm', ({ norm }) => norm.weight.f32.fill(1)],
    ...(['convolveQ', 'convolveK', 'convolveV'] as const).map((name): (typeof WITHOUT)[number] => [
      `the convolution (${name})`,
      (weights, taps) => weights[name].f32.forEach((_, i, all) => (all[i] *= Number(i % taps === taps - 1))),
    ]),
  ];
  for (const file of DELTA) {
    for (const [what, change] of WITHOUT) {
      it(`${file}, ${what}`, () => assertAtWork(file, (mixer, taps) => change(mixer as DeltaWeights, taps)));
    }
  }
});
