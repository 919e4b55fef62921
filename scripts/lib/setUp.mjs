/** Installs and builds what the other scripts need, from the package registry alone. Node built-ins only. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { logFile, root, testFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { Failure, logTail, step } from './report.mjs';

const MINIMUM_NODE = [20, 19];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new Failure(
    `Node ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.versions.node}. See https://nodejs.org.`,
  );
}

/** `npm ci`, unless node_modules holds what the lock file names. */
export async function installDependencies() {
  if (dependenciesFit()) return;
  await step('Installing the dependencies (npm ci)', () => npm(['ci', '--include=dev'], root, 'npm-ci'));
}

function dependenciesFit() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  // By content, not by date: a checkout touches the lock file without changing it. Other platforms' packages are optional.
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || (optional && !found[name]) || found[name]?.version === version,
  );
}

/** Builds the extension, its page and the command line, into another folder than dist where one is named; with tests, those too. */
export async function buildAll({ tests = false, production = false, dist } = {}) {
  const flags = [tests && '--tests', production && '--production', dist && `--dist=${dist}`].filter(Boolean);
  await step(`Building${tests ? ' the extension and its tests' : ''}`, () =>
    logged(process.execPath, ['esbuild.mjs', ...flags], root, 'build'),
  );
}

/**
 * The VS Code that the npm registry has (code-server, with a Node of its own), as test/vscode/package-lock.json names it.
 * @returns {Promise<string>} its folder
 */
export async function installTestVsCode() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Failure('The test VS Code from the npm registry runs on Linux x64 only.');
  const from = path.join(root, 'test', 'vscode');
  const names = ['package.json', 'package-lock.json', '.npmrc'];
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(path.join(from, name)));
  return whole(`server-${hash.digest('hex').slice(0, 12)}`, 'server-', (folder) =>
    step('Fetching the test VS Code (about 800 MB, once)', async () => {
      for (const name of names) cpSync(path.join(from, name), path.join(folder, name));
      await npm(['ci', '--ignore-scripts'], folder, 'vscode-npm-ci');
      // Its shrinkwrap is out of step with its package.json, so `npm ci` refuses; the native modules' scripts are not needed.
      const inner = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
      await npm(['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'], inner, 'vscode-npm-install');
    }),
  );
}

/**
 * Unpacks the Chromium that lies inside @sparticuz/chromium.
 * @returns {Promise<string>} its folder
 */
export async function installTestBrowser() {
  const { version } = JSON.parse(
    readFileSync(path.join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8'),
  );
  return whole(`chromium-${version}`, 'chromium-', (folder) =>
    step('Unpacking the test browser', async () => {
      const program = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
      // The package unpacks into the temporary folder, and its copies of libnss3 and libexpat only where it takes itself to be on Lambda.
      const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
      await logged(process.execPath, ['-e', program], root, 'chromium', env);
    }),
  );
}

/** Makes a folder in .vscode-test under a temporary name: a half-finished one is never taken for a whole one. */
async function whole(name, prefix, fill) {
  const target = path.join(testFolder, name);
  if (existsSync(target)) return target;
  mkdirSync(testFolder, { recursive: true });
  const draft = mkdtempSync(path.join(testFolder, 'unfinished-'));
  try {
    await fill(draft);
    for (const other of readdirSync(testFolder)) {
      if (other.startsWith(prefix)) rmSync(path.join(testFolder, other), { recursive: true, force: true });
    }
    renameSync(draft, target);
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    // Another run may have finished first.
    if (!existsSync(target)) throw thrown;
  }
  return target;
}

async function npm(args, cwd, name) {
  // The npm that runs this script, where there is one: `npm` by name is a .cmd on Windows.
  const script = process.env.npm_execpath;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (script?.endsWith('.js')) await logged(process.execPath, [script, ...args, ...quiet], cwd, name);
  else await logged('npm', [...args, ...quiet], cwd, name, process.env, process.platform === 'win32');
}

async function logged(command, args, cwd, name, env = process.env, shell = false) {
  const log = logFile(name);
  const { code } = await run(command, args, { cwd, env, log, shell });
  if (code !== 0) throw new Failure(`${path.basename(command)} ${args.join(' ')} ended with ${code}:\n${logTail(log)}`);
}
