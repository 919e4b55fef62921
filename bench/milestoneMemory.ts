/** Starts and stops an experiment in one worker and tells the memory of the process after each time; see milestoneMemory.mjs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MilestoneClient } from '../src/engine/milestoneClient.node';
import { folderTexts } from '../src/milestones/folderTexts.node';

/** Reports after which a run is stopped: at the first picture, and later and later. */
const REPORTS = [1, 2, 4, 8];
/** Time for the worker to collect its garbage. */
const SETTLE_MS = 500;

/** Megabytes of resident memory: [rounds]. */
export async function measure(id: string, rounds: number, script: string): Promise<number[]> {
  const models = path.resolve('media', 'models');
  const { default: file } = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as { default: string };
  const model = path.join(models, file);
  const workspace = await folderTexts('src', 400_000);
  const inputs = {
    workspace,
    selection: null,
    models: { default: model, reasoner: model },
    media: path.resolve('media'),
  };
  const client = new MilestoneClient({ script });
  const release = client.acquire();
  const megabytes: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const controller = new AbortController();
      let reports = 0;
      const run = client.run({ id, options: {}, seed: 1, inputs }, controller.signal, () => {
        if (++reports >= REPORTS[round % REPORTS.length]) controller.abort();
      });
      await run.then(
        () => {
          throw new Error(`${id} was done before it was stopped`);
        },
        (thrown: { code?: string }) => {
          if (thrown.code !== 'cancelled') throw thrown;
        },
      );
      // Answers when the stopped run has let go.
      await client.needs(id);
      globalThis.gc?.();
      await wait(SETTLE_MS);
      megabytes.push(process.memoryUsage().rss / 1e6);
    }
  } finally {
    release();
    client.stop();
  }
  return megabytes;
}
