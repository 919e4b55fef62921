/** Several windows that download the same file at once: processes of their own, which run this file outside of mocha. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadFile } from '../../../src/stores/download.node';
import { getter } from '../../../src/stores/get.node';
import { readRepository } from '../../../src/stores/hub.node';
import { sha256Of, startHubServer, type HubServer } from '../../support/hubServer';
import { tinyModelBytes } from '../../support/tinyModel';

/** What becomes of one window's download: the file's path, or the code of its problem. */
async function oneWindow(endpoint: string, cache: string): Promise<string> {
  const hub = { endpoint, get: getter(true), silenceMs: 5000 };
  const { signal } = new AbortController();
  const { models, commit } = await readRepository(hub, { repository: 'owner/repo', revision: 'main' }, signal);
  const place = { cache, repository: 'owner/repo', revision: 'main', commit };
  return downloadFile({ hub, place, file: models[0].files[0], signal, waitMs: 1 }).catch(
    ({ code }: { code: string }) => code,
  );
}

if (typeof describe === 'undefined') {
  // All begin at the same moment, when they are told to.
  process.once('message', ([endpoint, cache]: [string, string]) => {
    void oneWindow(endpoint, cache).then((outcome) => process.send!(outcome, () => process.exit()));
  });
  process.send!('ready');
} else {
  describe('a download in several windows at once', () => {
    const MODEL = tinyModelBytes({ layers: 4 });
    let cache: string;
    let server: HubServer;
    beforeEach(async () => {
      cache = mkdtempSync(path.join(tmpdir(), 'windows-'));
      server = await startHubServer({ 'model.gguf': MODEL });
      server.pauseMs = 10;
    });
    afterEach(async () => {
      await server.close();
      rmSync(cache, { recursive: true });
    });
    const windows = async (count: number): Promise<string[]> => {
      const children = Array.from({ length: count }, () => fork(__filename, { execArgv: [] }));
      await Promise.all(children.map((child) => once(child, 'message')));
      const outcomes = children.map((child) => once(child, 'message'));
      for (const child of children) child.send([server.endpoint, cache]);
      return (await Promise.all(outcomes)).map(([outcome]) => outcome as string);
    };
    const brought = (): number => server.taken.filter((line) => line.startsWith('GET /store')).length;
    const blobs = (): string => path.join(cache, 'models--owner--repo', 'blobs');

    it('is brought by one of them; the others say so, and have it later', async () => {
      const outcomes = await windows(3);
      const paths = outcomes.filter((outcome) => outcome.endsWith('.gguf'));
      assert.equal(brought(), 1);
      assert.ok(paths.length >= 1);
      assert.ok(outcomes.every((outcome) => paths.includes(outcome) || outcome === 'download-elsewhere'), outcomes.join()); // prettier-ignore
      assert.deepEqual(new Uint8Array(readFileSync(paths[0])), MODEL);
      assert.deepEqual(readdirSync(blobs()), [sha256Of(MODEL)], 'no lock and no part is left');
    });

    it('is brought by one of them, too, where a window that died has left its lock', async () => {
      const lock = path.join(blobs(), `${sha256Of(MODEL)}.incomplete.lock`);
      mkdirSync(blobs(), { recursive: true });
      writeFileSync(lock, '');
      utimesSync(lock, new Date(0), new Date(0));
      const outcomes = await windows(4);
      assert.ok(outcomes.some((outcome) => outcome.endsWith('.gguf')), outcomes.join()); // prettier-ignore
      assert.equal(brought(), 1);
      assert.deepEqual(readdirSync(blobs()), [sha256Of(MODEL)]);
    });
  });
}
