/** Download Model… on its ways through proxies that VS Code’s settings and the environment name, in the real extension host. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { hubHere } from '../../src/commands/download';
import type { Problem } from '../../src/protocol/problem';
import { downloadFile } from '../../src/stores/download.node';
import { readRepository } from '../../src/stores/hub.node';
import { startHubServer, type HubServer } from '../support/hubServer';
import { startProxy, type ProxyServer } from '../support/proxyServer';
import { tinyModelBytes } from '../support/tinyModel';

/** Another address of this machine: VS Code asks 127.0.0.1 itself without any proxy. */
const HOST = '127.0.0.2';
const MODEL = tinyModelBytes();

describe('the way to Hugging Face', () => {
  let hub: HubServer;
  let proxy: ProxyServer;
  let cache: string;
  const set = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);
  const start = async (secure: boolean): Promise<void> => {
    hub = await startHubServer({ 'model.gguf': MODEL }, { host: HOST, secure });
    process.env.HF_ENDPOINT = hub.endpoint;
  };
  beforeEach(async function () {
    if (process.platform === 'darwin') return this.skip(); // has no second loopback address
    cache = mkdtempSync(path.join(tmpdir(), 'proxied-'));
    proxy = await startProxy();
  });
  afterEach(async () => {
    delete process.env.HF_ENDPOINT;
    for (const name of ['proxy', 'noProxy', 'proxySupport', 'proxyStrictSSL']) await set(name, undefined);
    await proxy?.close();
    await hub?.close();
    if (cache) rmSync(cache, { recursive: true });
  });

  /** The file as it came, or why it did not. */
  const bring = async (): Promise<Uint8Array | Problem> => {
    const { signal } = new AbortController();
    const here = hubHere();
    try {
      const name = { repository: 'owner/repo', revision: 'main' };
      const { models, ...of } = await readRepository(here, name, signal);
      const place = { cache, ...of };
      return new Uint8Array(readFileSync(await downloadFile({ hub: here, place, file: models[0].files[0], signal })));
    } catch (thrown) {
      return thrown as Problem;
    } finally {
      rmSync(path.join(cache, 'models--owner--repo'), { recursive: true, force: true });
    }
  };
  const why = (came: Uint8Array | Problem): unknown => ((came as Problem).detail as { why?: string })?.why;
  const tunnel = (): string => `CONNECT ${new URL(hub.endpoint).host}`;

  it('leads over https through http.proxy, and past it where http.noProxy says so', async () => {
    await start(true);
    await set('proxyStrictSSL', false);
    await set('proxy', proxy.address);
    assert.deepEqual(await bring(), MODEL);
    assert.ok(proxy.taken.length >= 3 && proxy.taken.every((line) => line === tunnel()), proxy.taken.join());
    proxy.taken.length = 0;
    await set('noProxy', [HOST]);
    assert.deepEqual(await bring(), MODEL);
    assert.deepEqual(proxy.taken, []);
  });

  it('leads over http through http.proxy with whole addresses', async () => {
    await start(false);
    await set('proxy', proxy.address);
    assert.deepEqual(await bring(), MODEL);
    assert.ok(proxy.taken.every((line) => line.startsWith(`GET ${hub.endpoint}/`)) && proxy.taken.length >= 3, proxy.taken.join()); // prettier-ignore
  });

  it('leads through no proxy where http.proxySupport is off', async () => {
    await start(true);
    await set('proxyStrictSSL', false);
    await set('proxy', proxy.address);
    await set('proxySupport', 'off');
    assert.deepEqual(await bring(), MODEL);
    assert.deepEqual(proxy.taken, []);
  });

  it('ends at a certificate that nobody vouches for, unless http.proxyStrictSSL is off; nothing is sent before', async () => {
    await start(true);
    for (const through of [undefined, proxy.address]) {
      await set('proxy', through);
      await set('noProxy', through ? undefined : [HOST]);
      await set('proxyStrictSSL', undefined);
      assert.match(String(why(await bring())), /SELF_SIGNED/);
      assert.deepEqual(hub.taken, []);
      await set('proxyStrictSSL', false);
      assert.deepEqual(await bring(), MODEL);
      hub.taken.length = 0;
    }
  });

  it('ends at a proxy that lets nobody through, whose answer is not taken for the server’s', async () => {
    await start(true);
    await set('proxyStrictSSL', false);
    await set('proxy', proxy.address);
    for (const status of [403, 404, 407, 502]) {
      proxy.refuses = status;
      const came = await bring();
      assert.deepEqual([(came as Problem).code, why(came)], ['download-unreachable', `PROXY_STATUS_${status}`]);
    }
    assert.deepEqual(hub.taken, []);
  });

  // Read when the extension host starts: whoever starts it names a port for this.
  const { HTTPS_PROXY } = process.env;
  (HTTPS_PROXY ? it : it.skip)('leads through HTTPS_PROXY, and past it where NO_PROXY says so', async () => {
    const named = await startProxy(Number(new URL(HTTPS_PROXY!).port));
    try {
      await start(true);
      await set('proxyStrictSSL', false);
      assert.deepEqual(await bring(), MODEL);
      assert.ok(named.taken.length >= 3 && named.taken.every((line) => line === tunnel()), named.taken.join());
      // A setting goes before the environment.
      named.taken.length = 0;
      await set('proxy', proxy.address);
      assert.deepEqual(await bring(), MODEL);
      assert.deepEqual([named.taken.length, proxy.taken.length >= 3], [0, true]);
      await set('proxy', undefined);
      await hub.close();
      hub = await startHubServer({ 'model.gguf': MODEL }, { host: process.env.NO_PROXY!, secure: true });
      process.env.HF_ENDPOINT = hub.endpoint;
      assert.deepEqual(await bring(), MODEL);
      assert.deepEqual(named.taken, []);
    } finally {
      await named.close();
    }
  });
});
