// What `npm test` shortens, at full size:
//   npm run test:long      → bench/results/testLong.json, with commit, machine and what each file took
// LONG_TESTS=1 asks for the full size (test/support/long.ts). Unit tests: the files that read it, on both Nodes; of the suites
// that need the test browser: all of each in which a file reads it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main } = await import('./lib/report.mjs');
const { nodeOf } = await import('./lib/codeServer.mjs');
const { runMocha } = await import('./lib/mochaRun.mjs');
const { testFolder } = await import('./lib/paths.mjs');
const { run } = await import('./lib/processes.mjs');
const { readResult } = await import('./lib/results.mjs');
const setUp = await import('./lib/setUp.mjs');

const said = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const RESULT = 'bench/results/testLong.json';
const SECONDS_EACH = 900;
const SUITES = ['page', 'host', 'ui'];

/** Files under that folder of test/ that have a full size. */
const longOnes = (folder) =>
  readdirSync(path.join('test', folder), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join('test', folder, file))
    .filter((file) => /\bisLong\b/.test(readFileSync(file, 'utf8')));

await main(async () => {
  const files = longOnes('unit').map((file) => path.join('out', file.replace(/\.ts$/, '.mjs')));
  await setUp.buildAll({ tests: true });
  const server = await setUp.installTestVsCode();
  const isChanged = said('git', 'status', '--porcelain', '--', 'src', 'test') !== '';
  const runs = [];
  for (const node of [process.execPath, nodeOf(server)]) {
    for (const file of files) {
      const from = performance.now();
      const { passed, failed, skipped } = await runMocha({
        name: 'long',
        files: [file],
        style: 'dot',
        timeout: SECONDS_EACH * 1000,
        seconds: SECONDS_EACH,
        env: { LONG_TESTS: '1' },
        node,
      });
      const seconds = Math.round((performance.now() - from) / 1000);
      runs.push({
        file: path.basename(file, '.test.mjs'),
        node: said(node, '--version'),
        passed,
        failed,
        skipped,
        seconds,
      });
    }
  }
  for (const suite of SUITES.filter((name) => longOnes(name).length > 0)) {
    const from = performance.now();
    const env = { ...process.env, LONG_TESTS: '1' };
    await run(process.execPath, [path.join('scripts', 'test.mjs'), suite], { env, seconds: 3 * SECONDS_EACH });
    const { passed, failed, skipped } = readResult(path.join(testFolder, `${suite}.json`));
    const seconds = Math.round((performance.now() - from) / 1000);
    runs.push({ file: `${suite}: all`, node: process.version, passed, failed, skipped, seconds });
  }
  const result = {
    commit: said('git', 'rev-parse', '--short=12', 'HEAD') + (isChanged ? '-dirty' : ''),
    date: new Date().toISOString().slice(0, 10),
    machine: `${os.cpus().length} × ${os.cpus()[0].model.trim()}`,
    runs,
  };
  writeFileSync(RESULT, `${JSON.stringify(result, undefined, 2)}\n`);
  const count = (key) => runs.reduce((sum, run) => sum + run[key], 0);
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  return count('failed') > 0 ? 1 : 0;
});
