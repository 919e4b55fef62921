/** One browser, one server per kind and one window for all test files that wish no other: each start costs seconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../scripts/lib/browser.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { freePort, startCodeServer, type CodeServer, type ServerOptions } from '../../../scripts/lib/codeServer.mjs';
import { installTestBrowser, installTestVsCode } from '../../../scripts/lib/setUp.mjs';
import { WorkerClient } from '../../../src/engine/workerClient.node';
import type { Methods } from '../../../src/protocol/rpc';
import type { ReasoningWorkerApi } from '../../../src/protocol/reasoningWorkerApi';
import type { ExplainWorkerApi } from '../../../src/protocol/workerApi';
import type { Workbench } from './workbench';

interface Shared {
  /** By whether they draw with their own fonts alone. */
  browsers: Map<boolean, Promise<Browser>>;
  servers: Map<string, Promise<CodeServer>>;
  window: SharedWindow;
  explainWorker?: WorkerClient<ExplainWorkerApi>;
  reasoningWorker?: WorkerClient<ReasoningWorkerApi>;
  surroundings?: Promise<Surroundings>;
}

/**
 * Where a window looks for a person's own models and servers: folders that are empty and ports where nobody answers, until
 * a test puts something there.
 */
export interface Surroundings {
  /** The one that the settings name. */
  models: string;
  /** Of Hugging Face. */
  cache: string;
  /** Ollama's models lie in a folder of it. */
  home: string;
  hubPort: number;
  ollamaPort: number;
}

interface SharedWindow {
  window?: Workbench;
  /** A test file has had it. */
  isUsed: boolean;
}

// The hooks are a bundle with a copy of this module of their own; the process is what they share with the test files.
const key = Symbol.for('attention-explainer.test-workbench');
const registry = globalThis as unknown as Record<symbol, Shared | undefined>;
const shared: Shared = (registry[key] ??= {
  browsers: new Map(),
  servers: new Map(),
  window: { isUsed: false },
});

export function sharedBrowser({ ownFonts = false } = {}): Promise<Browser> {
  let browser = shared.browsers.get(ownFonts);
  if (!browser) {
    browser = installTestBrowser().then((folder) => startBrowser(folder, { ownFonts }));
    shared.browsers.set(ownFonts, browser);
  }
  return browser;
}

/** For pages on their own. Whoever asks it something releases what it keeps for them. */
export function sharedExplainWorker(): WorkerClient<ExplainWorkerApi> {
  return (shared.explainWorker ??= kept('explainWorker'));
}

/** The same for chains of thought; whoever asks it something cancels what is under way at the end. */
export function sharedReasoningWorker(): WorkerClient<ReasoningWorkerApi> {
  return (shared.reasoningWorker ??= kept('reasoningWorker'));
}

function kept<Api extends Methods>(name: string): WorkerClient<Api> {
  const client = new WorkerClient<Api>({ script: path.join(root, 'dist', `${name}.js`) });
  client.acquire();
  return client;
}

export function sharedServer(options: Omit<ServerOptions, 'server' | 'settings'>): Promise<CodeServer> {
  const name = JSON.stringify(options);
  let server = shared.servers.get(name);
  if (!server) {
    server = installTestVsCode().then((folder) => startCodeServer({ ...options, server: folder }));
    // Whoever tries again starts another.
    server.catch(() => shared.servers.delete(name));
    shared.servers.set(name, server);
  }
  return server;
}

/** workbench.ts opens it. */
export const sharedWindow = (): SharedWindow => shared.window;

export const ownSurroundings = (): Promise<Surroundings> =>
  (shared.surroundings ??= (async () => {
    const [models, cache, home] = ['models', 'hub', 'ollama'].map((name) =>
      mkdtempSync(path.join(tmpdir(), `attention-${name}-`)),
    );
    return { models, cache, home, hubPort: await freePort(), ollamaPort: await freePort() };
  })());

export async function closeShared(): Promise<void> {
  const { browsers, servers, window, explainWorker, reasoningWorker, surroundings } = shared;
  explainWorker?.stop();
  reasoningWorker?.stop();
  await window.window?.close({ check: false });
  shared.browsers = new Map();
  shared.servers = new Map();
  shared.window = { isUsed: false };
  shared.explainWorker = undefined;
  shared.reasoningWorker = undefined;
  shared.surroundings = undefined;
  await Promise.all([...browsers.values()].map(async (browser) => (await browser).close()));
  await Promise.all([...servers.values()].map(async (server) => (await server).stop()));
  const { models, cache, home } = (await surroundings) ?? {};
  for (const folder of [models, cache, home]) if (folder) rmSync(folder, { recursive: true, force: true });
}
