/**
 * Does the experiments' worker keep memory when it is started and stopped again and again?
 *   node bench/milestoneMemory.mjs [ID...]        (default: every experiment)
 * Each is started and stopped twenty times in one worker, in two ways: as a person runs it, stopped at the first picture or
 * soon after it; and with its small values, stopped at the first picture and at a third, two thirds and nine tenths of the
 * way. Each way has a process of its own. After each stop the garbage is collected and two things are read: what the worker
 * keeps (its heap in use, and the memory outside of it that belongs to it), and the resident memory of the process. V8's room
 * for new objects is left out of that: it doubles at some time, once, and is empty then. Growth: the mean of the last four
 * starts over that of the fifth to the eighth; the first four load code and models, and every four stop in the same places.
 * Prints a table and writes bench/results/milestoneMemory.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, machine, root } from './lib/engine.mjs';

const ROUNDS = 20;
/** Starts that stop in different places. */
const CYCLE = 4;
const MOST_GROWTH = 0.05;

const output = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8' }).trim();
// The file written here does not change what is measured.
const changed = output('git', 'status', '--porcelain').split('\n');
const dirty = changed.some((line) => line && !line.endsWith('milestoneMemory.json'));
const commit = output('git', 'rev-parse', '--short=12', 'HEAD') + (dirty ? '-dirty' : '');
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
const program = await bundle('milestoneMemory', { entryPoints: ['bench/milestoneMemory.ts'] });
const worker = path.join(root, 'out', 'bench', 'milestoneMemoryWorker.cjs');
mkdirSync(path.dirname(worker), { recursive: true });
const readings = path.join(root, 'out', 'bench', 'milestoneMemory.json');
// The measuring side asks for an experiment's needs to read the memory: it has its answer when it has been written.
writeFileSync(
  worker,
  `require('node:worker_threads').parentPort.on('message', ({ method }) => {
    if (method !== 'needs') return;
    gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const young = require('node:v8').getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const bytes = { kept: heapUsed + external, resident: rss - young.space_size };
    require('node:fs').writeFileSync(${JSON.stringify(readings)}, JSON.stringify(bytes));
  });
  require(${JSON.stringify(path.join(root, 'dist', 'milestoneWorker.js'))});\n`,
);
const measure = (...args) => JSON.parse(output(process.execPath, '--expose-gc', program, worker, readings, ...args));
const named = process.argv.slice(2);
const ids =
  named.length > 0
    ? named
    : JSON.parse(output(process.execPath, 'dist/cli.js', 'milestone', 'list', '--json')).map(({ id }) => id);
const growthOf = (values) => mean(values.slice(-CYCLE)) / mean(values.slice(CYCLE, 2 * CYCLE)) - 1;
const megabytes = (bytes) => bytes.map((each) => Number((each / 1e6).toFixed(1)));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const experiments = [];
for (const id of ids) {
  for (const values of ['default', 'small']) {
    const { kept, resident, stopped } = measure(id, values, String(ROUNDS));
    const growth = { kept: growthOf(kept), resident: growthOf(resident) };
    experiments.push({ id, values, stopped, growth, kept: megabytes(kept), resident: megabytes(resident) });
    console.log(`${id}, ${values} values, stopped ${stopped} times`);
    for (const [what, bytes] of Object.entries({ kept, resident })) {
      const read = bytes.map((each) => (each / 1e6).toFixed(0)).join(' ');
      console.log(`  ${what.padEnd(8)} ${percent(growth[what]).padStart(7)}  ${read} MB`);
    }
  }
}
const report = { commit, machine: machine(), rounds: ROUNDS, experiments };
const folder = path.join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'milestoneMemory.json'), `${JSON.stringify(report, undefined, 1)}\n`);
if (experiments.some(({ growth }) => Math.max(growth.kept, growth.resident) > MOST_GROWTH)) {
  console.log(`more than ${percent(MOST_GROWTH)}`);
  process.exitCode = 1;
}
