/** Servers whose answers do not end: the host's memory stays, the stream is left, and what came is kept and said. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { ProblemCode } from '../../../src/protocol/problem';
import { ChatClient } from '../../../src/reasoning/chatClient.node';
import { says, startChatServer } from '../../support/chatServer';
import { isLong } from '../../support/long';
import { askAt, problemOf } from '../../support/rawServer';

/** What never ends would take gigabytes; the heap grows and shrinks by some tens of megabytes of its own accord. */
const MOST_GROWTH_MB = 100;
/** Of nothing new, after which the stream must have ended; and what a machine that others use may be late. */
const MOST_SECONDS = 15 + 25;
const BEGINNING = '1 + 1 = 2. ';

/** How each ends; null: nothing of an answer came, which is thrown. */
const FLOODS: Record<string, [code: ProblemCode, kept: boolean]> = {
  content: ['answer-endless', true],
  'one long delta': ['answer-endless', true],
  'spaces in deltas': ['server-idle', true],
  'spaces alone': ['server-garbage', false],
  'a line without end': ['server-garbage', true],
  'log-probabilities': ['answer-endless', true],
  comments: ['server-idle', true],
  'empty deltas': ['server-idle', true],
  'unknown fields': ['server-garbage', true],
  'unknown events': ['server-idle', true],
  'fields of a chunk': ['server-idle', true],
  'comments, slowly': ['server-idle', true],
  'empty deltas, slowly': ['server-idle', true],
  'spaces, slowly': ['server-idle', true],
  'JSON without end': ['server-too-large', false],
  'JSON and then spaces, slowly': ['server-idle', false],
  'gzip of content': ['answer-endless', true],
  'gzip of one line': ['server-garbage', true],
  'gzip of spaces': ['server-garbage', false],
};

describe('answers without end', function () {
  this.timeout(60_000);
  const client = new ChatClient({ script: path.resolve('dist/chatWorker.js') });
  const flooding: ChildProcess[] = [];
  after(() => {
    client.stop();
    for (const server of flooding) server.kill();
  });

  const flood = async (kind: string): Promise<string> => {
    const server = spawn(process.execPath, ['test/support/hostileServer.mjs', kind], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    flooding.push(server);
    const port = await new Promise<string>((resolve) =>
      server.stdout!.once('data', (bytes) => resolve(String(bytes).trim())),
    );
    return `http://127.0.0.1:${port}/v1`;
  };
  const ask = (address: string, onText = (_: string): void => {}, signal = new AbortController().signal) =>
    client.chat({ address, model: 'tiny', silenceSeconds: 120 }, 'How many?', signal, onText);

  // The slow ones wait 15 s each: at once, and each beside the others.
  const slow = Object.keys(FLOODS).filter((kind) => kind.endsWith('slowly'));
  // Other bytes that end in the same way.
  const further = ['unknown fields', 'unknown events', 'gzip of one line', 'gzip of spaces'];
  const fast = Object.keys(FLOODS).filter((kind) => !slow.includes(kind) && (isLong || !further.includes(kind)));

  const ends = async (kind: string): Promise<number> => {
    const [code, isKept] = FLOODS[kind];
    const address = await flood(kind);
    let [grown, last] = [performance.now(), ''];
    const asked = ask(address, (text) => {
      if (text.trimEnd() !== last) grown = performance.now();
      last = text.trimEnd();
    });
    if (isKept) {
      const { completion, ending, problem } = await asked;
      assert.deepEqual([ending, problem?.code], ['broken', code], kind);
      const { choices } = completion as { choices: { message: { content: string } }[] };
      assert.ok(choices[0].message.content.startsWith(BEGINNING), kind);
    } else assert.equal((await problemOf(asked)).code, code, kind);
    return (performance.now() - grown) / 1000;
  };

  before(async () => {
    // The worker itself is no growth.
    const server = await startChatServer({ say: says(BEGINNING) });
    await ask(server.address);
    await server.close();
  });

  for (const kind of fast) {
    it(`of ${kind}: memory stays, and it is over soon`, async () => {
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      const seconds = await ends(kind).finally(() => clearInterval(watch));
      assert.ok(seconds < MOST_SECONDS, `${seconds} s`);
      const growth = (most - before) / 2 ** 20;
      assert.ok(growth < MOST_GROWTH_MB, `${growth.toFixed(1)} MB more`);
      if (process.env.ATTENTION_MEASURE) console.log(`      ${growth.toFixed(1)} MB, ${seconds.toFixed(1)} s`);
    });
  }

  it(`of ${slow.join('; ')}: left after 15 s of nothing new, by a clock that runs ten times as fast`, async () => {
    const now = performance.now.bind(performance);
    const from = now();
    performance.now = () => from + 10 * (now() - from);
    try {
      const left = slow.map(async (kind) => {
        const [code, isKept] = FLOODS[kind];
        const asked = askAt(await flood(kind), { silenceSeconds: 120 });
        if (isKept) assert.equal((await asked).problem?.code, code, kind);
        else assert.equal((await problemOf(asked)).code, code, kind);
        return (now() - from) / 1000;
      });
      for (const seconds of await Promise.all(left)) assert.ok(seconds > 1.5 && seconds < MOST_SECONDS, `${seconds} s`);
    } finally {
      performance.now = now;
    }
  });

  if (isLong) {
    it('of the same through the worker, by its own clock', async () => {
      for (const seconds of await Promise.all(slow.map(ends))) {
        assert.ok(seconds > 10 && seconds < MOST_SECONDS, `${seconds} s`);
      }
    });
  }

  it('stopped by the person, or with its worker: what came is kept', async () => {
    const address = await flood('comments, slowly');
    const control = new AbortController();
    const stopped = await ask(address, () => control.abort(), control.signal);
    assert.deepEqual([stopped.ending, stopped.problem?.code], ['broken', 'cancelled']);
    const died = await ask(address, () => client.stop('It has to go.'));
    assert.deepEqual([died.ending, died.problem?.code], ['broken', 'worker-died']);
    for (const { completion } of [stopped, died]) {
      const { choices } = completion as { choices: { message: { content: string } }[] };
      assert.equal(choices[0].message.content, BEGINNING);
    }
  });
});
