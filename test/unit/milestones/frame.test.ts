/** What every experiment gets from the frame: options, progress, stopping, the worker. Each one's run: test/support/runOnce.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MilestoneClient } from '../../../src/milestones/milestoneClient.node';
import { WorkerClient } from '../../../src/engine/workerClient.node';
import { defaults, type Experiment } from '../../../src/milestones/experiment';
import { experiments } from '../../../src/milestones/index';
import { accepted } from '../../../src/milestones/options';
import { runExperiment } from '../../../src/milestones/run';
import { MILESTONES } from '../../../src/shared/history/timeline';
import { collectTexts, isWorthReading, type TextSource } from '../../../src/milestones/workspaceTexts';
import type {
  Controls,
  HostInputs,
  MilestoneWorkerApi,
  OptionValues,
  Progress,
} from '../../../src/protocol/milestones';
import type { Problem } from '../../../src/protocol/problem';
import { isSettable } from '../../../src/protocol/settable';
import { testInputs } from '../../support/milestoneInputs';

interface Counting {
  steps: number;
  name: string;
  fast: boolean;
}

const counting: Experiment<Counting, number[], number> = {
  id: 'benefit-and-misuse',
  controls: {
    steps: { kind: 'number', label: 'Steps', default: 50, small: 5, min: 1, max: 1e9, step: 1 },
    name: { kind: 'text', label: 'Name', default: 'a', maxLength: 3 },
    fast: { kind: 'toggle', label: 'Fast', default: true },
  },
  trial: {
    baseline: { text: '' },
    control: { text: '' },
    falsifiedBy: { text: '' },
    finding: () => ({ text: '', rows: [] }),
  },
  async run({ steps }, seed, report) {
    const result: number[] = [];
    for (let step = 0; step < steps; step++) {
      result.push(seed + step);
      await report(step / steps, { text: 'Step {0}', args: [step] }, [...result]);
    }
    return { result, timings: { counted: 1 }, answer: (at) => result[at] };
  },
  card: (result) => ({ paper: { text: '1' }, rows: [{ name: 'last', value: result.at(-1)! }], why: { text: '' } }),
};

const source = (name: string, text: string | null): TextSource => ({
  name,
  size: async () => text?.length ?? 0,
  read: () => (text === null ? Promise.reject(new Error('gone')) : Promise.resolve(text)),
});

const cancelled = (thrown: Problem): boolean => thrown.code === 'cancelled';

describe('milestones: the frame', function () {
  this.timeout(60_000);

  it('takes options within what is declared, and the default for others', () => {
    const { controls } = counting;
    assert.deepEqual(accepted(controls, { steps: 7, name: 'xyz', fast: false, more: 1 }), {
      steps: 7,
      name: 'xyz',
      fast: false,
    });
    assert.deepEqual(accepted(controls, { steps: 0, name: 'long', fast: 'yes' }), defaults(controls));
    assert.deepEqual(accepted(controls, { steps: NaN, name: 3 }), defaults(controls));
    assert.deepEqual(accepted(controls, { steps: 7.5 }), defaults(controls));
    const tens: Controls<{ steps: number }> = {
      steps: { kind: 'number', label: 'Steps', default: 45, small: 5, min: 10, max: 90, step: 10 },
    };
    assert.deepEqual([20, 25, 5, 45, 100].map((steps) => accepted(tens, { steps }).steps), [20, 45, 5, 45, 45]); // prettier-ignore
    assert.equal(defaults(controls, true).steps, 5);
  });

  it('every experiment’s defaults are numbers that its controls allow', () => {
    let numbers = 0;
    for (const { id, controls } of experiments) {
      for (const [name, control] of Object.entries(controls as Controls<OptionValues>)) {
        if (control.kind !== 'number') continue;
        numbers++;
        assert.ok(isSettable(control, Number(control.default)), `${id} ${name}`);
      }
    }
    assert.ok(numbers > 5);
  });

  it('reports the first picture at once and ends with result, card and times', async () => {
    const seen: Progress<number[]>[] = [];
    const run = await runExperiment(counting, {
      options: defaults(counting.controls),
      seed: 3,
      signal: new AbortController().signal,
      inputs: await testInputs(),
      onProgress: (progress) => seen.push(progress),
    });
    assert.deepEqual(seen[0].partial, [3]);
    assert.deepEqual(run.card.rows, [{ name: 'last', value: 52 }]);
    assert.ok(run.timings.firstPictureMs <= run.timings.totalMs);
    assert.equal(run.timings.counted, 1);
    assert.equal(await run.answer!(2, new AbortController().signal), 5);
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const options = { ...defaults(counting.controls), steps: 1e9 };
    const run = runExperiment(counting, {
      options,
      seed: 1,
      signal: controller.signal,
      inputs: await testInputs(),
      onProgress: () => controller.abort(),
    });
    await assert.rejects(run, cancelled);
  });

  it('reads sources, not what was made from them, and never more than asked', async () => {
    assert.ok(isWorthReading('src/a.ts'));
    for (const name of ['node_modules/a.js', '.git/a.md', 'a.png', 'dist/a.js', 'a.min.js', 'package-lock.json']) {
      assert.ok(!isWorthReading(name), name);
    }
    const sources = [source('b.ts', 'x'.repeat(60)), source('a.ts', 'a\r\nb'), source('gone.ts', null)];
    assert.deepEqual(await collectTexts(sources, 1000), [
      { name: 'a.ts', text: 'a\nb' },
      { name: 'b.ts', text: 'x'.repeat(60) },
    ]);
    const few = await collectTexts(sources, 20);
    assert.ok(few.reduce((sum, { text }) => sum + text.length, 0) <= 20);
    assert.deepEqual(await collectTexts([], 1000), []);
    assert.deepEqual(await collectTexts([source('a.ts', 'a\0b')], 1e6), []);
  });

  it('asks for a file’s size before it reads it, and reads no more when it is stopped', async () => {
    const read: string[] = [];
    const controller = new AbortController();
    const watched = (name: string, bytes: number, then = (): void => {}): TextSource => ({
      name,
      size: async () => bytes,
      read: async () => {
        read.push(name);
        then();
        return 'text';
      },
    });
    const sources = [watched('large.ts', 300_000), watched('small.ts', 4)];
    assert.deepEqual(await collectTexts(sources, 1e6), [{ name: 'small.ts', text: 'text' }]);
    assert.deepEqual(read, ['small.ts']);
    const stopping = ['a.ts', 'b.ts', 'c.ts'].map((name) => watched(name, 4, () => controller.abort()));
    await assert.rejects(collectTexts(stopping, 1e6, controller.signal), cancelled);
    assert.equal(read.length, 2);
  });
});

describe('milestones: every experiment', () => {
  it('stands in the order of the timeline, once', () => {
    const order = MILESTONES.map(({ id }) => id).filter((id) => experiments.some((experiment) => experiment.id === id));
    assert.deepEqual(
      experiments.map(({ id }) => id),
      order,
    );
  });

  it('runs in a test file of its own, as all of them must (runOnce)', () => {
    const folder = 'test/unit/milestones';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const runs = (id: string): boolean =>
      sources.some((source) => source.includes(`/milestones/${id}/experiment'`) && /\brunOnce\(/.test(source));
    assert.deepEqual(
      experiments.map(({ id }) => id).filter((id) => !runs(id)),
      [],
    );
  });
});

describe('milestones: the worker', function () {
  this.timeout(60_000);
  const inputs: HostInputs = { workspace: [], selection: null, models: { default: '', reasoner: '' }, media: 'media' };
  const client = new WorkerClient<MilestoneWorkerApi>({ script: path.resolve('dist/milestoneWorker.js') });
  const { ask } = client;
  // Or it ends between two questions that are some seconds apart.
  client.acquire();
  after(() => client.stop());
  const small = { sweeps: 200, nets: 4 };

  it('runs, stops and runs again; the same seed gives the same', async () => {
    const run = { id: 'backpropagation', options: small, seed: 2, inputs };
    const first = await ask.run(run);
    const controller = new AbortController();
    const stopped = ask.run(
      { ...run, options: { sweeps: 10_000 } },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await assert.rejects(stopped, cancelled);
    await ask.settled({});
    const again = await ask.run(run);
    assert.deepEqual(again.result, first.result);
    assert.deepEqual(again.card, first.card);
    assert.equal(first.run, null, 'it answers no questions');
  });

  it('waits while it is paused, goes on after that, and can be stopped while it waits', async () => {
    const controller = new AbortController();
    let reports = 0;
    const until = async (wanted: () => boolean): Promise<void> => {
      while (!wanted()) await wait(10);
    };
    const run = ask.run(
      { id: 'backpropagation', options: { sweeps: 2000 }, seed: 1, inputs },
      { signal: controller.signal, onProgress: () => reports++ },
    );
    await until(() => reports > 0);
    await ask.pause({ paused: true });
    const before = reports;
    // As long as several reports take; one may have been on its way.
    await wait(1000);
    assert.ok(reports <= before + 1, `${reports - before} reports while it was paused`);
    await ask.pause({ paused: false });
    await until(() => reports > before + 1);
    await ask.pause({ paused: true });
    controller.abort();
    await assert.rejects(run, cancelled);
    await ask.settled({});
    await ask.pause({ paused: false });
  });

  it('says so when an experiment or a result is not there', async () => {
    await assert.rejects(ask.run({ id: 'nope', options: {}, seed: 1, inputs }), { code: 'milestone-unknown' });
    await assert.rejects(ask.ask({ run: { worker: client.worker!, kept: 99 }, question: 1 }), { code: 'trace-gone' });
  });

  it('runs again at once after a run that would not stop', async () => {
    const script = path.join(mkdtempSync(path.join(tmpdir(), 'stuck-')), 'worker.js');
    const answer = `if (method === 'run' && params.seed === 0) for (const end = Date.now() + 20_000; Date.now() < end; );`;
    writeFileSync(
      script,
      `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ kind, id, method, params }) => {
        if (kind !== 'call') return;
        ${answer}
        parentPort.postMessage({ kind: 'result', id, result: { run: 1, needs: method } });
      });`,
    );
    const client = new MilestoneClient({ script });
    const stuck = { id: 'any', options: {}, seed: 0, inputs };
    try {
      const controller = new AbortController();
      const stopped = client.run(stuck, controller.signal, () => {});
      setTimeout(() => controller.abort(), 200);
      await assert.rejects(stopped, cancelled);
      assert.deepEqual(await client.needs('any'), { run: 1, needs: 'needs' });
      const report = await client.run({ ...stuck, seed: 1 }, new AbortController().signal, () => {});
      assert.equal(client.worker, 2);
      assert.ok(report);
    } finally {
      client.stop();
    }
  });
});
