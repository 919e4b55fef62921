/** Downloads over a real socket, with what goes wrong on the way: long, because each thing that does has its test. Nothing leaves the machine. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Problem } from '../../../src/protocol/problem';
import { bytesThere, discard, downloadFile, type DownloadOptions } from '../../../src/stores/download.node';
import { getter } from '../../../src/stores/get.node';
import { findModels } from '../../../src/stores/find.node';
import { readRepository, readRepositoryName, type RemoteFile, type Repository } from '../../../src/stores/hub.node';
import { blobOf } from '../../../src/stores/hubCache.node';
import { hubOf, type Hub } from '../../../src/stores/hubFetch.node';
import { lock } from '../../../src/stores/lock.node';
import { Pace } from '../../../src/stores/pace.node';
import { places } from '../../../src/stores/places.node';
import { COMMIT, sha256Of, startHubServer, type HubServer } from '../../support/hubServer';
import { partName, splitModel, surroundings } from '../../support/stores';
import { tinyModelBytes } from '../../support/tinyModel';

const SECRET = 'hf_never_to_be_seen';
const MODEL = tinyModelBytes({ layers: 4 });

describe('a download from Hugging Face', () => {
  let home: string;
  let cache: string;
  let server: HubServer;
  let hub: Hub;
  let repository: Repository;
  const live = (): AbortSignal => new AbortController().signal;
  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'download-'));
    cache = path.join(home, '.cache', 'huggingface', 'hub');
    server = await startHubServer({ 'sub/model-Q8_0.gguf': MODEL });
    hub = { endpoint: server.endpoint, token: SECRET, get: getter(true), silenceMs: 2000 };
    repository = await readRepository(hub, { repository: 'owner/repo', revision: 'main' }, live());
    server.taken.length = 0;
  });
  afterEach(async () => {
    await server.close();
    rmSync(home, { recursive: true });
  });

  const place = () => ({ cache, repository: 'owner/repo', revision: 'main', commit: repository.commit });
  const file = (): RemoteFile => repository.models[0].files[0];
  const download = (more: Partial<DownloadOptions> = {}): Promise<string> =>
    downloadFile({ hub, place: place(), file: file(), signal: live(), waitMs: 1, ...more });
  const failure = async (work: Promise<unknown>): Promise<Problem> => {
    const problem = await work.then(
      () => assert.fail('nothing went wrong'),
      (thrown: Problem) => thrown,
    );
    assert.doesNotMatch(`${problem.stack} ${JSON.stringify(problem)}`, new RegExp(SECRET));
    return problem;
  };
  const left = (): string[] => (existsSync(cache) ? (readdirSync(cache, { recursive: true }) as string[]).sort() : []);
  const rangesAsked = (): string[] => server.taken.filter((line) => line.startsWith('GET /store')).map((line) => /bytes=\S+/.exec(line)?.[0] ?? 'all'); // prettier-ignore

  it('lands in the layout that other tools share, and is found there', async () => {
    const at = await download();
    assert.equal(at, path.join(cache, 'models--owner--repo', 'snapshots', COMMIT, 'sub', 'model-Q8_0.gguf'));
    assert.ok(lstatSync(at).isSymbolicLink());
    assert.deepEqual(new Uint8Array(readFileSync(at)), MODEL);
    assert.equal(readFileSync(path.join(cache, 'models--owner--repo', 'refs', 'main'), 'utf8'), COMMIT);
    assert.deepEqual(readdirSync(path.join(cache, 'models--owner--repo', 'blobs')), [sha256Of(MODEL)]);
    const { models } = await findModels({ places: places(surroundings(home), []), edition: '' });
    assert.deepEqual(
      models.map(({ label, problem }) => [label, problem]),
      [['owner/repo/sub/model-Q8_0.gguf', null]],
    );
    server.taken.length = 0;
    assert.equal(await download(), at, 'it is there already');
    assert.deepEqual(server.taken, []);
  });

  it('that is cut goes on where it was, any number of times while something comes', async () => {
    server.faults.push(...Array.from({ length: 8 }, () => ({ kind: 'cut', after: 4096 }) as const));
    const seen: number[] = [];
    await download({ onBytes: (bytes) => seen.push(bytes) });
    assert.ok(rangesAsked().length > 4, rangesAsked().join());
    assert.equal(rangesAsked()[1], 'bytes=4096-');
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.equal(seen.at(-1), MODEL.length);
  });

  it('that brings nothing again and again ends, and keeps what it has', async () => {
    server.faults.push({ kind: 'cut', after: 4096 });
    for (let i = 0; i < 5; i++) server.faults.push({ kind: 'status', status: 503 });
    const { code } = await failure(download());
    assert.equal(code, 'download-unreachable');
    assert.equal(await bytesThere(place(), file()), 4096);
    await download();
    assert.equal(rangesAsked().at(-1), 'bytes=4096-');
  });

  it('that falls silent counts as cut', async () => {
    hub.silenceMs = 200;
    server.faults.push({ kind: 'silent', after: 8192 });
    await download();
    assert.deepEqual(rangesAsked(), ['all', 'bytes=8192-']);
  });

  it('can be paused and resumed, and discarded', async () => {
    const pause = new AbortController();
    server.pauseMs = 5;
    const stopped = download({ signal: pause.signal, onBytes: (bytes) => bytes > 8192 && pause.abort() });
    assert.equal((await failure(stopped)).code, 'cancelled');
    const there = await bytesThere(place(), file());
    assert.ok(there > 8192 && there < MODEL.length);
    assert.ok(!left().some((name) => name.endsWith('.lock')), left().join());
    server.pauseMs = 0;
    await download();
    assert.equal(rangesAsked().at(-1), `bytes=${there}-`);
    rmSync(cache, { recursive: true });
    mkdirSync(path.dirname(blobOf(place(), file())), { recursive: true });
    writeFileSync(`${blobOf(place(), file())}.incomplete`, 'abc');
    await discard(place(), file());
    assert.equal(await bytesThere(place(), file()), 0);
  });

  it('with a wrong hash is thrown away and never has the name of a model', async () => {
    server.faults.push({ kind: 'wrong-bytes' });
    assert.equal((await failure(download())).code, 'download-hash');
    assert.deepEqual(left().filter((name) => name.includes('incomplete') || name.endsWith('.gguf')), []); // prettier-ignore
    // So is one whose beginning, from an earlier try, is not what it should be.
    writeFileSync(`${blobOf(place(), file())}.incomplete`, 'GGUF wrong from the beginning');
    assert.equal((await failure(download())).code, 'download-hash');
    await download();
  });

  it('of a file that is no large one is checked by git’s name of it', async () => {
    server.isLarge = false;
    repository = await readRepository(hub, { repository: 'owner/repo', revision: 'main' }, live());
    assert.equal(file().digest, createHash('sha1').update(`blob ${MODEL.length}\0`).update(MODEL).digest('hex'));
    server.faults.push({ kind: 'wrong-bytes' });
    assert.equal((await failure(download())).code, 'download-hash');
    server.faults.push({ kind: 'cut', after: 8192 }, { kind: 'no-ranges' });
    assert.deepEqual(new Uint8Array(readFileSync(await download())), MODEL);
    assert.deepEqual(readdirSync(path.join(cache, 'models--owner--repo', 'blobs')), [file().digest]);
  });

  it('from a server without ranges begins anew', async () => {
    server.faults.push({ kind: 'cut', after: 8192 }, { kind: 'no-ranges' });
    await download();
    assert.deepEqual(rangesAsked(), ['all', 'bytes=8192-']);
  });

  it('of which more is there than it has begins anew', async () => {
    mkdirSync(path.dirname(blobOf(place(), file())), { recursive: true });
    writeFileSync(`${blobOf(place(), file())}.incomplete`, new Uint8Array(MODEL.length + 5));
    await download();
    assert.deepEqual(rangesAsked(), ['all']);
  });

  for (const [what, fault, code] of [
    ['HTML instead of a file', { kind: 'html' }, 'download-page'],
    ['HTML that calls itself a file', { kind: 'page-as-file' }, 'download-page'],
    ['a file that does not end', { kind: 'longer' }, 'download-page'],
    [
      'a redirect to another host',
      { kind: 'redirect', to: 'https://elsewhere.example/model.gguf' },
      'download-redirect',
    ],
    ['a redirect to a host that is only like its own', { kind: 'redirect', to: 'https://evilhf.co/model.gguf' }, 'download-redirect'], // prettier-ignore
    ['a redirect out of encryption', { kind: 'redirect', to: 'http://cdn.hf.co/model.gguf' }, 'download-redirect'],
    ['a redirect to a file', { kind: 'redirect', to: 'file:///etc/passwd' }, 'download-redirect'],
    ['a refused token', { kind: 'status', status: 403 }, 'download-refused'],
    ['a file that has gone', { kind: 'status', status: 404 }, 'download-missing'],
  ] as const) {
    it(`${what}: ${code}, at once`, async () => {
      server.faults.push(fault);
      assert.equal((await failure(download())).code, code);
      assert.equal(rangesAsked().length, 1);
      await download();
    });
  }

  it('without room on the disk is not begun; with a disk that fills it keeps what came', async () => {
    const problem = await failure(download({ freeBytes: () => Promise.resolve(MODEL.length - 1) }));
    assert.deepEqual([problem.code, rangesAsked()], ['disk-full', []]);
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const onBytes = (bytes: number): void => {
      // What writing throws comes out of the same loop.
      if (bytes > 8192) throw full;
    };
    assert.equal((await failure(download({ onBytes }))).code, 'disk-full');
    assert.ok((await bytesThere(place(), file())) > 8192);
    await download();
  });

  it('to a disk that refuses says so, and of whose folder', async () => {
    const blobs = path.dirname(blobOf(place(), file()));
    mkdirSync(path.dirname(blobs), { recursive: true });
    writeFileSync(blobs, 'no folder');
    const { code, detail } = await failure(download());
    assert.deepEqual([code, (detail as { folder: string }).folder], ['disk-refuses', blobs]);
  });

  for (const [what, status, headers] of [
    ['without a place for its bytes', 206, {}],
    ['with bytes of another place', 206, { 'content-range': 'bytes 7-8/9' }],
    ['that there is nothing there', 416, {}],
    ['with nothing, and a length', 200, { 'content-length': '0' }],
  ] as const) {
    it(`that is answered ${what} at every try ends`, async () => {
      server.answer = (request, response) => {
        if (!request.url!.startsWith('/store')) return false;
        response.writeHead(status, headers).end();
        return true;
      };
      assert.match((await failure(download())).code, /^download-(page|unreachable)$/);
      assert.ok(rangesAsked().length <= 6, rangesAsked().join());
    });
  }

  it('from a list that goes on and on without a file ends', async () => {
    server.answer = (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      const link = `<${server.endpoint}${request.url!.replace(/\?.*/, '')}?cursor=${server.taken.length}>; rel="next"`;
      response.writeHead(200, { 'content-type': 'application/json', link }).end('[]');
      return true;
    };
    const asked = readRepository(hub, { repository: 'owner/repo', revision: 'main' }, live());
    assert.equal((await failure(asked)).code, 'download-page');
    assert.ok(server.taken.length <= 101, String(server.taken.length));
  });

  it('in two windows at once: the second says so; a lock left behind holds nobody up', async () => {
    server.pauseMs = 10;
    const first = download();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal((await failure(download())).code, 'download-elsewhere');
    await first;
    rmSync(cache, { recursive: true });
    server.pauseMs = 0;
    const lock = `${blobOf(place(), file())}.incomplete.lock`;
    mkdirSync(path.dirname(lock), { recursive: true });
    writeFileSync(lock, '');
    utimesSync(lock, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    await download();
  });

  it('that lost its lock to another window leaves the file and the lock to it', async () => {
    server.pauseMs = 10;
    const lockFile = `${blobOf(place(), file())}.incomplete.lock`;
    const first = failure(download());
    while (!existsSync(lockFile)) await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(lockFile, 'another');
    assert.equal((await first).code, 'download-elsewhere');
    assert.equal(readFileSync(lockFile, 'utf8'), 'another');
    assert.ok(!existsSync(blobOf(place(), file())));
  });

  it('asks whose the lock is before it writes, after a pause as long as a machine sleeps', async () => {
    const lockFile = path.join(cache, 'lock');
    let time = 0;
    mkdirSync(cache, { recursive: true });
    const held = await lock(lockFile, () => time);
    time = 60_000;
    await held.check();
    writeFileSync(lockFile, 'another');
    await held.check();
    time = 120_000;
    await assert.rejects(held.check(), { code: 'download-elsewhere' });
    await held.giveBack();
    assert.equal(readFileSync(lockFile, 'utf8'), 'another');
    rmSync(lockFile);
    const again = await lock(lockFile);
    await again.giveBack();
    assert.ok(!existsSync(lockFile));
  });

  it('sends the token to the hub and to nobody else', async () => {
    await download();
    assert.ok(server.taken.some((line) => line.endsWith(' token')));
    const other = await startHubServer({});
    try {
      server.faults.push({ kind: 'redirect', to: `${other.endpoint.replace('127.0.0.1', 'localhost')}/x` });
      rmSync(cache, { recursive: true });
      // Another port of this machine is another server.
      assert.equal((await failure(download())).code, 'download-redirect');
      assert.deepEqual(other.taken, []);
    } finally {
      await other.close();
    }
  });

  it('from a server whose certificate nobody vouches for comes only where certificates need not hold', async () => {
    const secure = await startHubServer({ 'sub/model-Q8_0.gguf': MODEL }, { secure: true });
    try {
      const of = (isStrict: boolean): Hub => ({ ...hub, endpoint: secure.endpoint, get: getter(isStrict) });
      const problem = await failure(readRepository(of(true), { repository: 'owner/repo', revision: 'main' }, live()));
      assert.match(String((problem.detail as { why: string }).why), /SELF_SIGNED/);
      assert.deepEqual(secure.taken, [], 'nothing was asked, and no token sent');
      assert.deepEqual(new Uint8Array(readFileSync(await download({ hub: of(false) }))), MODEL);
    } finally {
      await secure.close();
    }
  });

  it('in which another window was stopped in the middle of a write ends with the right bytes', async () => {
    const lockFile = `${blobOf(place(), file())}.incomplete.lock`;
    server.pauseMs = 10;
    // It does not ask for ten seconds whose the lock is: as a window that is stopped between asking and writing.
    const stopped = failure(download());
    while ((await bytesThere(place(), file())) < 8192) await new Promise((resolve) => setTimeout(resolve, 2));
    writeFileSync(lockFile, 'left');
    utimesSync(lockFile, new Date(0), new Date(0));
    server.pauseMs = 0;
    const at = await download();
    assert.equal((await stopped).code, 'download-elsewhere');
    assert.equal(sha256Of(readFileSync(at)), sha256Of(MODEL));
  });

  it('gives the model’s name to what it wrote itself, and leaves alone what another window has put in its place', async () => {
    const incomplete = `${blobOf(place(), file())}.incomplete`;
    const onBytes = (bytes: number): void => {
      if (bytes < MODEL.length) return;
      rmSync(incomplete);
      writeFileSync(incomplete, 'GGUF, and no more yet');
    };
    assert.equal((await failure(download({ onBytes }))).code, 'download-elsewhere');
    assert.equal(readFileSync(incomplete, 'utf8'), 'GGUF, and no more yet');
    assert.ok(!existsSync(blobOf(place(), file())));
  });
});

describe('a repository of Hugging Face', () => {
  let server: HubServer;
  let hub: Hub;
  before(async () => {
    server = await startHubServer({
      'b-Q8_0.gguf': MODEL,
      'mmproj-b.gguf': MODEL,
      'README.md': MODEL,
      '../../out.gguf': MODEL,
      '/abs.gguf': MODEL,
      'a//b.gguf': MODEL,
      [partName('lonely', 0, 2)]: MODEL,
      ...Object.fromEntries(splitModel(2).map((bytes, part) => [`big/${partName('big', part, 2)}`, bytes])),
    });
    hub = { endpoint: server.endpoint, get: getter(true), silenceMs: 2000 };
  });
  after(() => server.close());
  const read = (): Promise<Repository> => readRepository(hub, { repository: 'owner/repo', revision: 'main' }, new AbortController().signal); // prettier-ignore

  it('lists its models with sizes and hashes: split files as one, projectors and odd paths not', async () => {
    const { models, commit } = await read();
    assert.equal(commit, COMMIT);
    assert.deepEqual(
      models.map(({ name, files, bytes }) => [name, files.length, bytes > 1000]),
      [
        ['b-Q8_0.gguf', 1, true],
        ['big/big.gguf', 2, true],
      ],
    );
    assert.equal(models[0].files[0].digest, sha256Of(MODEL));
  });

  for (const [what, type, body, code] of [
    ['HTML', 'text/html', '<html>', 'download-page'],
    ['no JSON', 'application/json', '{"sha": "abc', 'download-page'],
    ['no commit', 'application/json', '{"_id":1,"id":"x","sha":"main"}', 'download-page'],
    ['what does not end', 'application/json', ' '.repeat((1 << 23) + 1), 'download-page'],
  ] as const) {
    it(`that answers with ${what}: ${code}`, async () => {
      server.answer = (_, response) => !!response.writeHead(200, { 'content-type': type }).end(body);
      await assert.rejects(read(), { code });
      server.answer = undefined;
    });
  }

  it('that is not there, private, or behind a server that is down', async () => {
    for (const [status, code] of [
      [404, 'download-missing'],
      [401, 'download-refused'],
      [500, 'download-failed'],
    ] as const) {
      server.answer = (_, response) => !!response.writeHead(status).end('token hf_echoed');
      await assert.rejects(read(), (problem: Problem) => problem.code === code && !problem.message.includes('echoed'));
    }
    server.answer = undefined;
    const nobody = { ...hub, endpoint: 'http://127.0.0.1:9' };
    const signal = new AbortController().signal;
    await assert.rejects(readRepository(nobody, { repository: 'a/b', revision: 'main' }, signal), { code: 'download-unreachable' }); // prettier-ignore
  });

  it('has names and addresses of many forms', () => {
    const of = (text: string): unknown => readRepositoryName(text);
    const plain = { repository: 'owner/name.GGUF', revision: 'main' };
    for (const text of [
      ' owner/name.GGUF ',
      'https://huggingface.co/owner/name.GGUF',
      'hf.co/owner/name.GGUF/',
      'https://huggingface.co/owner/name.GGUF?x=1#y',
    ]) {
      assert.deepEqual(of(text), plain, text);
    }
    assert.deepEqual(of('hf.co/owner/name.GGUF:Q4_K_M'), { ...plain, file: 'Q4_K_M' });
    const file = { ...plain, file: 'sub dir/m.gguf' };
    assert.deepEqual(of('https://huggingface.co/owner/name.GGUF/blob/main/sub%20dir/m.gguf'), file);
    assert.deepEqual(of('https://huggingface.co/owner/name.GGUF/resolve/main/sub%20dir/m.gguf?download=true'), file);
    assert.deepEqual(of('https://huggingface.co/owner/name.GGUF/tree/v1'), { ...plain, revision: 'v1' });
    for (const text of [
      '',
      'name',
      'a/b/c',
      '../..',
      'a/../b',
      'https://elsewhere.example/owner/name',
      'file:///etc/passwd',
      'owner/na--me',
      'owner/$(x)',
      'datasets/a/b',
    ]) {
      assert.equal(of(text), undefined, text);
    }
  });

  it('is asked where HF_ENDPOINT says, over https alone, with a token that is one', () => {
    const get = getter(true);
    const of = (env: Record<string, string>) => hubOf(env, get);
    assert.deepEqual(of({}), { endpoint: 'https://huggingface.co', get });
    assert.deepEqual(of({ HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: 'hf_x' }), { endpoint: 'https://mirror.example', token: 'hf_x', get }); // prettier-ignore
    assert.equal(of({ HF_TOKEN: 'hf_x\r\nHost: other' }).token, undefined);
    for (const HF_ENDPOINT of ['http://mirror.example', 'ftp://x', 'nonsense']) {
      assert.throws(() => of({ HF_ENDPOINT }), { code: 'download-address' });
    }
  });
});

describe('the time left', () => {
  it('is that of the last seconds, and begins anew with the download', () => {
    const pace = new Pace(1000);
    assert.deepEqual(pace.at(500, 0), { share: 0.5 });
    assert.equal(pace.at(501, 100), undefined);
    assert.deepEqual(pace.at(600, 1000), { share: 0.6, secondsLeft: 4 });
    assert.deepEqual(pace.at(0, 1300), { share: 0 });
    for (let second = 1; second <= 20; second++) pace.at(second * 10, 1300 + second * 1000);
    assert.deepEqual(pace.at(240, 22_300)!.secondsLeft! > 40, true);
    assert.equal(pace.at(1000, 22_301)!.share, 1);
  });
});
