/**
 * Whoever reads of a model larger than memory gives back each layer, also where they fail half way, and holds nothing of it
 * beyond that.
 */
import assert from 'node:assert/strict';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import type { KernelName } from '../../../../src/engine/kernel/kernel';
import { forward } from '../../../../src/engine/model/forward';
import { hearing } from '../../../../src/engine/model/hearing';
import { loadModel, startModel, type LoadedModel } from '../../../../src/engine/model/load';
import { neuronCards } from '../../../../src/engine/neurons/cards';
import { readingAnswers } from '../../../../src/engine/reading/answers';
import { continuation } from '../../../../src/engine/reading/continuation';
import { edgeNorms, edgeReadings } from '../../../../src/engine/reading/edges';
import { lens } from '../../../../src/engine/reading/lens';
import { activeNeurons } from '../../../../src/engine/reading/neurons';
import { probe } from '../../../../src/engine/reading/probe';
import { replay } from '../../../../src/engine/reading/replay';
import { why } from '../../../../src/engine/reading/why';
import { patchingOfTokens } from '../../../../src/engine/receipts/patching';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { cutsOfHead } from '../../../../src/engine/receipts/roles';
import { Trace } from '../../../../src/engine/trace/trace';
import { parseEdit } from '../../../../src/protocol/editText';
import type { Handle } from '../../../../src/protocol/handle';
import { Problem } from '../../../../src/protocol/problem';
import type { CallContext } from '../../../../src/protocol/rpc';
import { isLong } from '../../../support/long';
import { tinyModelBytes } from '../../../support/tinyModel';

type Context = CallContext<never>;

const IDS = Array.from({ length: 8 }, (_, i) => (i * 37) % 250);
const POSITION = 6;

/** Leases in which the trace goes, from the first on. */
const PLACES = isLong ? 5 : 3;

/** Everything that leases layers of a kept trace. */
const READINGS: Readonly<Record<string, (model: LoadedModel, trace: Trace) => Promise<unknown>>> = {
  lens: (model, trace) => lens(model, trace, { position: POSITION, top: 3 }),
  edges: (model, trace) => edgeReadings(model, trace, { layer: 1, head: 2, query: POSITION }),
  lengths: async (model, trace) => {
    const { heads } = await replay(model, trace, POSITION);
    return edgeNorms(model, trace, heads, POSITION, [{ layer: 0, head: 1, key: 4, weight: 0.5 }]);
  },
  continuation: (model, trace) => continuation(model, trace, POSITION, 'abc'),
  roles: (model, trace) => cutsOfHead(model, trace, { layer: 1, head: 2 }, [3, POSITION - 1]),
  why: (model, trace) => why(model, trace, { position: POSITION }),
  neurons: (model, trace) => activeNeurons(model, trace, { position: POSITION, top: 5 }),
  receipt: async (model, trace) => {
    const { timings: _own, ...made } = await receipt(model, trace, { position: POSITION });
    return made;
  },
  patches: (model, trace) =>
    patchingOfTokens(model, trace, [parseEdit('tokens[4] = "x"')], { site: 'z', ways: ['noising'] }),
  circuit: (model, trace) => circuit(model, trace, { position: POSITION, nodes: 10 }),
  cards: (model, trace) => neuronCards(model, trace, 'text', { query: null, most: 4, texts: [] }),
};

async function traced(model: LoadedModel): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, IDS.length);
  await forward(model, trace, IDS);
  return trace;
}

/** How many leases there were, and are; `onLease` is called with each. */
function counted({ weights }: LoadedModel): { taken: number; held: number; onLease?: () => void } {
  const seen: ReturnType<typeof counted> = { taken: 0, held: 0 };
  const layer = weights.layer.bind(weights);
  weights.layer = async (l, pause) => {
    const lease = await layer(l, pause);
    let isHeld = true;
    seen.taken++;
    seen.held++;
    seen.onLease?.();
    const release = (): void => {
      if (isHeld) seen.held--;
      isHeld = false;
      lease.release();
    };
    return { ...lease, release };
  };
  return seen;
}

/** The model as one has it whose request is cancelled with the lease `at` from now on. */
function cancelled(model: LoadedModel, counts: ReturnType<typeof counted>, at: number): LoadedModel {
  const seen = counts;
  seen.taken = 0;
  let stopped = false;
  seen.onLease = () => void (stopped ||= seen.taken === at);
  return hearing(model, () => {
    if (stopped) throw new Problem('cancelled', 'Cancelled.');
  });
}

/** Whatever is freed is NaN from then on. */
function poisoned({ kernel }: LoadedModel): void {
  const [free, freeMatrix] = [kernel.free.bind(kernel), kernel.freeMatrix.bind(kernel)];
  kernel.free = (buf) => {
    buf.f32.fill(NaN);
    free(buf);
  };
  kernel.freeMatrix = (matrix) => {
    (matrix as unknown as { bytes: Uint8Array }).bytes.fill(255);
    freeMatrix(matrix);
  };
}

