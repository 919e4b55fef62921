/** Entry of the suites that run inside the extension host: VS Code calls run(). */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const TIMEOUT_MS = 60_000;

export async function run(): Promise<void> {
  const { HOST_RESULT_FILE: file, HOST_REPORTER: reporter, HOST_GREP: grep } = process.env;
  // A second try, as of the other suites; the summary names what needed it.
  const reporterOptions = { file, style: 'none' };
  const mocha = new Mocha({ ui: 'bdd', timeout: TIMEOUT_MS, retries: 1, grep, reporter, reporterOptions });
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
