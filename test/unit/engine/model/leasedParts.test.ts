/** Parts of a model larger than memory: two slots at most, each read once and ahead, there until the last one has released them. */
import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { createKernel } from '../../../../src/engine/kernel/choose';
import { readConfig } from '../../../../src/engine/model/describe';
import { openWeights } from '../../../../src/engine/model/loadWeights';
import type { Model } from '../../../../src/engine/model/model';
import { sideBySide } from '../../../../src/engine/model/sideBySide';
import type { NetworkId } from '../../../../src/engine/model/weights';
import { tinyModelBytes } from '../../../support/tinyModel';

class Listed extends BufferSource {
  reads: string[] = [];
  override readLater(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push(`${offset}+${length}`);
    return super.readLater(offset, length);
  }
}

const bytes = tinyModelBytes({ layers: 2, experts: 6 });
const ALL: readonly NetworkId[] = [0, 1, 2, 3, 4, 5];

async function streamed(slotBytes: number): Promise<{ model: Model; source: Listed }> {
  const source = new Listed(bytes, 'tiny.gguf');
  const file = readGguf(source);
  const [config, kernel] = [readConfig(file), await createKernel('reference')];
  const weights = await openWeights(file, config, kernel, 257, { memoryLimit: 1, slotBytes });
  source.reads = [];
  return { model: { config, kernel, weights }, source };
}

/** What is read of the file for a part, were it the only one. */
async function alone(read: (model: Model) => Promise<unknown>): Promise<string[]> {
  const { model, source } = await streamed(1);
  await read(model);
  return source.reads;
}

const ofLayer = (l: number): Promise<string[]> => alone(async (model) => (await model.weights.layer(l)).release());

/** Bytes of an expert in memory, what is read for each of the first layer's, and for all but the experts of each layer. */
let expert = 0;
let layers: string[][];
const experts: string[][] = [];

/** With slots for so many experts. */
const opened = (held: number): ReturnType<typeof streamed> => streamed(held * expert);

describe('leased parts', () => {
  before(async () => {
    layers = [await ofLayer(0), await ofLayer(1)];
    for (const id of ALL) {
      const read = await alone(async ({ kernel, weights }) => {
        const lease = await weights.layer(0);
        const rest = kernel.bytesInUse;
        await lease.networks([id], () => void (expert = kernel.bytesInUse - rest));
      });
      experts.push(read.slice(layers[0].length, read.length - layers[1].length));
    }
  });

  it('of experts are as many as a slot holds, and no more', async () => {
    for (const held of [1, 2, 4]) {
      const { model } = await opened(held);
      const lease = await model.weights.layer(0);
      const rest = model.kernel.bytesInUse;
      const seen: number[] = [];
      await lease.networks(ALL, () => void seen.push(Math.round((model.kernel.bytesInUse - rest) / expert)));
      const slots = { 1: [1, 1, 1, 1, 1, 1], 2: [2, 2, 2, 2, 2, 2], 4: [4, 4, 4, 4, 2, 2] }[held];
      assert.deepEqual(seen, slots);
      lease.release();
    }
  });

  it('are read ahead: the next slot, behind the last one the next layer, each once', async () => {
    const { model, source } = await opened(1);
    const lease = await model.weights.layer(0);
    source.reads = [];
    const asked: string[][] = [];
    await lease.networks([0, 3, 5], () => void asked.push([...source.reads]));
    const [first, second, third, layer] = [experts[0], experts[3], experts[5], layers[1]];
    const read = [...first, ...second];
    assert.deepEqual(asked, [read, [...read, ...third], [...read, ...third, ...layer]]);
    const next = await model.weights.layer(1);
    assert.equal(source.reads.length, asked[2].length, 'it had been read');
    next.release();
    lease.release();
  });

  it('are read once they are expected, and not again when they are taken or expected once more', async () => {
    const { model, source } = await opened(1);
    const lease = await model.weights.layer(0);
    source.reads = [];
    lease.expect([2, 4]);
    lease.expect([2, 4]);
    assert.deepEqual(source.reads, experts[2]);
    const asked: number[] = [];
    await lease.networks([2], () => void asked.push(source.reads.length));
    assert.deepEqual(asked, [experts[2].length + layers[1].length]);
    lease.release();
  });

  it('that are in memory are not read ahead', async () => {
    const { model, source } = await opened(1);
    const [lease, next] = [await model.weights.layer(0), await model.weights.layer(1)];
    source.reads = [];
    await lease.networks([1], () => {});
    assert.deepEqual(source.reads, experts[1]);
    next.release();
    lease.release();
  });

  it('stay for the others when one of them is released twice', async () => {
    const { model } = await opened(1);
    const rest = model.kernel.bytesInUse;
    const [one, other] = [await model.weights.layer(0), await model.weights.layer(0)];
    const held = model.kernel.bytesInUse;
    one.release();
    one.release();
    assert.equal(model.kernel.bytesInUse, held);
    other.release();
    assert.equal(model.kernel.bytesInUse, rest);
    other.release();
    assert.equal(model.kernel.bytesInUse, rest);
  });

  it('of runs side by side: so many runs as fit, by what one of those before took', async () => {
    const { model } = await opened(1);
    const MB = 2 ** 20;
    let inUse = 900 * MB; // what is there anyhow
    const kernel = Object.create(model.kernel, { bytesInUse: { get: () => inUse } }) as typeof model.kernel;
    let running = 0;
    const together: number[] = [];
    const jobs = Array.from({ length: 17 }, () => async (own: Model) => {
      inUse += 100 * MB;
      running++;
      const lease = await own.weights.layer(0);
      together.push(running);
      lease.release();
      inUse -= 40 * MB; // the most it took counts, not the last
      (await own.weights.layer(1)).release();
      running--;
      inUse -= 60 * MB;
    });
    await sideBySide({ ...model, kernel }, jobs);
    assert.deepEqual(together, [4, 4, 4, 4, ...Array<number>(10).fill(5), 3, 3, 3]);
  });

  it('are read no further once all that wait have failed, and on while one has not', async () => {
    for (const failing of [2, 1]) {
      const { model, source } = await opened(1);
      const seen: NetworkId[] = [];
      const jobs = [0, 1].map((i) => async (own: Model) => {
        const lease = await own.weights.layer(0);
        try {
          await lease.networks(ALL, (_, id) => {
            if (i < failing) throw new Error(`stop ${i}`);
            seen.push(id);
          });
        } finally {
          lease.release();
        }
      });
      await assert.rejects(sideBySide(model, jobs), /stop 0/);
      const read = [...layers[0], ...experts[0], ...experts[1]];
      if (failing === 2) assert.deepEqual(source.reads, read);
      else assert.deepEqual(seen, ALL);
    }
  });
});