for (const experts of [0, 6]) {
  const bytes = tinyModelBytes({ layers: 2, experts });
  const streamed = (kernel: KernelName): Promise<LoadedModel> =>
    startModel(new BufferSource(bytes, 'tiny.gguf'), { kernel, memoryLimit: 1 });

  describe(`what is leased of a model larger than memory, ${experts} experts`, () => {
    let whole: { model: LoadedModel; trace: Trace };
    before(async () => {
      const model = await loadModel(new BufferSource(bytes, 'tiny.gguf'), undefined, 'reference');
      whole = { model, trace: await traced(model) };
    });

    it('a continuation keeps nothing of a trace that goes before it is copied', async () => {
      const model = await streamed('simd');
      const whole = await traced(model);
      await continuation(model, whole, POSITION, 'abc'); // the kernel’s own working memory is as large as it gets
      whole.release();
      const free = model.kernel.bytesInUse;
      const trace = await traced(model);
      let looks = 0;
      // The first look is at the output matrix.
      const going = hearing(model, () => void (looks++ === 0 && trace.release()));
      await assert.rejects(continuation(going, trace, POSITION, 'abc'), { code: 'trace-gone' });
      assert.equal(model.kernel.bytesInUse, free);
    });

    for (const [name, read] of Object.entries(READINGS)) {
      it(`is used by nobody who has given it back: ${name}`, async () => {
        const model = await streamed('reference');
        poisoned(model);
        assert.deepEqual(await read(model, await traced(model)), await read(whole.model, whole.trace));
      });

      if (experts === 0 && !isLong) continue;

      it(`is given back, too, where the trace goes half way: ${name}`, async () => {
        const model = await streamed('simd');
        const seen = counted(model);
        const first = await traced(model);
        await read(model, first); // the kernel’s own working memory is as large as it gets
        const rest = model.kernel.bytesInUse;
        seen.taken = 0;
        await read(model, first);
        const { taken } = seen;
        assert.ok(taken > 0);
        assert.equal(model.kernel.bytesInUse, rest, 'nothing of it stays');
        first.release();
        const free = model.kernel.bytesInUse;
        let failed = 0;
        for (let at = 1; at <= taken; at += Math.ceil(taken / PLACES)) {
          const trace = await traced(model);
          const end = seen.taken + at;
          seen.onLease = () => void (seen.taken === end && trace.release());
          await read(model, trace).catch((thrown: Problem) => {
            assert.equal(thrown.code, 'trace-gone', thrown.stack);
            failed++;
          });
          trace.release();
          assert.equal(seen.held, 0, `${at} of ${taken}`);
          assert.equal(model.kernel.bytesInUse, free, `${at} of ${taken}`);
        }
        assert.ok(failed > 0 || name === 'continuation', 'which goes on with a copy');
      });

      it(`reads no further layer once it is cancelled, and holds nothing: ${name}`, async () => {
        const model = await streamed('simd');
        const seen = counted(model);
        const trace = await traced(model);
        seen.taken = 0;
        await read(model, trace);
        const rest = model.kernel.bytesInUse;
        const { taken } = seen;
        for (let at = 1; at < taken; at += Math.ceil(taken / PLACES)) {
          await assert.rejects(read(cancelled(model, seen, at), trace), { code: 'cancelled' });
          assert.deepEqual([seen.taken, seen.held], [at, 0], `${at} of ${taken}`);
          assert.equal(model.kernel.bytesInUse, rest, `${at} of ${taken}`);
        }
      });
    }

    it('is read no further where a request to the worker is cancelled', async () => {
      const model = await streamed('simd');
      const trace = await traced(model);
      const none = (): Promise<null> => Promise.resolve(null);
      const answers = readingAnswers(() => ({ trace, model }), { edges: none, shuffled: none });
      const handle: Handle = { worker: 0, kept: 0 };
      const seen = counted(model);
      const asked: ((context: Context) => unknown)[] = [
        (context) => answers.continuation({ trace: handle, position: POSITION, text: 'abc' }, context),
        (context) => answers.probe({ trace: handle }, context),
        (context) => answers.receipt({ trace: handle, position: POSITION }, context),
        (context) => answers.circuit({ trace: handle, position: POSITION, nodes: 10 }, context),
      ];
      for (const ask of asked) {
        const cancelling = new AbortController();
        seen.taken = 0;
        seen.onLease = () => cancelling.abort();
        const answer = Promise.resolve(ask({ signal: cancelling.signal, progress: () => {} }));
        await assert.rejects(answer, { code: 'cancelled' });
        assert.deepEqual([seen.taken, seen.held], [1, 0]);
      }
    });

    it('is read again for those who still ask where one who asked for the probe has cancelled', async () => {
      const model = await streamed('simd');
      const seen = counted(model);
      const [one, other] = await Promise.allSettled([probe(cancelled(model, seen, 1)), probe(model)]);
      assert.equal(one.status === 'rejected' && (one.reason as Problem).code, 'cancelled');
      assert.equal(seen.taken, 1 + model.config.layers);
      assert.ok(other.status === 'fulfilled' && other.value.length > 0);
      assert.equal(await probe(hearing(model, () => {})), other.value, 'kept for the model, whoever hears');
    });
  });
}
