/**
 * Does the experiments' worker keep memory when it is started and stopped again and again?
 *   node bench/milestoneMemory.mjs [ID...]        (default: backpropagation, tpu and transformer)
 * Each is started and stopped twenty times in one worker, at the first picture or soon after it; the resident memory of the
 * process is read after each, with the garbage collected. Growth: the median of the last five over that of the five after the first five, which load
 * code and models. Prints a table and writes bench/results/milestoneMemory.json.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, machine, median, root } from './lib/engine.mjs';

const ROUNDS = 20;
const WARM = 5;
const MOST_GROWTH = 0.05;

// Garbage is collected at rest: what counts is what is kept. Node must be run with --expose-gc for it.
if (!globalThis.gc) {
  const again = [...process.execArgv, '--expose-gc', ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1);
}
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
const worker = path.join(root, 'out', 'bench', 'milestoneMemoryWorker.cjs');
mkdirSync(path.dirname(worker), { recursive: true });
writeFileSync(
  worker,
  `require(${JSON.stringify(path.join(root, 'dist', 'milestoneWorker.js'))});\nsetInterval(gc, 100).unref();\n`,
);
const { measure } = await import(
  pathToFileURL(await bundle('milestoneMemory', { entryPoints: ['bench/milestoneMemory.ts'] })).href
);
const named = process.argv.slice(2);
const ids = named.length > 0 ? named : ['backpropagation', 'tpu', 'transformer'];
const experiments = [];
for (const id of ids) {
  const megabytes = await measure(id, ROUNDS, worker);
  const [start, end] = [megabytes.slice(WARM, 2 * WARM), megabytes.slice(-WARM)].map(median);
  experiments.push({ id, megabytes, growth: end / start - 1 });
  console.log(
    `${id}: ${megabytes.map((each) => each.toFixed(0)).join(' ')} MB; ${(100 * (end / start - 1)).toFixed(1)} %`,
  );
}
const report = {
  commit: execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
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
