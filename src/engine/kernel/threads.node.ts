/** Helper threads of a kernel in Node: one worker each, over the kernel's shared memory. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StartHelpers, ThreadOptions } from './instance';

/** Two halves of the machine are enough for a text; more threads than this wait for memory more than they compute. */
const MOST = 8;

/** One processor is left to the editor. */
export const defaultThreads = (): number => Math.min(MOST, Math.max(1, availableParallelism() - 1));

/** V8 11 (Node 20) loses an update of WebAssembly's atomics now and then, and the threads wait for each other for ever. */
export const THREADS_WORK = Number(process.versions.v8.split('.')[0]) >= 12;

/** One thread where several would hang. */
export const nodeThreads = (count: number = defaultThreads()): ThreadOptions => ({
  count: THREADS_WORK ? count : 1,
  start,
});

/**
 * The whole program of a helper, handed over as text: a file of its own would have to be found from every bundle. It is in
 * `help` until the kernel is closed; a worker that its parent ends leaves it too.
 */
const PROGRAM = `
const { parentPort, workerData: { module, memory, index } } = require('node:worker_threads');
const abort = () => { throw new Error('the kernel stopped'); };
const { help, failed } = new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
parentPort.postMessage('ready');
try {
  help(index);
} catch (thrown) {
  failed();
  throw thrown;
}
`;

const start: StartHelpers = async (module, memory, count, lost) => {
  const workers = Array.from(
    { length: count },
    (_, i) => new Worker(PROGRAM, { eval: true, workerData: { module, memory, index: i + 1 } }),
  );
  let ending = false;
  const end = (): void => {
    ending = true;
    workers.forEach((worker) => void worker.terminate());
  };
  const ready = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('a thread of the kernel ended')));
      }),
  );
  try {
    await Promise.all(ready);
  } catch (thrown) {
    end();
    throw thrown;
  }
  for (const worker of workers) {
    worker.unref(); // they keep no process alive
    worker.on('error', () => {}); // 'exit' follows
    worker.on('exit', () => {
      if (!ending) lost('a helper thread ended');
    });
  }
  return { end };
};
