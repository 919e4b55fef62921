/** A table of n-grams spread over workers of this machine. */
import { Worker } from 'node:worker_threads';
import program from 'bundled:src/milestones/machine-translation/shardProgram.node.ts';
import type { OpenShards } from './lookups';

interface Answer {
  id: number;
  scores: Float64Array;
}

/** Throws Error when a worker cannot start or ends while it is asked. */
export const openShards: OpenShards = async (tables) => {
  const waiting = new Map<number, { resolve(scores: Float64Array): void; reject(thrown: Error): void }>();
  let asked = 0;
  const workers = tables.map((table) => new Worker(program, { eval: true, workerData: table }));
  const close = (): void => workers.forEach((worker) => void worker.terminate());
  const lost = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('A shard ended.'));
    waiting.clear();
  };
  const ready = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('A shard ended.')));
        worker.on('exit', lost);
        worker.on('message', ({ id, scores }: Answer) => {
          if (id < 0) resolve();
          else waiting.get(id)?.resolve(scores);
          waiting.delete(id);
        });
      }),
  );
  try {
    await Promise.all(ready);
  } catch (thrown) {
    close();
    throw thrown;
  }
  return {
    close,
    ask: (shard, runs) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        waiting.set(id, { resolve, reject });
        workers[shard].postMessage({ id, runs });
      }),
  };
};
