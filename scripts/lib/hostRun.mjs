/** Runs test/host inside the real extension host of the test VS Code, which a headless browser page opens. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBrowser } from './browser.mjs';
import { freePort, startCodeServer } from './codeServer.mjs';
import { root, sampleWorkspace, testFolder } from './paths.mjs';
import { plus, readResult } from './results.mjs';
import { installTestBrowser, installTestVsCode } from './setUp.mjs';

/** What test/host/index.ts reads from its environment. */
export function hostEnvironment(file, grep) {
  const env = {
    HOST_RESULT_FILE: file,
    HOST_REPORTER: path.join(root, 'scripts', 'lib', 'resultReporter.cjs'),
  };
  if (grep) env.HOST_GREP = grep;
  for (const name of ['ATTENTION_DATA', 'LONG_TESTS']) if (process.env[name]) env[name] = process.env[name];
  return env;
}

export async function runHostTests({ grep, seconds }) {
  const file = path.join(testFolder, 'host.json');
  rmSync(file, { force: true });
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'attention-workspace-'));
  cpSync(sampleWorkspace, workspace, { recursive: true });
  const server = await startCodeServer({ server: await installTestVsCode(), bare: true });
  const browser = await startBrowser(await installTestBrowser());
  const said = [];
  let timer;
  try {
    const page = await browser.newPage({ extraHTTPHeaders: { 'Accept-Encoding': 'identity' } });
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    // VS Code itself calls these two when run() has ended.
    const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', () => undefined);
    const tests = path.join(root, 'out', 'test', 'host', 'index.js');
    // VS Code asks 127.0.0.1 itself without any proxy: only the test of proxies meets this one.
    const proxied = { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}`, NO_PROXY: '127.0.0.3' };
    const environment = { ...hostEnvironment(file, grep), ...proxied };
    await page.goto(server.url({ folder: workspace, extension: root, tests, environment }));
    const late = new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000, 'late')));
    const code = await Promise.race([ended, late]);
    const result = readResult(file);
    if (code === 'late')
      return plus(
        result,
        `not finished after ${seconds} s; the page's console ended with\n${said.slice(-20).join('\n')}`,
      );
    return code !== 0 && result.failed === 0
      ? plus(result, `the extension host ended with ${code}\n${said.slice(-20).join('\n')}`)
      : result;
  } finally {
    clearTimeout(timer);
    await browser.close();
    await server.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}
