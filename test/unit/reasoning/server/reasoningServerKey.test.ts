/** What must not leave: the key into no message, the question to no server that nobody chose. Over real HTTP. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Problem } from '../../../../src/protocol/problem';
import { chat, listModels } from '../../../../src/reasoning/server/chat';
import { withoutKey, wordsOf } from '../../../../src/reasoning/server/words';
import { askAt, problemOf, startRawServer, type RawServer } from '../../../support/rawServer';
import { cpuMs } from '../../../support/cpuTime';

const KEY = 'sk-proj-Zq7Lm2Xw9Rt4/V/b8+Nc/3+Kd6Hf1Jg5Ys0Pa';
const open: RawServer[] = [];

async function start(...args: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(...args);
  open.push(server);
  return server;
}

/** Longest piece of the key in what is shown and logged of it. */
function shown({ message, stack, detail }: Problem): number {
  const all = `${message} ${stack} ${JSON.stringify(detail)}`.replace(/[^\w+/=-]/g, '');
  let longest = 0;
  for (let from = 0; from < KEY.length; from++) {
    while (all.includes(KEY.slice(from, from + longest + 1)) && from + longest < KEY.length) longest++;
  }
  return longest;
}

describe('what a server must not get or give away', function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  const events =
    (...lines: string[]): Parameters<typeof startRawServer>[0] =>
    (_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(lines.join('\n\n') + '\n\n');
  const status =
    (code: number, body: string): Parameters<typeof startRawServer>[0] =>
    (_, response) =>
      response.writeHead(code, { 'content-type': 'text/html' }).end(body);

  it('no piece of the key is shown: cut, among tags, escaped, refused, in an event', async () => {
    const escaped = KEY.replaceAll('/', '\\/').replaceAll('+', '\\u002b');
    const answers: Record<string, Parameters<typeof startRawServer>[0]> = {
      'cut at the end of what is shown': events(`data: ${JSON.stringify({ error: 'y'.repeat(280) + KEY })}`),
      'divided by a tag': status(500, `<p>Bad key <b>${KEY.slice(0, 20)}</b>${KEY.slice(20)}</p>`),
      'divided by tags into crumbs': status(500, KEY.replace(/.{4}/g, '$&<wbr>\n')),
      'in what looks like a tag': status(500, `Bad key <${KEY.slice(0, 30)}`),
      'with the status of a refusal': status(401, JSON.stringify({ error: { message: `Not valid: ${KEY}.` } })),
      'escaped in text that is no JSON': status(500, `{"error": "Not valid: ${escaped}"`),
      'escaped in an event': events('data: {"choices": []}', `error: {"message": "Not valid: ${escaped}"`),
      'cut by the server': status(403, `Bearer ${KEY.slice(0, 12)}… is unknown`),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const { address } = await start(answer);
      const problem = await problemOf(askAt(address, { key: KEY }));
      assert.ok(problem.code === 'server-error' || problem.code === 'server-refused', name);
      assert.ok(shown(problem) < 6, `${name}: ${problem.detail.words}`);
      assert.ok(problem.detail.words.includes('…'), name);
      if (name.startsWith('escaped')) assert.match(problem.detail.words, /Not valid: …"$|^Not valid: …$/, name);
    }
  });

  it('no piece of the key is shown in another spelling or encoding', () => {
    const server = { address: '', model: '', silenceSeconds: 1, key: KEY };
    const each = (spell: (char: string, code: number) => string): string =>
      Array.from(KEY, (char) => spell(char, char.charCodeAt(0))).join('');
    const hex = (code: number, digits = 2): string => code.toString(16).padStart(digits, '0');
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const percent = each((_, code) => `%${hex(code)}`);
    const spellings: Record<string, string> = {
      'percent codes': percent,
      'percent codes where needed': encodeURIComponent(KEY),
      'percent codes, twice': encodeURIComponent(percent),
      'entities, hexadecimal': each((_, code) => `&#x${hex(code)};`),
      'entities, decimal, without semicolons': each((_, code) => `&#${code}`),
      'named entities': KEY.replaceAll('/', '&sol;').replaceAll('+', '&plus;').replaceAll('-', '&hyphen;'),
      'entities of white space': each((char) => `${char}&NewLine;`),
      'entities of what is not seen': Array.from(KEY).join('&ZeroWidthSpace;&NoBreak;&InvisibleTimes;'),
      'entities of white space, twice': each((char) => `${char}&amp;Tab;`),
      'entities of letters': each((char) => (/[a-z]/i.test(char) ? `&${char}opf;` : char)),
      'letters of another face': each((char) =>
        /[a-z]/.test(char) ? String.fromCodePoint(0x1d41a + char.charCodeAt(0) - 97) : char,
      ),
      'base64 of base64': base64(base64(`Bearer ${KEY}`)),
      'base64 of hexadecimal digits': base64(Buffer.from(KEY).toString('hex')),
      'base64 of percent codes': base64(percent),
      'base64 of entities': base64(each((_, code) => `&#${code};`)),
      'base64, three times': base64(base64(base64(KEY))),
      'entities in percent codes': encodeURIComponent(each((_, code) => `&#${code};`)),
      JSON: each((_, code) => `\\u${hex(code, 4)}`),
      'JSON in JSON': JSON.stringify(each((_, code) => `\\u${hex(code, 4)}`)),
      JavaScript: each((_, code) => `\\x${hex(code)}`),
      'code points': each((_, code) => `\\u{${hex(code)}}`),
      'zero-width spaces': each((char) => `${char}\u200b`),
      'joiners, soft hyphens, marks': each((char) => `${char}\u2060\u00ad\ufe0f`),
      controls: each((char) => `${char}\u0000`),
      'full width': each((char, code) => (code > 0x20 ? String.fromCharCode(code + 0xfee0) : char)),
      capitals: KEY.toUpperCase(),
      base64: base64(KEY),
      'base64 of the header': base64(`Bearer ${KEY}`),
      'base64 of JSON': base64(JSON.stringify({ a: 1, key: KEY })),
      'base64 for addresses': Buffer.from(`?>${KEY}`).toString('base64url'),
      'base64 in lines': base64(KEY).replace(/.{10}/g, '$&\n'),
      'base64 in percent codes': encodeURIComponent(base64(`user:${KEY}`)),
      'hexadecimal digits': Buffer.from(KEY).toString('hex'),
      'hexadecimal digits in capitals': `0x${Buffer.from(KEY).toString('hex').toUpperCase()}`,
    };
    for (const [name, spelling] of Object.entries(spellings)) {
      const shown = withoutKey(`before (${spelling}) after`, server);
      assert.match(shown, /^before \(.*…[^]*\) after$/, name);
      // At most the ends of the encoding are left, which hold less than a piece of the key.
      assert.ok(shown.replace(/…/g, '').length < 'before () after'.length + 30, `${name}: ${shown}`);
      assert.ok(shown.length < spelling.length, name);
    }
  });

  it('a model that is named after the key is not listed, and its name not shown', async () => {
    const data = [KEY, `models/${KEY.slice(3, 20)}`, Buffer.from(KEY).toString('base64'), 'tiny'].map((id) => ({ id }));
    const models = await start((_, response) => response.end(JSON.stringify({ data })));
    const server = { address: models.address, model: '', silenceSeconds: 5, key: KEY };
    assert.deepEqual(await listModels(server, new AbortController().signal), ['tiny']);
    const choice = { message: { role: 'assistant', content: '2 + 2 = 4.', nonsense: 'x'.repeat(1000) } };
    const answers = [
      events(
        `data: ${JSON.stringify({ model: `for ${KEY}`, choices: [{ delta: { content: '2 + 2 = 4.' } }] })}`,
        'data: [DONE]',
      ),
      (_: unknown, response: ServerResponse) =>
        void response.end(JSON.stringify({ model: `for ${KEY}`, choices: [choice] })),
    ];
    for (const answer of answers) {
      const { address } = await start((request, response) =>
        request.url?.endsWith('/models') ? response.end('{"data": []}') : answer(request, response),
      );
      const { model, completion } = await chat(
        { ...server, address },
        'How many?',
        new AbortController().signal,
        () => {},
      );
      assert.equal(model, 'for …');
      assert.ok(!JSON.stringify(completion).includes('nonsense'));
    }
  });

  it('words of any length and kind are read in no time', () => {
    const server = { address: '', model: '', silenceSeconds: 1, key: KEY };
    for (const unit of ['<', '<a', '&#', '%2', '\\u', '\\', 'A', '0', '\u200b', '<>', '{"', '&lt;']) {
      const ms = cpuMs(() => wordsOf(unit.repeat(2_000_000), server));
      assert.ok(ms < 1000, `${unit}: ${ms} ms`);
    }
  });

  it('words that are not the key are left as they are', () => {
    const say = (text: string, key?: string): string =>
      withoutKey(text, { address: '', model: '', silenceSeconds: 1, key });
    const text = 'The model <b>"tiny"</b> is not\n found \\ here: sk-other';
    assert.equal(say(text, KEY), text);
    assert.equal(say(text), text);
    assert.equal(say(`a ${KEY} b ${KEY}, c`, KEY), 'a … b …, c');
    assert.equal(say('Key abc is wrong', 'abc'), 'Key … is wrong');
  });

  it('a key that no header can hold is told as that, and nothing is sent', async () => {
    const { address, taken } = await start(status(200, ''));
    for (const key of [`${KEY}\nmore`, `“${KEY}”`]) {
      const problem = await problemOf(askAt(address, { key }));
      assert.equal(problem.code, 'server-key');
      assert.ok(shown(problem) < 6);
    }
    assert.deepEqual(taken, []);
  });

  for (const code of [301, 302, 303, 307, 308]) {
    it(`${code} to another server is refused, and named: it gets neither the question nor the key`, async () => {
      const other = await start(status(200, ''));
      const there = other.address.replace('127.0.0.1', 'localhost');
      const first = await start((_, response) =>
        response.writeHead(code, { location: `${there}/login?token=${KEY}` }).end('gone'),
      );
      const models = { address: first.address, model: '', silenceSeconds: 20, key: KEY };
      for (const work of [
        () => askAt(first.address, { key: KEY }),
        () => listModels(models, new AbortController().signal),
      ]) {
        const { code: told, detail, message } = await problemOf(work());
        assert.equal(told, 'server-redirect');
        assert.deepEqual(detail, { server: first.address, target: new URL(there).origin });
        assert.ok(!message.includes('token'));
      }
      assert.deepEqual(other.taken, []);
    });
  }

  it('a redirect within the server is followed with the question; one to its page for signing in is told as that', async () => {
    const answer = JSON.stringify({ choices: [{ message: { content: '1 + 1 = 2' } }] });
    const moved = await start((request, response) =>
      request.url === '/v2/chat/completions'
        ? response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
        : response.writeHead(308, { location: '/v2/chat/completions' }).end(),
    );
    assert.equal((await askAt(moved.address)).ending, 'end');
    assert.deepEqual(
      moved.taken.map((taken) => taken.replace(/^(\S+ \S+) .*"How many\?".*$/, '$1, the question')),
      ['POST /v1/chat/completions, the question', 'POST /v2/chat/completions, the question'],
    );
    for (const code of [302, 307]) {
      const login = await start((request, response) =>
        request.url!.startsWith('/login')
          ? response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
          : response.writeHead(code, { location: '/login?from=/v1' }).end(),
      );
      const models = { address: login.address, model: '', silenceSeconds: 20 };
      for (const work of [() => askAt(login.address), () => listModels(models, new AbortController().signal)]) {
        const { code: told, detail } = await problemOf(work());
        assert.equal(told, 'server-page');
        assert.deepEqual(detail, { server: login.address, page: `${new URL(login.address).origin}/login` });
      }
      // Like a browser: 302 does not take along what was sent, 307 does.
      assert.equal(login.taken.filter((taken) => taken.startsWith('POST /login')).length, code === 302 ? 0 : 1);
    }
    const secret = '/users/8f14e45fceea167a5a36dedd4bea2543abcdef0123/;token=s3cret?key=s3cret#s3cret';
    const named = await start((request, response) =>
      request.url!.startsWith('/users')
        ? response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
        : response.writeHead(307, { location: `http://me:s3cret@${request.headers.host}${secret}` }).end(),
    );
    const { code: told, detail, message } = await problemOf(askAt(named.address));
    assert.equal(told, 'server-page');
    assert.deepEqual(detail, { server: named.address, page: `${new URL(named.address).origin}/users/…/` });
    assert.doesNotMatch(message, /s3cret|me:/);
    const away = await start((_, response) =>
      response.writeHead(307, { location: `http://me:s3cret@localhost:9/${secret}` }).end(),
    );
    const elsewhere = await problemOf(askAt(away.address));
    assert.deepEqual(elsewhere.detail, { server: away.address, target: 'http://localhost:9' });
    const round = await start((_, response) => response.writeHead(307, { location: '/v1/again' }).end());
    assert.equal((await problemOf(askAt(round.address))).code, 'server-page');
    assert.equal(round.taken.length, 6);
  });
});
