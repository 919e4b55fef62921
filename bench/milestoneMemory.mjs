/**
 * Does the experiments' worker keep memory when it is started and stopped again and again?
 *   node bench/milestoneMemory.mjs [ID...]        (default: every experiment)
 * Each is started and stopped twenty times in one worker, in two ways: as a person runs it, stopped at the first picture or
 * soon after it; and with its small values, stopped at the first picture and at a third, two thirds and nine tenths of the
 * way. The resident memory of the process is read after each, with the garbage collected. Growth: the mean of the last four
 * starts over that of the fifth to the eighth; the first four load code and models, and every four stop in the same places.
 * Prints a table and writes bench/results/milestoneMemory.json.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, machine, root } from './lib/engine.mjs';

const ROUNDS = 20;
/** Starts that stop in different places. */
const CYCLE = 4;
const MOST_GROWTH = 0.05;

// Garbage is collected at rest: what counts is what is kept. Node must be run with --expose-gc for it.
if (!globalThis.gc) {
  const again = [...process.execArgv, '--expose-gc', ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1);
}
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
// The file written here does not change what is measured.
const changed = git('status', '--porcelain').split('\n');
const dirty = changed.some((line) => line && !line.endsWith('milestoneMemory.json'));
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
const worker = path.join(root, 'out', 'bench', 'milestoneMemoryWorker.cjs');
mkdirSync(path.dirname(worker), { recursive: true });
writeFileSync(
  worker,
  `require(${JSON.stringify(path.join(root, 'dist', 'milestoneWorker.js'))});\nsetInterval(gc, 100).unref();\n`,
);
const { all, measure } = await import(
  pathToFileURL(await bundle('milestoneMemory', { entryPoints: ['bench/milestoneMemory.ts'] })).href
);
const named = process.argv.slice(2);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const experiments = [];
for (const id of named.length > 0 ? named : all) {
  for (const small of [false, true]) {
    const { megabytes, stopped } = await measure(id, ROUNDS, { script: worker, small });
    const growth = mean(megabytes.slice(-CYCLE)) / mean(megabytes.slice(CYCLE, 2 * CYCLE)) - 1;
    const values = small ? 'small' : 'default';
    experiments.push({ id, values, stopped, growth, megabytes: megabytes.map((each) => Number(each.toFixed(1))) });
    const read = megabytes.map((each) => each.toFixed(0)).join(' ');
    console.log(`${id}, ${values} values, stopped ${stopped} times: ${read} MB; ${(100 * growth).toFixed(1)} %`);
  }
}
const report = {
  commit: git('rev-parse', '--short=12', 'HEAD') + (dirty ? '-dirty' : ''),
  machine: machine(),
  rounds: ROUNDS,
  experiments,
};
const folder = path.join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'milestoneMemory.json'), `${JSON.stringify(report, undefined, 1)}\n`);
if (experiments.some(({ growth }) => growth > MOST_GROWTH)) {
  console.log(`more than ${100 * MOST_GROWTH} %`);
  process.exitCode = 1;
}
process.exit();
