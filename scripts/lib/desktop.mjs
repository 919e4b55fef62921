/** Desktop VS Code: the person's own, one named by VSCODE_EXECUTABLE, or one that @vscode/test-electron fetches. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { testFolder } from './paths.mjs';
import { step } from './report.mjs';

const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable';
const PROBE_MS = 10_000;

export function hasDisplay() {
  return (
    process.platform === 'win32' ||
    process.platform === 'darwin' ||
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  );
}

/** The `code` command on the person's path. */
export function ownCode() {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file) && works(file));
}

function works(file) {
  const { status } = spawnSync(file, ['--version'], {
    timeout: PROBE_MS,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** The executable of a fetched VS Code; undefined where none can be had. */
export async function fetchedCode() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (!(await canFetch())) return undefined;
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  return step('Fetching desktop VS Code', () =>
    downloadAndUnzipVSCode({ cachePath: testFolder, reporter: new SilentReporter() }),
  );
}

async function canFetch() {
  // What an earlier run fetched works without the network.
  if (existsSync(testFolder) && readdirSync(testFolder).some((name) => /^vscode-(linux|darwin|win32)/.test(name)))
    return true;
  try {
    const { ok } = await fetch(RELEASES, { signal: AbortSignal.timeout(PROBE_MS) });
    return ok;
  } catch {
    return false;
  }
}

/** Opens a window that outlives this script. */
export function openWindow(executable, args) {
  const env = { ...process.env };
  // Inside a VS Code terminal these would send the request to that window, or turn Electron into plain Node.
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|ATTENTION_EXPLAINER_RUN)/.test(name)) delete env[name];
  }
  const windows = process.platform === 'win32';
  const quoted = windows ? args.map((argument) => `"${argument}"`) : args;
  spawn(windows ? `"${executable}"` : executable, quoted, {
    env,
    stdio: 'ignore',
    detached: true,
    shell: windows,
  }).unref();
}
