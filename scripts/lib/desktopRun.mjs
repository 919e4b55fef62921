/** Runs test/host inside desktop VS Code. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fetchedCode } from './desktop.mjs';
import { hostEnvironment } from './hostRun.mjs';
import { root, sampleWorkspace, testFolder } from './paths.mjs';
import { Failure } from './report.mjs';
import { failure, readResult } from './results.mjs';

export async function runDesktopTests({ grep } = {}) {
  const executable = await fetchedCode();
  if (!executable)
    throw new Failure(
      'Desktop VS Code could not be fetched. Name one in VSCODE_EXECUTABLE, the path of its program (not of `code`).',
    );
  const { runTests } = await import('@vscode/test-electron');
  const file = path.join(testFolder, 'desktop.json');
  rmSync(file, { force: true });
  // Short: VS Code makes sockets in its data folder, and a socket's path has room for about 100 characters.
  const data = mkdtempSync(path.join(os.tmpdir(), 'ae-'));
  const workspace = path.join(data, 'workspace');
  cpSync(sampleWorkspace, workspace, { recursive: true });
  const launchArgs = [
    workspace,
    '--disable-extensions',
    '--disable-workspace-trust',
    `--user-data-dir=${path.join(data, 'user')}`,
  ];
  if (process.platform === 'linux' && process.getuid() === 0) launchArgs.push('--no-sandbox');
  try {
    const code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, 'out', 'test', 'host', 'index.js'),
      extensionTestsEnv: hostEnvironment(file, grep),
      launchArgs,
    }).catch(String);
    const result = readResult(file);
    return code !== 0 && result.failed === 0 ? failure(`VS Code ended with ${code}`) : result;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
