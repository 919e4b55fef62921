/** A long import lets others in between, says how far it is, and ends where it is cancelled. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { breather } from '../../../../src/engine/explain';
import { WorkerClient } from '../../../../src/engine/workerClient.node';
import type { ReasoningWorkerApi } from '../../../../src/protocol/reasoningWorkerApi';
import { checkSteps } from '../../../../src/reasoning/import/annotate';
import { findTraces, importTraces } from '../../../../src/reasoning/import/importTrace';
import { atOnce, inPieces } from '../../../../src/reasoning/import/work';
import { problemOf } from '../../../support/rawServer';

const LINE = 'Step: we have 12 + 13 = 25, so the next one is larger than 4 * 6 = 25.\n';
const STEPS = 400_000;

describe('an import in pieces', function () {
  this.timeout(120_000);

  it('comes to what it comes to at once, and pauses at every step and record', async () => {
    const text = LINE.repeat(300);
    const records = `${JSON.stringify({ question: 'q?', answer: text })}\n`.repeat(40);
    let pauses = 0;
    const pause = (): Promise<void> => (pauses++, Promise.resolve());
    for (const [own, file] of [[text], [records, 'a.jsonl']] as const) {
      const shares: number[] = [];
      pauses = 0;
      const found = await inPieces(findTraces(own, file), pause, (share) => shares.push(share));
      const [trace] = found;
      const steps = await inPieces(checkSteps(trace), pause, (share) => shares.push(share));
      assert.deepEqual({ ...trace, steps }, importTraces(own, file)[0]);
      assert.ok(pauses > found.length + 3 * steps.length, `${pauses} pauses`);
      assert.ok(shares.every((share) => share >= 0 && share <= 1));
      assert.equal(shares.at(-1), 1);
    }
  });

  it('cancelled, it ends at its next piece', async () => {
    const control = new AbortController();
    const work = inPieces(checkSteps(atOnce(findTraces(LINE.repeat(20_000)))[0]), breather(control.signal), () =>
      control.abort(),
    );
    assert.equal((await problemOf(work)).code, 'cancelled');
  });

  it('of 28 MB in the worker: told by the per cent, others are answered meanwhile, cancelled at once', async () => {
    const client = new WorkerClient<ReasoningWorkerApi>({ script: path.resolve('dist/reasoningWorker.js') });
    const release = client.acquire();
    try {
      const bytes = new TextEncoder().encode(LINE.repeat(STEPS));
      const { kept } = await client.ask.importFile({ bytes, name: 'long.txt' });
      const control = new AbortController();
      const percents: number[] = [];
      const taken = client.ask.takeImported(
        { kept, indices: [0] },
        {
          signal: control.signal,
          onProgress: ({ percent }) => {
            percents.push(percent);
            if (percent === 2) void short().then(() => control.abort());
          },
        },
      );
      const short = async (): Promise<void> => {
        await client.ask.divide({ text: '2 + 2 = 4. So it is 4.', into: { by: 'found', start: 0, end: 22 } });
      };
      assert.equal((await problemOf(taken)).code, 'cancelled');
      assert.deepEqual(percents.slice(0, 2), [1, 2]);
      assert.ok(percents.at(-1)! < 90, 'another question was answered before it was through');
      // The worker has left it, too.
      const told = percents.length;
      await short();
      assert.equal(percents.length, told);
    } finally {
      release();
      client.stop();
    }
  });
});
