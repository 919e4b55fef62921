// Each experiment's small run on this Node, and again to its end on VS Code's, which must come to the same bits:
//   npm run check:seeds [-- WORDS]      → test/fixtures/sameSeed/ID.json, which the unit tests compare their own run with
// WORDS: part of a test file's name.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main, Failure } = await import('./lib/report.mjs');
const { nodeOf } = await import('./lib/codeServer.mjs');
const { runMocha } = await import('./lib/mochaRun.mjs');
const setUp = await import('./lib/setUp.mjs');

const said = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const SECONDS_EACH = 120;

await main(async () => {
  const [words = ''] = process.argv.slice(2);
  const other = nodeOf(await setUp.installTestVsCode());
  await setUp.buildAll({ tests: true });
  const folder = path.join('out', 'test', 'unit', 'milestones');
  const names = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.test.mjs') && name.includes(words),
  );
  if (names.length === 0) throw new Failure(`No experiment's tests are called ${words}.`);
  const isChanged = said('git', 'status', '--porcelain', '--', 'src', 'media/models', 'test/support') !== '';
  const made = {
    commit: said('git', 'rev-parse', '--short=12', 'HEAD') + (isChanged ? '-dirty' : ''),
    date: new Date().toISOString().slice(0, 10),
    machine: `${os.cpus().length} × ${os.cpus()[0].model.trim()}`,
    nodes: [process.version, said(other, '--version')],
  };
  const { passed, failed } = await runMocha({
    name: 'seeds',
    files: names.map((name) => path.join(folder, name)),
    style: 'spec',
    timeout: SECONDS_EACH * 1000,
    seconds: SECONDS_EACH * names.length,
    grep: 'the same seed gives the same',
    env: { RECORD_SEEDS: JSON.stringify(made), ATTENTION_NODE: other },
  });
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
