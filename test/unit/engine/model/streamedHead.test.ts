/** Is the output matrix of a model larger than memory there a slice at a time, with the same bits, and read no more than needed? */
import assert from 'node:assert/strict';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { forward } from '../../../../src/engine/model/forward';
import { headRows } from '../../../../src/engine/model/head';
import { loadModel, startModel, type LoadedModel } from '../../../../src/engine/model/load';
import { candidatesAt, logitsAt, logitsOf } from '../../../../src/engine/model/logits';
import { lens } from '../../../../src/engine/reading/lens';
import { why } from '../../../../src/engine/reading/why';
import { Trace } from '../../../../src/engine/trace/trace';
import { KERNELS_HERE } from '../../../support/kernels';
import { tinyModelBytes } from '../../../support/tinyModel';

/** Counts bytes by where in the file they are. */
class Counted extends BufferSource {
  readonly reads: { offset: number; length: number }[] = [];
  override readLater(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push({ offset, length });
    return super.readLater(offset, length);
  }
}

const WORDS = 3000;
const ids = Array.from({ length: 11 }, (_, i) => (i * 37) % 250);

async function traced(model: LoadedModel): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

/** Everything that is read of the output matrix. */
async function outcome(model: LoadedModel): Promise<unknown[]> {
  const trace = await traced(model);
  const { logProbabilities, logSumExp, entropy, ids: likeliest } = await headRows(model, trace);
  const { terms, remainder } = await why(model, trace, { position: 5, target: 3001 });
  const found = [
    logProbabilities,
    logSumExp,
    entropy,
    likeliest,
    await logitsAt(model, trace, 4),
    await logitsOf(model, trace, 2, 9),
    await lens(model, trace, { position: 6, top: 3 }),
    terms,
    remainder,
  ];
  trace.release();
  return found;
}

