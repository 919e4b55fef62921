/**
 * Starts and stops an experiment in one worker and tells the memory of the process after each time, as JSON; see
 * milestoneMemory.mjs. Arguments: the worker's script, where it writes its memory, the experiment, `default` or `small`,
 * how often.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MilestoneClient } from '../src/engine/milestoneClient.node';
import { defaults } from '../src/milestones/experiment';
import { folderTexts } from '../src/milestones/folderTexts.node';
import { experimentOf } from '../src/milestones/index';
import type { OptionValues, Progress } from '../src/protocol/milestones';

/** Reports after which a long run is stopped: at the first picture, and later and later. */
const REPORTS = [1, 2, 4, 8];
/** How far a short run comes. */
const SHARES = [0, 0.33, 0.67, 0.9];
/** Between two collections: what only the first one finds to be unused is given back meanwhile. */
const SETTLE_MS = 200;

interface Measured {
  /** Bytes that the worker keeps: [rounds]. */
  kept: number[];
  /** Bytes of the process in memory: [rounds]. */
  resident: number[];
  /** Runs that were stopped; the others were over before. */
  stopped: number;
}

async function measure(
  script: string,
  readings: string,
  id: string,
  small: boolean,
  rounds: number,
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
  const options = defaults(experimentOf(id).controls as Parameters<typeof defaults>[0], small) as OptionValues;
  const client = new MilestoneClient({ script });
  const release = client.acquire();
  const measured: Measured = { kept: [], resident: [], stopped: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const controller = new AbortController();
      let reports = 0;
      const isEnough = ({ done }: Progress): boolean =>
        small ? done >= SHARES[round % SHARES.length] : ++reports >= REPORTS[round % REPORTS.length];
      const run = client.run({ id, options, seed: 1, inputs }, controller.signal, (progress) => {
        if (isEnough(progress)) controller.abort();
      });
      await run.catch((thrown: { code?: string }) => {
        if (thrown.code !== 'cancelled') throw thrown;
        measured.stopped++;
      });
      // Answers when the stopped run has let go, the garbage is collected, and the memory is read.
      await client.needs(id);
      globalThis.gc?.();
      await wait(SETTLE_MS);
      await client.needs(id);
      const bytes = JSON.parse(readFileSync(readings, 'utf8')) as Record<'kept' | 'resident', number>;
      measured.kept.push(bytes.kept);
      measured.resident.push(bytes.resident);
    }
  } finally {
    release();
    client.stop();
  }
  return measured;
}

const [script, readings, id, values, rounds] = process.argv.slice(2);
console.log(JSON.stringify(await measure(script, readings, id, values === 'small', Number(rounds))));
process.exit();
