/**
 * A server in a process of its own that never ends its answer, in one of several ways: `node hostileServer.mjs KIND`
 * prints its port. What it sends is made once and sent again and again, as fast as it is taken.
 */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

const kind = process.argv[2];
const delta = (content, more = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, ...more }] })}\n\n`;
const token = { token: 'ab', logprob: -1, bytes: [97, 98], top_logprobs: [] };
const many = (text, bytes = 2 ** 16) => text.repeat(Math.ceil(bytes / text.length));

/** What comes first, and what is sent without end; `everyMs`: not as fast as it goes. */
const KINDS = {
  content: { more: many(delta('more ')) },
  'one long delta': { more: delta('x'.repeat(2 ** 19)) },
  'spaces in deltas': { more: many(delta('   ')) },
  'spaces alone': { first: '', more: ' '.repeat(2 ** 16) },
  'a line without end': { more: 'data: ' + 'x'.repeat(2 ** 16) },
  'log-probabilities': { more: delta('a', { logprobs: { content: Array.from({ length: 10_000 }, () => token) } }) },
  comments: { more: many(': still here\n\n') },
  'empty deltas': { more: many(delta('')) },
  'unknown fields': { more: many('colour: red\n') },
  'unknown events': { more: many('event: ping\ndata: {"a": 1}\n\n') },
  'fields of a chunk': {
    more: `data: {"choices": [], ${Array.from({ length: 50_000 }, (_, i) => `"f${i}": 0`).join(', ')}}\n\n`,
  },
  'comments, slowly': { more: ': still here\n\n', everyMs: 200 },
  'empty deltas, slowly': { more: delta(''), everyMs: 200 },
  'spaces, slowly': { more: delta(' '), everyMs: 200 },
  'JSON without end': { first: '', more: '[{"a": "' + 'y'.repeat(2 ** 16) + '"},', before: '{"choices": [' },
  'JSON and then spaces, slowly': { first: '', before: '{"choices": [', more: ' ', everyMs: 200 },
  'gzip of content': { more: many(delta('more ')), gzip: true },
  'gzip of one line': { more: 'x'.repeat(2 ** 16), gzip: true },
  'gzip of spaces': { first: '', more: ' '.repeat(2 ** 16), gzip: true },
};
const { first = delta('1 + 1 = 2. '), before = '', more, everyMs, gzip } = KINDS[kind];

/** Of gzip: what it comes to when it is unpacked. */
const UNPACKED = 500 * 2 ** 20;

async function* body() {
  yield first + before;
  for (let sent = 0; !gzip || sent < UNPACKED; sent += more.length) {
    if (everyMs) await new Promise((resolve) => setTimeout(resolve, everyMs));
    yield more;
  }
}

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream', ...(gzip && { 'content-encoding': 'gzip' }) });
  const source = Readable.from(body(), { objectMode: false });
  (gzip ? source.pipe(createGzip()) : source).pipe(response);
  response.on('close', () => source.destroy());
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.on('disconnect', () => process.exit());
