/** Streams as servers send them, not as one would write them: what the standard passes over is passed over. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { wholeTrace } from '../../../../src/reasoning/import/incoming';
import type { ChatAnswer } from '../../../../src/reasoning/server/chat';
import { askAt, problemOf, startRawServer, type RawServer } from '../../../support/rawServer';

const open: RawServer[] = [];

async function start(answer: (response: ServerResponse, body: string) => unknown): Promise<RawServer> {
  const server = await startRawServer((_, response) => answer(response, server.taken.at(-1)!));
  open.push(server);
  return server;
}

/** What comes of a body that is sent in pieces. */
async function heard(pieces: string | string[], type = 'text/event-stream'): Promise<ChatAnswer> {
  const { address } = await start(async (response) => {
    response.writeHead(200, { 'content-type': type });
    for (const piece of [pieces].flat()) {
      response.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  return askAt(address);
}

const chunk = (content: string, more: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta: { content }, ...more }] });
const event = (data: string): string => `data: ${data}\n\n`;
const textOf = ({ completion }: ChatAnswer): string => wholeTrace(completion, 'How many?').text;

const [ONE, TWO] = ['1 + 1 = 2. ', '2 + 2 = 4.'];
const STOP = event('{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}');
const DONE = event('[DONE]');

describe('streams of servers', function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  const harmless: Record<string, string> = {
    'an error that is null': event(`{"error": null, ${chunk('').slice(1)}`),
    'a field that the standard does not know': 'colour: red\n\n',
    'a retry that is no number': 'retry: soon\n\n',
    'a comment': ': still here\n\n',
    'empty data': 'data:\n\n',
    'an event of another name': 'event: ping\ndata: {"type": "ping"}\n\n',
    'an event of another name, not in JSON': 'event: ping\ndata: pong\n\n',
    'JSON without choices': event('{"usage": {"total_tokens": 3}}'),
    'choices that are null': event('{"choices": null, "usage": {"total_tokens": 3}}'),
    'no choices': event('{"choices": []}'),
    'a second answer': event('{"choices": [{"index": 1, "delta": {"content": "7 + 7 = 15."}}]}'),
  };
  for (const [name, piece] of Object.entries(harmless)) {
    it(`pass over: ${name}`, async () => {
      const answer = await heard([event(chunk(ONE)), piece, event(chunk(TWO)), STOP, DONE]);
      assert.deepEqual([textOf(answer), answer.ending], [ONE + TWO, 'end']);
    });
  }

  it('end with a choice without a delta, with the last event unfinished, or with neither', async () => {
    const last = '{"choices": [{"index": 0, "finish_reason": "length"}]}';
    assert.equal((await heard([event(chunk(ONE)), event(last), DONE])).ending, 'length');
    for (const end of [`data: ${chunk(TWO, { finish_reason: 'stop' })}`, `data: ${chunk(TWO)}\n\ndata: [DONE]`]) {
      const answer = await heard([event(chunk(ONE)), end]);
      assert.deepEqual([textOf(answer), answer.ending], [ONE + TWO, 'end'], end);
    }
    const half = await heard([event(chunk(ONE)), `data: ${chunk(TWO).slice(0, 30)}`]);
    assert.deepEqual([textOf(half), half.ending, half.problem?.code], [ONE, 'broken', 'server-broken']);
  });

  it('have lines that end in any of the three ways, and any type', async () => {
    const all = event(chunk(ONE)) + event(chunk(TWO)) + STOP + DONE;
    for (const [lineEnd, type] of [
      ['\r', 'text/event-stream'],
      ['\r\n', 'text/event-stream; charset=utf-8'],
      ['\n', 'application/json'],
      ['\n', 'text/plain'],
    ]) {
      const answer = await heard(['\n', ...all.replaceAll('\n', lineEnd).match(/[^]{1,7}/g)!], type);
      assert.deepEqual([textOf(answer), answer.ending], [ONE + TWO, 'end'], JSON.stringify([lineEnd, type]));
    }
    const whole = JSON.stringify({ choices: [{ message: { content: ONE + TWO } }], error: null });
    assert.equal(textOf(await heard(['\n', whole], 'text/event-stream')), ONE + TWO);
  });

  it('of several answers give the first', async () => {
    const both = { choices: [1, 0].map((index) => ({ index, delta: { content: `${index} + 1 = 2. ` } })) };
    assert.equal(textOf(await heard([event(JSON.stringify(both)), DONE])), '0 + 1 = 2. ');
  });

  it('still report errors, and are still garbage where nothing in them is an answer', async () => {
    const reported = await heard([event(chunk(ONE)), 'event: error\ndata: {"message": "out of memory"}\n\n']);
    assert.ok(reported.problem?.code === 'server-error');
    assert.equal(reported.problem.detail.words, 'out of memory');
    const older = await heard([event(chunk(ONE)), 'error: {"message": "out of memory"}\n\n']);
    assert.deepEqual([older.problem?.code, textOf(older)], ['server-error', ONE]);
    const broken = await heard([event(chunk(ONE)), event('{"choices": oops'), event(chunk(TWO))]);
    assert.deepEqual([broken.problem?.code, textOf(broken)], ['server-garbage', ONE]);
    for (const body of ['', 'colour: red\n\n', event('{"type": "ping"}'), DONE, '{"choices": oops', '{}']) {
      assert.equal((await problemOf(heard(body))).code, 'server-garbage', body);
    }
    const endless = await start(async (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      // Until nobody listens any more.
      await pipeline(function* () {
        yield '{"choices": "';
        for (;;) yield 'y'.repeat(2 ** 20);
      }, response).catch(() => {});
    });
    const { code, detail } = await problemOf(askAt(endless.address));
    assert.deepEqual([code, detail], ['server-too-large', { server: endless.address, mostMegabytes: 8 }]);
  });

  it('are asked for again without log-probabilities, in whatever words they are refused', async () => {
    for (const words of ['log probabilities not supported', 'logprobs: not permitted', 'Unknown field log-probs']) {
      const server = await start((response, body) =>
        body.includes('logprobs')
          ? response.writeHead(400).end(JSON.stringify({ detail: words }))
          : response.end(event(chunk(ONE)) + DONE),
      );
      assert.equal(textOf(await askAt(server.address)), ONE);
      assert.equal(server.taken.length, 2);
    }
  });

  it('an answer in one piece that trickles is left when the patience is over, however steadily it comes', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { address } = await start((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices": [{"message": {"content": "');
      timer = setInterval(() => response.write('a'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const began = performance.now();
    const problem = await problemOf(askAt(address, { silenceSeconds: 2 }));
    assert.equal(problem.code, 'server-idle');
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds >= 1.9 && seconds < 30, `${seconds} s`);
  });
});
