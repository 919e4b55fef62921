/** Weights that come while others already compute, or a part of a layer at a time where they are larger than memory. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { createKernel } from '../../../../src/engine/kernel/choose';
import type { KernelName } from '../../../../src/engine/kernel/kernel';
import type { AttentionWeights, Layer } from '../../../../src/engine/model/layerWeights';
import { partOf } from '../../../../src/engine/model/mixers/parts';
import { planOf, readConfig } from '../../../../src/engine/model/describe';
import { Loader } from '../../../../src/engine/model/loader';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, startModel, type LoadedModel } from '../../../../src/engine/model/load';
import { openWeights } from '../../../../src/engine/model/loadWeights';
import { logProbabilities } from '../../../../src/engine/model/logits';
import type { Model } from '../../../../src/engine/model/model';
import { rerun } from '../../../../src/engine/model/rerun';
import { runVariants } from '../../../../src/engine/model/variants';
import { wholeWord } from '../../../../src/engine/reading/wholeWord';
import { why } from '../../../../src/engine/reading/why';
import { Trace } from '../../../../src/engine/trace/trace';
import type { Problem } from '../../../../src/protocol/problem';
import type { Edit } from '../../../../src/protocol/edit';
import { KERNELS_HERE } from '../../../support/kernels';
import { tinyModelBytes } from '../../../support/tinyModel';

/** Says what is read of it, and when. */
class Watched extends BufferSource {
  readonly read_: { offset: number; length: number }[] = [];
  closed = false;
  hold: Promise<void> | undefined;

  override async readLater(offset: number, length: number): Promise<Uint8Array> {
    this.read_.push({ offset, length });
    const bytes = await super.readLater(offset, length);
    await this.hold;
    return bytes;
  }
  get bytesRead(): number {
    return this.read_.reduce((sum, { length }) => sum + length, 0);
  }
  override close(): void {
    this.closed = true;
  }
}

const open = async (
  source: BufferSource,
  options: Parameters<typeof openWeights>[4] = {},
  kernelName: KernelName = 'reference',
): Promise<Model> => {
  const file = readGguf(source);
  const [config, kernel] = [readConfig(file), await createKernel(kernelName)];
  return { config, kernel, weights: await openWeights(file, config, kernel, 257, options) };
};

