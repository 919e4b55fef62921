// What `npm test` shortens, at full size:
//   npm run test:long      → bench/results/testLong.json, with commit, machine and what each file took
// LONG_TESTS=1 asks for the full size (test/support/long.ts); the files are those that read it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main } = await import('./lib/report.mjs');
const { nodeOf } = await import('./lib/codeServer.mjs');
const { runMocha } = await import('./lib/mochaRun.mjs');
const setUp = await import('./lib/setUp.mjs');

const said = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const RESULT = 'bench/results/testLong.json';
const SECONDS_EACH = 900;

await main(async () => {
  const unit = path.join('test', 'unit');
  const files = readdirSync(unit, { recursive: true })
    .filter((file) => file.endsWith('.test.ts') && /\bisLong\b/.test(readFileSync(path.join(unit, file), 'utf8')))
    .map((file) => path.join('out', unit, file.replace(/\.ts$/, '.js')));
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
        file: path.basename(file, '.test.js'),
        node: said(node, '--version'),
        passed,
        failed,
        skipped,
        seconds,
      });
    }
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
