/** One browser and one server per kind for all test files: each start costs seconds. */
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../scripts/lib/browser.mjs';
import { startCodeServer, type CodeServer, type ServerOptions } from '../../../scripts/lib/codeServer.mjs';
import { installTestBrowser, installTestVsCode } from '../../../scripts/lib/setUp.mjs';
import type { Workbench } from './workbench';

interface Shared {
  /** By whether they draw with their own fonts alone. */
  browsers: Map<boolean, Promise<Browser>>;
  servers: Map<string, Promise<CodeServer>>;
  workbench: SharedWindow;
}

interface SharedWindow {
  window?: Workbench;
  /** A test file has had it. */
  isUsed: boolean;
}

// Each test file is a bundle with its own copy of this module; the process is what they share.
const key = Symbol.for('attention-explainer.test-workbench');
const registry = globalThis as unknown as Record<symbol, Shared | undefined>;
const shared: Shared = (registry[key] ??= {
  browsers: new Map(),
  servers: new Map(),
  workbench: { isUsed: false },
});

export function sharedBrowser({ ownFonts = false } = {}): Promise<Browser> {
  let browser = shared.browsers.get(ownFonts);
  if (!browser) {
    browser = installTestBrowser().then((folder) => startBrowser(folder, { ownFonts }));
    shared.browsers.set(ownFonts, browser);
  }
  return browser;
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

/** workbench.ts opens it. */
export const sharedWindow = (): SharedWindow => shared.workbench;

export async function closeShared(): Promise<void> {
  const { browsers, servers, workbench } = shared;
  await workbench.window?.close({ check: false });
  shared.browsers = new Map();
  shared.servers = new Map();
  shared.workbench = { isUsed: false };
  await Promise.all([...browsers.values()].map(async (browser) => (await browser).close()));
  await Promise.all([...servers.values()].map(async (server) => (await server).stop()));
}