describe('the output matrix of a model larger than memory', () => {
  for (const untied of [false, true]) {
    const bytes = tinyModelBytes({ words: WORDS, untied });
    const tensor = readGguf(new BufferSource(bytes, 'tiny.gguf')).tensors.get(
      untied ? 'output.weight' : 'token_embd.weight',
    )!;
    const [from, end] = [tensor.offset, tensor.offset + tensor.byteLength];

    for (const kernel of KERNELS_HERE) {
      it(`gives the same bits in slices, ${untied ? 'its own' : 'the embedding'}, ${kernel}`, async () => {
        const whole = await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, kernel);
        const options = { kernel, memoryLimit: 1, slotBytes: 100_000 };
        const streamed = await startModel(new BufferSource(bytes, 'tiny.gguf'), options);
        const slices: number[][] = [];
        await streamed.weights.output.ranges(({ rows }, first) => void slices.push([first, rows]));
        assert.deepEqual(slices, [
          [0, 1536],
          [1536, 1536],
          [3072, 185],
        ]);
        assert.deepEqual(await outcome(streamed), await outcome(whole));
      });
    }

    it(`takes a slice of memory, and the prompt's rows are all that is read of an embedding, ${untied}`, async () => {
      const source = new Counted(bytes, 'tiny.gguf');
      const options = { kernel: 'reference', memoryLimit: 1, slotBytes: 100_000 } as const;
      const model = await startModel(source, options);
      assert.ok(model.kernel.bytesInUse < 20_000, `opened in ${model.kernel.bytesInUse} bytes`);
      const trace = await traced(model);
      const embedding = readGguf(source).tensors.get('token_embd.weight')!;
      const within = (start: number, stop: number): number =>
        source.reads.reduce(
          (sum, { offset, length }) => sum + Math.max(0, Math.min(offset + length, stop) - Math.max(offset, start)),
          0,
        );
      const ofEmbedding = within(embedding.offset, embedding.offset + embedding.byteLength);
      assert.ok(ofEmbedding <= 250 * 16 * 4 && ofEmbedding >= new Set(ids).size * 16 * 4, `${ofEmbedding} bytes read`);

      const rest = model.kernel.bytesInUse;
      let most = 0;
      const { output } = model.weights;
      const { ranges } = output;
      output.ranges = (use, pause) =>
        ranges((words, first) => {
          most = Math.max(most, model.kernel.bytesInUse - rest);
          return use(words, first);
        }, pause);
      const before = within(from, end);
      await headRows(model, trace);
      assert.equal(within(from, end) - before, tensor.byteLength, 'read once for all tokens');
      // The slice, and what is kept of eleven rows.
      const parts = 11 * (model.kernel.headNumbers(WORDS + 257) + 21) * 4;
      assert.ok(most <= 100_000 + parts, `${most} bytes, of which ${parts} are the rows'`);
      assert.equal(model.kernel.bytesInUse, rest);
      trace.release();
    });
  }

  it('is read once for an explanation, and not again for what comes after any of its tokens', async () => {
    const bytes = tinyModelBytes({ words: WORDS, untied: true });
    const tensor = readGguf(new BufferSource(bytes, 'tiny.gguf')).tensors.get('output.weight')!;
    const source = new Counted(bytes, 'tiny.gguf');
    const steps: string[] = [];
    const options = {
      maxTokens: 100,
      top: 10,
      handle: { worker: 1, kept: 1 },
      signal: new AbortController().signal,
      progress: ({ kind }: { kind: string }) => void steps.push(kind),
    };
    const [streamed, whole] = [
      await startModel(source, { kernel: 'simd', memoryLimit: 1, slotBytes: 100_000 }),
      await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, 'simd'),
    ];
    const { head } = streamed.kernel;
    streamed.kernel.head = function (...given) {
      steps.push('head');
      head.apply(this, given);
    };
    const { trace, explanation } = await explain(streamed, 'abcdefgh', options);
    assert.ok(steps.includes('head'));
    assert.ok(steps.indexOf('head') > steps.lastIndexOf('layer'), 'when all maps have been told');
    const reference = (await explain(whole, 'abcdefgh', options)).trace;
    const last = trace.ids.length - 1;
    assert.equal(explanation.next.length, 8);
    for (const position of [0, 3, last]) {
      const likeliest = await candidatesAt(streamed, trace, position, 10);
      if (position === last) assert.deepEqual(explanation.next, likeliest);
      const all = await candidatesAt(whole, reference, position, 10);
      for (const [i, { probability, ...one }] of likeliest.entries()) {
        const { probability: expected, ...same } = all[i];
        assert.deepEqual(one, same);
        assert.ok(Math.abs(probability - expected) <= 1e-5 * expected, `${probability} against ${expected}`);
      }
      assert.equal((await candidatesAt(streamed, trace, position, 3)).length, 3);
    }
    for (const [of, run] of [
      [streamed, trace],
      [whole, reference],
    ] as const)
      for (const id of [-1, 1.5, 4000])
        await assert.rejects(candidatesAt(of, run, 0, 3, undefined, [id]), new RegExp(`id ${id};`));
    assert.deepEqual((await candidatesAt(whole, reference, 0, 1, undefined, [7])).map(({ id }) => id).at(-1), 7);
    const within = source.reads.filter(
      ({ offset, length }) => offset + length > tensor.offset && offset < tensor.offset + tensor.byteLength,
    );
    assert.equal(
      within.reduce((sum, { length }) => sum + length, 0),
      tensor.byteLength,
    );
  });

  it('counts among the bytes that are read again each time', async () => {
    const source = new BufferSource(tinyModelBytes({ words: WORDS }), 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference', memoryLimit: 1 });
    assert.ok(model.card.bytesPerPass! > (WORDS + 257) * 16 * 4);
  });

  it('is given up in the middle when the person cancels', async () => {
    const source = new BufferSource(tinyModelBytes({ words: WORDS }), 'tiny.gguf');
    const model = await startModel(source, { kernel: 'reference', memoryLimit: 1, slotBytes: 100_000 });
    const trace = await traced(model);
    const rest = model.kernel.bytesInUse;
    let looks = 0;
    const pause = (): void => {
      if (++looks > 4) throw new Error('stop');
    };
    await assert.rejects(headRows(model, trace, pause), /stop/);
    looks = 3;
    await assert.rejects(logitsAt(model, trace, 3, pause), /stop/);
    assert.equal(model.kernel.bytesInUse, rest);
  });
});