describe('weights that are opened', () => {
  it('that do not fit are refused by what they take, before any is read; a part at a time they fit', async () => {
    const source = new Watched(tinyModelBytes({ layers: 2 }), 'tiny.gguf');
    const file = readGguf(source);
    const [config, kernel] = [readConfig(file), await createKernel('reference')];
    let asked = 0;
    kernel.reserve = (bytes) => ((asked = bytes), false);
    const refused = openWeights(file, config, kernel, 257);
    await assert.rejects(refused, (problem: Problem<'out-of-memory'>) => {
      assert.deepEqual([problem.code, problem.detail], ['out-of-memory', { weights: asked }]);
      assert.match(problem.message, /the weights of “tiny\.gguf”, \d+ kB\.$/);
      return asked > 10_000;
    });
    assert.equal(source.bytesRead, 0);
    await openWeights(file, config, kernel, 257, { memoryLimit: asked - 1 });
  });

  it('are read a part at a time where they may be, and the system has not the memory that it was thought to have', async () => {
    const source = new BufferSource(tinyModelBytes({ layers: 2 }), 'tiny.gguf');
    const file = readGguf(source);
    const [config, kernel] = [readConfig(file), await createKernel('reference')];
    kernel.reserve = () => false;
    const weights = await openWeights(file, config, kernel, 257, { memoryLimit: 2 ** 40 });
    assert.ok(weights.bytesPerPass! > 0);
    const before = kernel.bytesInUse;
    (await weights.layer(1)).release();
    assert.equal(kernel.bytesInUse, before);
  });

  const bytes = tinyModelBytes({ layers: 4, experts: 6 });

  it('are read layer by layer as they are leased, the next one ahead, each once, and then kept', async () => {
    const source = new Watched(bytes, 'tiny.gguf');
    let complete = 0;
    const model = await open(source, { complete: () => complete++ });
    const head = source.bytesRead;
    const trace = new Trace(model.config, model.kernel, 2);
    const readBehind: number[] = [];
    await forward(model, trace, [1, 2], { afterLayer: () => void readBehind.push(source.bytesRead - head) });
    const each = readBehind[0] / 2;
    assert.deepEqual(readBehind, [2 * each, 3 * each, 4 * each, 4 * each]);
    const [whole, spare] = [head + 4 * each, 4096];
    assert.ok(
      whole <= bytes.length && whole > bytes.length - readGguf(source).tensors.get('token_embd.weight')!.offset - spare,
    );
    assert.equal(complete, 1);
    const inUse = model.kernel.bytesInUse;
    (await model.weights.layer(2)).release();
    assert.equal(source.bytesRead, whole, 'kept');
    assert.equal(model.kernel.bytesInUse, inUse);
  });

  it('compute in their first layers while later ones are still in the file', async () => {
    const source = new Watched(bytes, 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference' });
    let go = (): void => {};
    const shown: number[] = [];
    const running = explain(model, 'abcd', {
      maxTokens: 100,
      top: 3,
      handle: { worker: 1, kept: 1 },
      signal: new AbortController().signal,
      progress: (report) => {
        if (report.kind !== 'layer') return;
        shown.push(report.maps.layer);
        // What is asked for from now on does not come: the next layer is on its way already.
        if (shown.length === 1) source.hold = new Promise((resolve) => (go = resolve));
      },
    });
    while (shown.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(shown, [0, 1]);
    assert.equal(source.closed, false);
    go();
    const { trace } = await running;
    assert.deepEqual(shown, [0, 1, 2, 3]);
    assert.equal(source.closed, true, 'nothing is left to read');
    trace.release();
  });

  it('that are given up on the way leave nothing behind, even while the disk stalls, and can be tried again', async () => {
    const source = new Watched(bytes, 'tiny.gguf');
    const model = await open(source);
    const before = model.kernel.bytesInUse;
    source.hold = new Promise(() => {});
    let looks = 0;
    const stop = (): void => {
      if (++looks > 3) throw new Error('stop');
    };
    await assert.rejects(model.weights.layer(1, stop), /stop/);
    assert.equal(model.kernel.bytesInUse, before);
    source.hold = undefined;
    const [one, other] = await Promise.all([model.weights.layer(1), model.weights.layer(1)]);
    assert.equal(one.layer, other.layer);
    assert.equal((one.layer.mixer as AttentionWeights).wq.rows, 32);
  });

  it('of a disk that does not answer are given up after a while, and nothing is left of them', async () => {
    const source = new Watched(bytes, 'tiny.gguf');
    const kernel = await createKernel('reference');
    const file = readGguf(source);
    const { layers } = planOf(file, readConfig(file), 257);
    source.hold = new Promise(() => {});
    let looks = 0;
    await assert.rejects(
      new Loader(file, kernel, 250).tree<Layer>(layers[0], () => void looks++),
      {
        code: 'file-missing',
        detail: { file: 'tiny.gguf', what: 'disk-stalled' },
      },
    );
    assert.ok(looks >= 3, 'it listened meanwhile');
    assert.equal(kernel.bytesInUse, 0);
    source.hold = undefined;
    await new Loader(file, kernel, 250).tree<Layer>(layers[0], () => {});
  });

  it('that one stops waiting for come to the other who waits', async () => {
    const model = await open(new Watched(bytes, 'tiny.gguf'));
    const stop = (): never => {
      throw new Error('stop');
    };
    const [one, other] = await Promise.allSettled([model.weights.layer(1, stop), model.weights.layer(1)]);
    assert.equal(one.status, 'rejected');
    assert.equal(other.status, 'fulfilled');
  });
});

describe('a model larger than memory', () => {
  const ids = Array.from({ length: 11 }, (_, i) => (i * 37) % 250);
  const edits: readonly Edit[] = [{ site: 'z', layer: 2, head: 1, do: 'zero' }];

  /** Everything of a pass that can be compared. */
  async function outcome(model: LoadedModel): Promise<Float32Array[]> {
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const again = await rerun(model, trace, { ids, edits });
    const explained = await why(model, trace, { position: 5 });
    const all = [
      ...[trace, again].flatMap(({ layers, final }) => [
        ...layers.map(({ mixer }) => partOf(mixer, 'k').f32.slice()),
        final.f32.slice(),
      ]),
      await logProbabilities(model, trace),
      Float32Array.from(explained.terms.map(({ effect }) => effect)),
    ];
    trace.release();
    again.release();
    return all;
  }

  for (const kernel of KERNELS_HERE) {
    for (const experts of [0, 6]) {
      it(`gives the same bits from a part of a layer at a time, ${experts} experts, ${kernel}`, async () => {
        const bytes = tinyModelBytes({ layers: 4, experts });
        const source = new Watched(bytes, 'tiny.gguf');
        const whole = await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, kernel);
        const streamed = await startModel(source, { kernel, memoryLimit: 1 });
        assert.equal(whole.card.bytesPerPass, undefined);
        assert.ok(streamed.card.bytesPerPass! > 0);
        const rest = streamed.kernel.bytesInUse;
        const trace = new Trace(streamed.config, streamed.kernel, ids.length);
        const held: number[] = [];
        await forward(streamed, trace, ids, { afterLayer: () => void held.push(streamed.kernel.bytesInUse) });
        assert.equal(new Set(held).size, 1, 'no layer is kept');
        trace.release();
        assert.deepEqual(await outcome(streamed), await outcome(whole));
        if (kernel === 'reference') assert.equal(streamed.kernel.bytesInUse, rest);
        assert.equal(source.closed, false);
        streamed.close();
        assert.equal(source.closed, true);
      });
    }
  }

  it('gives the same bits of layers without a network, of those that take rows of a table of their own, and of experts beside a network', async () => {
    for (const name of ['nemotron_h', 'nemotron_h_moe', 'gemma4-e', 'gemma4-experts']) {
      const bytes = new Uint8Array(readFileSync(`test/fixtures/models/${name}.gguf`));
      const streamed = await startModel(new BufferSource(bytes, name), { kernel: 'simd', memoryLimit: 1 });
      const whole = await loadModel(new BufferSource(bytes, name), undefined, 'simd');
      assert.ok(streamed.card.bytesPerPass! > 0);
      assert.deepEqual(await outcome(streamed), await outcome(whole), name);
    }
  });

  it('gives the same bits of more rows than run together, a slot of experts at a time', async () => {
    const many = Array.from({ length: 300 }, (_, i) => (i * 37) % 250);
    const bytes = tinyModelBytes({ layers: 2, experts: 6 });
    const [whole, streamed] = [
      await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, 'simd'),
      await startModel(new BufferSource(bytes, 'tiny.gguf'), { kernel: 'simd', memoryLimit: 1 }),
    ];
    const results: unknown[][] = [];
    for (const model of [whole, streamed]) {
      const trace = new Trace(model.config, model.kernel, many.length);
      const looked: string[] = [];
      await forward(model, trace, many, {
        taps: { transformed: (l, _, { first, n }) => void looked.push(`${l} ${first} ${n}`) },
      });
      results.push([trace.final.f32.slice(), trace.layer(1).router!.ids.i32.slice(), looked]);
      const rows = many.map((_, i): Edit[] => [
        { site: 'mlp_out', layer: 0, pos: { from: 200, to: 201 }, do: 'scale', by: i / 300 },
      ]);
      results.at(-1)!.push(await runVariants(model, trace, { position: 200, rows }));
      trace.release();
    }
    assert.deepEqual(results[1], results[0]);
  });

  it('of experts reads those that its rows go through, and each part of a layer by itself', async () => {
    const source = new BufferSource(tinyModelBytes({ layers: 4, experts: 6 }), 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference', memoryLimit: 1 });
    const lease = await model.weights.layer(0);
    assert.equal(lease.whole, false);
    assert.equal(lease.layer.moe!.experts.length, 0);
    const held = model.kernel.bytesInUse;
    const seen: unknown[] = [];
    await lease.networks([1, 4], ({ up }, id) => void seen.push(id, up.rows, model.kernel.bytesInUse > held));
    assert.deepEqual(seen, [1, 24, true, 4, 24, true]);
    assert.equal(model.kernel.bytesInUse, held);
    lease.release();
    const { layer } = model.weights;
    const asked: number[][] = [];
    model.weights.layer = async (l, pause) => {
      const leased = await layer(l, pause);
      const networks: typeof leased.networks = (ids, use, wait) => {
        asked.push(ids.map(Number));
        return leased.networks(ids, use, wait);
      };
      return { ...leased, networks };
    };
    const trace = new Trace(model.config, model.kernel, 1);
    await forward(model, trace, [3]);
    const chosen = trace.layers.map(({ router }) => [...router!.ids.i32].sort((one, other) => one - other));
    assert.deepEqual(asked, chosen);
    assert.ok(chosen[0].length < 6);
  });

  it('of one network a layer has that by itself, too', async () => {
    const model = await startModel(new BufferSource(tinyModelBytes(), 'tiny.gguf'), {
      kernel: 'reference',
      memoryLimit: 1,
    });
    const lease = await model.weights.layer(0);
    assert.equal(lease.layer.dense, undefined);
    const held = model.kernel.bytesInUse;
    let most = 0;
    await lease.networks(['dense'], () => void (most = model.kernel.bytesInUse));
    assert.ok(most > held);
    assert.equal(model.kernel.bytesInUse, held);
    lease.release();
  });

  it('is not read for the rest of a word that nobody has asked for', async () => {
    const source = new Watched(tinyModelBytes({ layers: 2 }), 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference', memoryLimit: 1 });
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const before = source.bytesRead;
    const first = { id: 97, text: 'a', probability: 0.5 };
    assert.deepEqual(await wholeWord(model, trace, 5, first), { text: 'a', probability: 0.5 });
    assert.equal(source.bytesRead, before);
  });

  it('is read from the edited layer on when it is run again', async () => {
    const source = new Watched(tinyModelBytes({ layers: 4 }), 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference', memoryLimit: 1 });
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const before = source.bytesRead;
    await rerun(model, trace, { ids, edits: [{ site: 'z', layer: 0, head: 1, do: 'zero' }] });
    const all = source.bytesRead - before;
    await rerun(model, trace, { ids, edits });
    assert.equal(source.bytesRead - before - all, all / 2);
  });
});

describe('a model file that changes while it is used', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'changing-model-'));
  after(() => rmSync(folder, { recursive: true }));
  const bytes = tinyModelBytes({ layers: 4 });
  const started = async (name: string): Promise<{ model: LoadedModel; file: string }> => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    const model = await startModel(new FileSource(file), { kernel: 'reference', memoryLimit: 1 });
    return { model, file };
  };
  const changed = { code: 'file-missing', detail: { what: 'model-changed' } };
  const refused = async (model: LoadedModel): Promise<void> => {
    const trace = new Trace(model.config, model.kernel, 2);
    await assert.rejects(
      forward(model, trace, [1, 2]),
      (thrown: Error & { code: string; detail: { what?: string } }) => {
        assert.deepEqual({ code: thrown.code, detail: { what: thrown.detail.what } }, changed);
        return true;
      },
    );
    assert.equal(trace.ids.length, 0);
  };

  it('is refused when it has become shorter, longer or other than it was', async () => {
    for (const change of [
      (file: string): void => truncateSync(file, bytes.length - 1000),
      (file: string): void => appendFileSync(file, 'x'),
      (file: string): void => writeFileSync(file, readFileSync(file).reverse()),
    ]) {
      const { model, file } = await started('changing.gguf');
      await new Promise((resolve) => setTimeout(resolve, 5)); // another time of change
      change(file);
      await refused(model);
      model.close();
    }
  });

  it('goes on where only its name is gone, as far as the system allows that', async function () {
    if (process.platform === 'win32') this.skip();
    const { model, file } = await started('gone.gguf');
    rmSync(file);
    const trace = new Trace(model.config, model.kernel, 2);
    await forward(model, trace, [1, 2]);
    model.close();
    assert.throws(() => new FileSource(file), { code: 'file-missing' });
  });
});
