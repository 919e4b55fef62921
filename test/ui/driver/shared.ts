/** One browser and one server per kind for all test files: each start costs seconds. */
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../scripts/lib/browser.mjs';
import { startCodeServer, type CodeServer, type ServerOptions } from '../../../scripts/lib/codeServer.mjs';
import { installTestBrowser, installTestVsCode } from '../../../scripts/lib/setUp.mjs';

interface Shared {
  browser?: Promise<Browser>;
  servers: Map<string, Promise<CodeServer>>;
}

// Each test file is a bundle with its own copy of this module; the process is what they share.
const key = Symbol.for('attention-explainer.test-workbench');
const registry = globalThis as unknown as Record<symbol, Shared | undefined>;
const shared: Shared = (registry[key] ??= { servers: new Map() });

export function sharedBrowser(): Promise<Browser> {
  return (shared.browser ??= installTestBrowser().then(startBrowser));
}

export function sharedServer(options: Omit<ServerOptions, 'server' | 'settings'>): Promise<CodeServer> {
  const name = JSON.stringify(options);
  let server = shared.servers.get(name);
  if (!server) {
    server = installTestVsCode().then((folder) => startCodeServer({ ...options, server: folder }));
    shared.servers.set(name, server);
  }
  return server;
}

export async function closeShared(): Promise<void> {
  const { browser, servers } = shared;
  shared.browser = undefined;
  shared.servers = new Map();
  await (await browser)?.close();
  await Promise.all([...servers.values()].map(async (server) => (await server).stop()));
}
