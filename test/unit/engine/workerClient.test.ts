import assert from 'node:assert/strict';
import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WorkerClient } from '../../../src/engine/workerClient.node';
import type { Explanation, ExplainProgress } from '../../../src/protocol/explanation';
import type { Handle } from '../../../src/protocol/handle';
import type { ProblemCode } from '../../../src/protocol/problem';
import type { ExplainWorkerApi } from '../../../src/protocol/workerApi';

const script = path.join(__dirname, 'fakeExplainWorker.js');
const tile = { layer: 0, head: 0, q0: 0, q1: 1, k0: 0, k1: 1, rows: 1, cols: 1, pool: 'max' as const };

function withCode(code: ProblemCode): (error: unknown) => boolean {
  return (error) => (assert.equal((error as { code: string }).code, code), true);
}

describe('the client of a worker', () => {
  let client: WorkerClient<ExplainWorkerApi>;
  let release: () => void;

  const explain = (text: string, signal?: AbortSignal): Promise<Explanation> =>
    client.ask.explain({ modelPath: 'model.gguf', text, maxTokens: 100, top: 1 }, { signal });

  beforeEach(() => {
    client = new WorkerClient<ExplainWorkerApi>({ script, idleMs: 20, maxHeapMb: 32 });
    release = client.acquire();
  });
  afterEach(() => client.stop());

  it('starts no worker before it is asked', () => {
    assert.equal(client.worker, undefined);
  });

  it('reports progress in order, naming the trace from the tokens on', async () => {
    const seen: [ExplainProgress['kind'], number | undefined][] = [];
    const onProgress = (report: ExplainProgress): void => {
      seen.push([report.kind, report.kind === 'tokens' ? report.trace.kept : undefined]);
    };
    const { trace } = await client.ask.explain({ modelPath: 'm', text: 'ab', maxTokens: 9, top: 1 }, { onProgress });
    assert.deepEqual(seen, [
      ['tokens', 1],
      ['layer', undefined],
    ]);
    assert.equal((await client.ask.tile({ ...tile, trace })).values[0], 2);
  });

  it('passes a Problem on with its place', async () => {
    await assert.rejects(explain('bad model'), (error: unknown) => {
      const { code, detail } = error as { code: string; detail: object };
      assert.deepEqual({ code, detail }, { code: 'model-invalid', detail: { file: 'model.gguf', offset: 7 } });
      return true;
    });
  });

  it('a cancelled call ends at once, its trace is gone, and the worker lives', async () => {
    const abort = new AbortController();
    let named: Handle | undefined;
    const call = client.ask.explain(
      { modelPath: 'm', text: 'late', maxTokens: 9, top: 1 },
      {
        signal: abort.signal,
        onProgress: (report) => (report.kind === 'tokens' && (named = report.trace), abort.abort()),
      },
    );
    await assert.rejects(call, withCode('cancelled'));
    await assert.rejects(client.ask.tile({ ...tile, trace: named! }), withCode('trace-gone'));
    assert.equal((await explain('again')).trace.worker, 1);
  });

  for (const [text, what] of [
    ['die', /exit code 3/],
    ['throw', /broken on purpose/],
    ['oom', /out of memory/],
  ] as const) {
    it(`a worker that ends by “${text}” fails every call on its way, and the next call starts another`, async () => {
      const waiting = explain('wait');
      const failing = explain(text);
      const check = (error: unknown): boolean => withCode('worker-died')(error) && what.test((error as Error).message);
      await Promise.all([assert.rejects(waiting, check), assert.rejects(failing, check)]);
      assert.equal((await explain('fine')).trace.worker, 2);
    });
  }

  it('a trace of a dead worker is gone, even when the next worker keeps one of the same number', async () => {
    const before = await explain('ab');
    await assert.rejects(explain('die'), withCode('worker-died'));
    const after = await explain('abc');
    assert.equal(after.trace.kept, before.trace.kept);
    await assert.rejects(client.ask.tile({ ...tile, trace: before.trace }), withCode('trace-gone'));
    assert.equal((await client.ask.tile({ ...tile, trace: after.trace })).values[0], 3);
  });

  it('asking for what a dead worker kept starts no other', async () => {
    const { trace } = await explain('ab');
    assert.ok(client.keeps(trace));
    client.stop();
    assert.ok(!client.keeps(trace));
    await assert.rejects(client.ask.tile({ ...tile, trace }), withCode('trace-gone'));
    client.release(trace);
    assert.equal(client.worker, undefined);
  });

  it('a released trace is gone', async () => {
    const { trace } = await explain('ab');
    client.release(trace);
    await assert.rejects(
      client.ask.weights({ trace, layer: 0, head: 0, token: 0, direction: 'from' }),
      withCode('trace-gone'),
    );
  });

  it('stops some time after the last user has gone, not before', async () => {
    const second = client.acquire();
    await explain('ab');
    second();
    second();
    // Longer than idleMs: giving one of two holds back, twice, must not have started the clock.
    await once(AbortSignal.timeout(60), 'abort');
    assert.equal(client.worker, 1);
    release();
    const stopped = explain('wait');
    await assert.rejects(stopped, withCode('worker-died'));
    assert.equal(client.worker, undefined);
  });

  it('a new user within that time keeps the worker', async () => {
    await explain('ab');
    release();
    release = client.acquire();
    await once(AbortSignal.timeout(60), 'abort');
    assert.equal(client.worker, 1);
  });

  it('what was stopped and does not let go in time costs its worker, what does costs nothing', async () => {
    for (const letsGo of [explain('ab'), explain('bad model')]) await client.letGo(letsGo, 'Not said.');
    assert.equal(client.worker, 1);
    const timer = globalThis.setTimeout;
    globalThis.setTimeout = ((late: () => void) => timer(late, 20)) as typeof setTimeout;
    try {
      const stuck = explain('wait');
      const failed = assert.rejects(stuck, /^Problem: It did not stop\.$/);
      await client.letGo(stuck, 'It did not stop.');
      await failed;
      assert.equal(client.worker, undefined);
    } finally {
      globalThis.setTimeout = timer;
    }
  });

  it('a missing worker script is a dead worker with the file in its message', async () => {
    const missing = new WorkerClient<ExplainWorkerApi>({ script: '/nowhere/worker.js' });
    await assert.rejects(missing.ask.inspect({ modelPath: 'm' }), (error: unknown) => {
      return withCode('worker-died')(error) && /nowhere/.test((error as Error).message);
    });
    missing.stop();
  });

  describe('in a process of its own', () => {
    let ended = 0;
    const inProcess = (flags: string[]): void => {
      client.stop();
      ended = 0;
      client = new WorkerClient<ExplainWorkerApi>({ script, processFlags: () => flags, processEnded: () => ended++ });
      client.acquire();
    };
    it('answers as a thread does', async () => {
      const seen: string[] = [];
      const asked = { modelPath: 'm', text: 'ab', maxTokens: 9, top: 1 };
      const inThread = await client.ask.explain(asked);
      inProcess([]);
      const explanation = await client.ask.explain(asked, { onProgress: ({ kind }) => seen.push(kind) });
      assert.ok(client.runs instanceof ChildProcess);
      assert.deepEqual({ ...explanation, trace: 0 }, { ...inThread, trace: 0 });
      assert.deepEqual(seen, ['tokens', 'layer']);
      assert.deepEqual((await client.ask.tile({ ...tile, trace: explanation.trace })).values, new Uint8Array([2]));
      await assert.rejects(explain('bad model'), withCode('model-invalid'));
    });

    it('a Node that does not know the flags answers from a thread instead', async () => {
      inProcess(['--no-such-flag-of-v8']);
      const both = await Promise.all([explain('ab'), explain('abc')]);
      assert.deepEqual(
        both.map(({ trace }) => trace),
        [1, 2].map((kept) => ({ worker: 1, kept })),
      );
      assert.equal(ended, 1, 'is told');
    });

    it('a process that is killed fails every call on its way, and the next call starts another', async () => {
      inProcess([]);
      await explain('ab');
      const waiting = assert.rejects(explain('wait'), withCode('worker-died'));
      (client.runs as ChildProcess).kill('SIGKILL');
      await waiting;
      assert.equal(ended, 1, 'is told');
      assert.equal((await explain('fine')).trace.worker, 2);
      client.stop();
      assert.equal(ended, 1, 'one that is not wanted any more has not ended by itself');
    });
  });
});
