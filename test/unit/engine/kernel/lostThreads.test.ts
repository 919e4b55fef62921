/** Helper threads of a kernel that die: nobody waits for them, and the results stay right. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { createKernel } from '../../../../src/engine/kernel/choose';
import type { StartHelpers } from '../../../../src/engine/kernel/instance';
import type { Buf, Kernel } from '../../../../src/engine/kernel/kernel';
import { nodeThreads, THREADS_WORK } from '../../../../src/engine/kernel/threads.node';
import { loadModel } from '../../../../src/engine/model/load';
import type { Explanation } from '../../../../src/protocol/explanation';
import type { Problem } from '../../../../src/protocol/problem';
import { tinyModelBytes } from '../../../support/tinyModel';
import { assertProblem } from '../../../support/problems';
import { quantize } from '../../../support/quantize';

/** Helpers that, once let go, enter the next operation and do `then` in the middle of it. */
function dying(then: string): { start: StartHelpers; letGo: () => Promise<unknown> } {
  const program = `
    const { parentPort, workerData: { module, memory } } = require('node:worker_threads');
    const { enter, failed } = new WebAssembly.Instance(module, { env: { memory, abort() {} } }).exports;
    parentPort.postMessage('ready');
    parentPort.once('message', () => {
      parentPort.postMessage('waiting');
      while (!enter());
      ${then}
    });`;
  const workers: Worker[] = [];
  const answers = (): Promise<unknown> =>
    Promise.all(workers.map((worker) => new Promise((answered) => worker.once('message', answered))));
  return {
    async start(module, memory, count, lost) {
      for (let i = 0; i < count; i++) {
        const worker = new Worker(program, { eval: true, workerData: { module, memory } });
        worker.on('error', () => {}); // the trap; 'exit' follows
        worker.on('exit', () => lost('a helper thread ended'));
        workers.push(worker);
      }
      await answers();
      return { end: () => workers.forEach((worker) => void worker.terminate()) };
    },
    letGo() {
      const waiting = answers();
      for (const worker of workers) worker.postMessage('go');
      return waiting;
    },
  };
}

const sine = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * step));
const put = (kernel: Kernel, values: Float32Array): Buf => {
  const buf = kernel.alloc(values.length);
  buf.f32.set(values);
  return buf;
};

const [rows, cols, n] = [520, 256, 33];
const weights = quantize(GgmlType.Q4_0, sine(rows * cols, 0.37));
/** A product whose every part is looked at. */
function product(kernel: Kernel): Float32Array {
  const w = kernel.loadMatrix(GgmlType.Q4_0, rows, cols, weights, 'w');
  const [x, out] = [put(kernel, sine(n * cols, 0.11)), kernel.alloc(n * rows)];
  out.f32.fill(NaN);
  kernel.matmul(out, x, w, n);
  const result = out.f32.slice();
  kernel.free(x);
  kernel.free(out);
  kernel.freeMatrix(w);
  return result;
}

describe('helper threads that die', function () {
  this.timeout(60_000);
  if (!THREADS_WORK) return;
  let expected: Float32Array;
  before(async () => {
    expected = product(await createKernel());
  });
  const threads = (start: StartHelpers): Parameters<typeof createKernel>[1] => ({
    count: 3,
    start,
    leastShared: 1,
    patience: 30,
  });

  for (const [what, then] of [
    ['in the middle of an operation', 'process.exit();'],
    ['and are stuck in it', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
    ['by a trap', 'failed(); throw new Error("trap");'],
  ]) {
    it(`${what}: it is done again by one thread, which says so and goes on alone`, async () => {
      const { start, letGo } = dying(then);
      const kernel = await createKernel(undefined, threads(start));
      assert.equal(kernel.threads, 3);
      assert.equal(kernel.threadsLost, undefined);
      await letGo();
      // A helper that is put aside by the system may miss an operation.
      for (let round = 0; round < 1000 && kernel.threads > 1; round++) assert.deepEqual(product(kernel), expected);
      assert.equal(kernel.threads, 1);
      assert.match(kernel.threadsLost!, /helper thread/);
      for (let again = 0; again < 5; again++) assert.deepEqual(product(kernel), expected);
      kernel.close();
    });

    it(`${what}: what cannot be done again is a problem, and the next run is right`, async () => {
      const { start, letGo } = dying(then);
      const kernel = await createKernel(undefined, threads(start));
      await letGo();
      const values = sine(1 << 20, 1);
      const [x, y] = [put(kernel, values), put(kernel, values)];
      let ended = false;
      for (let round = 0; round < 1000 && !ended; round++) {
        try {
          kernel.add(x, y, values.length);
        } catch (thrown) {
          ended = true;
          assertProblem(
            'worker-died',
            () => {
              throw thrown;
            },
            /add/,
            /helper thread/,
          );
        }
      }
      assert.ok(ended);
      x.f32.set(values);
      kernel.add(x, y, values.length);
      assert.deepEqual(
        x.f32,
        values.map((value) => value + value),
      );
      assert.deepEqual(product(kernel), expected);
      kernel.close();
    });
  }

  it('in an explanation: it is right, and says so', async () => {
    const { start, letGo } = dying('process.exit();');
    const model = await loadModel(new BufferSource(tinyModelBytes()), undefined, undefined, threads(start));
    const explained = async (): Promise<Explanation> => {
      const { signal } = new AbortController();
      const options = { maxTokens: 40, top: 3, handle: { worker: 1, kept: 1 }, signal, progress: () => {} };
      const { explanation, trace } = await explain(model, 'def add(a, b): return a + b', options);
      trace.release();
      return explanation;
    };
    const before = await explained();
    assert.equal(before.threadsLost, undefined);
    await letGo();
    while (model.kernel.threads > 1) {
      await explained().catch((thrown: Problem) => assert.equal(thrown.code, 'worker-died'));
    }
    const after = await explained();
    assert.equal(after.threadsLost, true);
    assert.deepEqual(after.logprobs, before.logprobs);
    model.kernel.close();
  });

  it('while they have nothing to do: one thread goes on', async () => {
    const { start } = nodeThreads(3);
    let worker: Worker | undefined;
    const killable: StartHelpers = async (module, memory, count, lost) => {
      const helpers = await start(module, memory, count, lost);
      worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      worker.on('exit', () => lost('a helper thread ended'));
      return helpers;
    };
    const kernel = await createKernel(undefined, threads(killable));
    assert.deepEqual(product(kernel), expected);
    assert.equal(kernel.threads, 3);
    await worker!.terminate();
    assert.equal(kernel.threads, 1);
    assert.deepEqual(product(kernel), expected);
    kernel.close();
  });

  it('a trap in the asking thread leaves a kernel that can be asked again', async () => {
    const kernel = await createKernel(undefined, { ...nodeThreads(3), leastShared: 1, patience: 1000 });
    const beyond = {
      ptr: 0xfffffff0,
      length: 1 << 20,
      f32: new Float32Array(),
      i32: new Int32Array(),
      slice: () => beyond,
    };
    for (let again = 0; again < 3; again++) {
      assert.throws(() => kernel.add(beyond, beyond, 1 << 20), /bounds/);
      assert.deepEqual(product(kernel), expected);
    }
    kernel.close();
  });

  it('their kernel can be closed twice, and is not said to have lost those that it ended itself', async () => {
    const kernel = await createKernel(undefined, nodeThreads(3));
    kernel.close();
    kernel.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(kernel.threadsLost, undefined);
  });
});
