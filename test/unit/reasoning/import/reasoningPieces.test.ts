/** A long import lets others in between, says how far it is, and ends where it is cancelled. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { breather } from '../../../../src/engine/explain';
import { WorkerClient } from '../../../../src/engine/workerClient.node';
import type { ReasoningWorkerApi } from '../../../../src/protocol/reasoningWorkerApi';
import { Problem } from '../../../../src/protocol/problem';
import { equationsInPieces } from '../../../../src/reasoning/arithmetic/equations';
import { notationOf } from '../../../../src/reasoning/arithmetic/notations';
import { checkSteps } from '../../../../src/reasoning/import/annotate';
import { findTraces, importTraces } from '../../../../src/reasoning/import/importTrace';
import { atOnce, inPieces } from '../../../../src/reasoning/import/work';
import { seededRandom } from '../../../../src/shared/random';
import { problemOf } from '../../../support/rawServer';

const LINE = 'Step: we have 12 + 13 = 25, so the next one is larger than 4 * 6 = 25.\n';
const STEPS = 30_000;

describe('an import in pieces', function () {
  this.timeout(120_000);

  it('comes to what it comes to at once, and pauses at every step and record', async () => {
    const text = LINE.repeat(100);
    const records = `${JSON.stringify({ question: 'q?', answer: text })}\n`.repeat(4);
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
    const work = inPieces(checkSteps(atOnce(findTraces(LINE.repeat(5_000)))[0]), breather(control.signal), () =>
      control.abort(),
    );
    assert.equal((await problemOf(work)).code, 'cancelled');
  });

  it('in the middle of one step without a line, too', async () => {
    const [trace] = atOnce(findTraces(`So ${'we have 12 + 13 = 26 and '.repeat(12_000)}that is all.`));
    assert.equal(trace.steps.length, 1);
    const control = new AbortController();
    const shares: number[] = [];
    let pauses = 0;
    const pause = (): Promise<void> => {
      if (control.signal.aborted) throw new Problem('cancelled', 'Cancelled.');
      return Promise.resolve(void pauses++);
    };
    const work = inPieces(checkSteps(trace), pause, (share) => {
      shares.push(share);
      if (share > 0.3) control.abort();
    });
    assert.equal((await problemOf(work)).code, 'cancelled');
    assert.ok(pauses >= 4 && shares.at(-1)! < 0.5, `${pauses} pauses, up to ${shares.at(-1)}`);
    // So does what its 12,000 sums come to, one with the other.
    const behind = [...checkSteps(trace)].filter((share) => share >= 0.7);
    assert.ok(behind.length > 2 * 11, `${behind.length} pauses`);
  });

  it('sums of a long text are those of the whole, wherever its pieces end', () => {
    const random = seededRandom(7);
    const parts = [
      'So 12 + 30 = 42 apples, ',
      '<<3*4=12>> ',
      'three plus four equals eight. ',
      '1+1=2+2=5\n',
      '1 h 30 min + 45 min = 2 h 15 min, ',
      '\\frac{1}{2} + \\frac{1}{2} = 2 ',
      'half of 10 + 5 = 10 ',
      '50% of 20 = 11, ',
      '- 5 + 5 = 11\n',
      '三加五等于九。',
      '18 000 - 1 = 17 999 ',
      'words and words ',
    ];
    const text = Array.from({ length: 500 }, () => parts[Math.floor(random() * parts.length)]).join('');
    const notation = notationOf(text);
    const whole = atOnce(equationsInPieces(text, notation, text.length));
    assert.ok(whole.length > 250);
    for (const piece of [997, 4096, 12_000]) assert.deepEqual(atOnce(equationsInPieces(text, notation, piece)), whole);
  });

  it('those that are released unread are kept no longer', async () => {
    const client = new WorkerClient<ReasoningWorkerApi>({ script: path.resolve('dist/reasoningWorker.js') });
    const release = client.acquire();
    try {
      const bytes = new TextEncoder().encode(LINE);
      const taken = async (released: boolean): Promise<number> => {
        const { kept } = await client.ask.importFile({ bytes, name: 'short.txt' });
        if (released) client.release(kept);
        return (await client.ask.takeImported({ kept, indices: [0] })).length;
      };
      assert.deepEqual([await taken(false), await taken(true)], [1, 0]);
    } finally {
      release();
      client.stop();
    }
  });

  it('of 2 MB in the worker: told by the per cent, others are answered meanwhile, cancelled at once', async () => {
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
