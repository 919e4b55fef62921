/**
 * Starts and stops an experiment in one worker and tells the memory of the process after each time, as JSON; see
 * milestoneMemory.mjs. Arguments: the worker's script, where it writes its memory, the experiment, `default` or `small`,
 * how often to warm up, how often after that.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { MilestoneClient } from '../src/milestones/milestoneClient.node';
import { defaults } from '../src/milestones/experiment';
import { folderTexts } from '../src/milestones/folderTexts.node';
import { experimentOf } from '../src/milestones/index';
import type { OptionValues } from '../src/protocol/milestones';

/** How far a run comes, of 1: to the first picture, and further and further; twice as far while it warms up. */
const SHARES = { default: [0, 0.02, 0.05, 0.1], small: [0, 0.33, 0.67, 0.9] };
/** From a collection to the reading: array buffers are given back by another thread. */
const SETTLE_MS = 200;

interface Measured {
  /** Bytes that the worker keeps: [rounds]. */
  kept: number[];
  /** Bytes of the process's own in RAM, without room for new objects: [rounds]. */
  resident: number[];
  /** Runs that were stopped; the others were over before. */
  stopped: number;
}

/** This thread's room for new objects, bytes. */
function young(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!.physical_space_size;
}

async function measure(
  script: string,
  readings: string,
  id: string,
  values: keyof typeof SHARES,
  [warmUp, rounds]: readonly number[],
): Promise<Measured> {
  const models = path.resolve('media', 'models');
  const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as Record<string, string>;
  const workspace = await folderTexts('src', 400_000);
  const inputs = {
    workspace,
    selection: null,
    models: { default: path.join(models, index.default), reasoner: path.join(models, index.reasoner) },
    media: path.resolve('media'),
  };
  const options = defaults(
    experimentOf(id).controls as Parameters<typeof defaults>[0],
    values === 'small',
  ) as OptionValues;
  const client = new MilestoneClient({ script });
  const release = client.acquire();
  const measured: Measured = { kept: [], resident: [], stopped: 0 };
  try {
    for (let round = 0; round < warmUp + rounds; round++) {
      const controller = new AbortController();
      const share = (round < warmUp ? 2 : 1) * SHARES[values][round % SHARES[values].length];
      const run = client.run({ id, options, seed: 1, inputs }, controller.signal, (progress) => {
        if (progress.done >= share) controller.abort();
      });
      await run.catch((thrown: { code?: string }) => {
        if (thrown.code !== 'cancelled') throw thrown;
        measured.stopped++;
      });
      // Answers when the stopped run has let go; garbage is collected twice, then memory is read: see milestoneMemory.mjs.
      for (let collections = 0; collections < 2; collections++) {
        await client.needs(id);
        globalThis.gc?.();
        await wait(SETTLE_MS);
      }
      await client.needs(id);
      const bytes = JSON.parse(readFileSync(readings, 'utf8')) as Record<'kept' | 'resident', number>;
      measured.kept.push(bytes.kept);
      measured.resident.push(bytes.resident - young());
    }
  } finally {
    release();
    client.stop();
  }
  return measured;
}

const [script, readings, id, values, ...counts] = process.argv.slice(2);
console.log(JSON.stringify(await measure(script, readings, id, values as keyof typeof SHARES, counts.map(Number))));
process.exit();
