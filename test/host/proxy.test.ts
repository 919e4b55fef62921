/** Download Model… goes through the proxy that VS Code’s settings name, in the real extension host. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { readRepository } from '../../src/stores/hub.node';
import { hubOf } from '../../src/stores/hubFetch.node';

describe('the way to Hugging Face', () => {
  let proxy: Server;
  let asked: string[];
  const http = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('http');
  const set = (name: string, value: unknown): Thenable<void> => http().update(name, value, vscode.ConfigurationTarget.Global); // prettier-ignore
  beforeEach(async () => {
    asked = [];
    proxy = createServer();
    // It lets nobody through: nothing leaves the machine.
    proxy.on('connect', ({ url }, socket) => {
      asked.push(url!);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const name of ['proxy', 'noProxy', 'proxySupport']) await set(name, undefined);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  /** Another address of this machine, at which nobody listens (ports that fetch refuses are none); VS Code asks 127.0.0.1 itself without any proxy. */
  const HUB = '127.0.0.2:8447';
  const address = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const ask = (): Promise<unknown> => {
    const hub = hubOf({ HF_ENDPOINT: `https://${HUB}` }, globalThis.fetch);
    const { signal } = new AbortController();
    return assert.rejects(readRepository(hub, { repository: 'owner/name', revision: 'main' }, signal), { code: 'download-unreachable' }); // prettier-ignore
  };

  it('leads through http.proxy, and past it where http.noProxy says so', async () => {
    await set('proxy', address());
    await ask();
    assert.deepEqual(asked, [HUB]);
    await set('noProxy', ['127.0.0.2']);
    await ask();
    assert.deepEqual(asked, [HUB]);
  });

  it('leads through no proxy where http.proxySupport is off', async () => {
    await set('proxy', address());
    await set('proxySupport', 'off');
    await ask();
    assert.deepEqual(asked, []);
  });
});
