/** The whole program of one shard: its part of the table, and Stupid Backoff over it. */
import { parentPort, workerData } from 'node:worker_threads';
import { BACKOFF } from './languageModels';
import type { Run, ShardTable } from './lookups';

const { shares, floor } = workerData as ShardTable;

function score(run: Run): number {
  let discount = 1;
  for (let rest = run; ; rest = rest.slice(rest.indexOf(',') + 1)) {
    const share = shares.get(rest);
    if (share !== undefined) return discount * share;
    discount *= BACKOFF;
    if (!rest.includes(',')) return discount * floor;
  }
}

parentPort!.on('message', ({ id, runs }: { id: number; runs: Run[] }) => {
  parentPort!.postMessage({ id, scores: Float64Array.from(runs, score) });
});
parentPort!.postMessage({ id: -1, scores: null });
