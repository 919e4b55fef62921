/**
 * Does the experiments' worker keep memory when it is started and stopped again and again?
 *   node bench/milestoneMemory.mjs [--rounds N] [--usual] [ID...]        (default: twenty rounds, every experiment)
 * Each is started and stopped in one worker, in two ways: as a person runs it, stopped at the first picture or soon after it;
 * and with its small values, stopped at the first picture and at a third, two thirds and nine tenths of the way. Each way
 * has a process of its own. The first eight starts are not counted, and come twice as far as the others: code and models are
 * loaded and nets compiled that stay, and V8 makes room (longer series: bench/LOG.md). Then come the rounds. After each stop
 * the garbage is collected and two things are read: what the worker keeps (its heap in use, and the memory outside of it that
 * belongs to it), and the process's own memory in RAM. That is without the pages of program files, which the system takes
 * away and brings back as it likes, and without V8's room for new objects in both threads, which doubles and halves and is
 * empty then. Every four starts stop in the same four places: growth is the last start in each over the first in the same
 * place, and of the four the median, so that one reading while memory is on its way back does not count, and what a run
 * keeps does.
 * Linux's C library keeps large buffers for later uses, in places that grow by steps for dozens of starts and then no more;
 * it is told to give them back (fixed MALLOC thresholds). --usual leaves it as it is.
 * Prints a table; all experiments are written to bench/results/milestoneMemory.json, with --rounds or --usual to
 * milestoneMemory-N.json or milestoneMemory-usual.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, machine, root } from './lib/engine.mjs';

const ROUNDS = 20;
const WARM_UP = 8;
/** Starts that stop in different places. */
const CYCLE = 4;
const MOST_GROWTH = 0.05;

const { values: options, positionals: named } = parseArgs({
  options: { rounds: { type: 'string' }, usual: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const rounds = Number(options.rounds ?? ROUNDS);
/** Bytes: glibc's own first value, which stays when it is set. Other C libraries take no notice. */
const GIVEN_BACK = String(128 * 1024);
const allocator = { MALLOC_MMAP_THRESHOLD_: GIVEN_BACK, MALLOC_TRIM_THRESHOLD_: GIVEN_BACK };
const env = { ...process.env, ...(!options.usual && allocator) };
const output = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8', env }).trim();
// The files written here do not change what is measured.
const changed = output('git', 'status', '--porcelain').split('\n');
const dirty = changed.some((line) => line && !/milestoneMemory[-\w]*\.json$/.test(line));
const commit = output('git', 'rev-parse', '--short=12', 'HEAD') + (dirty ? '-dirty' : '');
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
const program = await bundle('milestoneMemory', { entryPoints: ['bench/milestoneMemory.ts'] });
const worker = path.join(root, 'out', 'bench', 'milestoneMemoryWorker.cjs');
mkdirSync(path.dirname(worker), { recursive: true });
const readings = path.join(root, 'out', 'bench', 'milestoneMemory.json');
// The measuring side asks for an experiment's needs three times: twice garbage is collected (some is only found when other
// garbage is gone), and then, when all of it has been given back, memory is read. It has its answer when that is written.
writeFileSync(
  worker,
  `const { readFileSync, writeFileSync } = require('node:fs');
  let asked = 0;
  require('node:worker_threads').parentPort.on('message', ({ method }) => {
    if (method !== 'needs') return;
    if (++asked % 3 > 0) return gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const young = require('node:v8').getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const own = process.platform === 'linux' ? 1024 * /RssAnon:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] : rss;
    writeFileSync(${JSON.stringify(readings)}, JSON.stringify({ kept: heapUsed + external, resident: own - young.physical_space_size }));
  });
  require(${JSON.stringify(path.join(root, 'dist', 'milestoneWorker.js'))});\n`,
);
const measure = (...args) => JSON.parse(output(process.execPath, '--expose-gc', program, worker, readings, ...args));
const ids =
  named.length > 0
    ? named
    : JSON.parse(output(process.execPath, 'dist/cli.js', 'milestone', 'list', '--json')).map(({ id }) => id);
const growthOf = (values) => {
  const first = values.slice(WARM_UP, WARM_UP + CYCLE);
  const ratios = values.slice(-CYCLE).map((value, place) => value / first[place]);
  const [, lower, upper] = ratios.sort((a, b) => a - b);
  return (lower + upper) / 2 - 1;
};
const megabytes = (bytes) => bytes.map((each) => Number((each / 1e6).toFixed(1)));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const experiments = [];
for (const id of ids) {
  for (const values of ['default', 'small']) {
    const { kept, resident, stopped } = measure(id, values, String(WARM_UP), String(rounds));
    const growth = { kept: growthOf(kept), resident: growthOf(resident) };
    experiments.push({ id, values, stopped, growth, kept: megabytes(kept), resident: megabytes(resident) });
    console.log(`${id}, ${values} values, stopped ${stopped} times of ${WARM_UP + rounds}`);
    for (const [what, bytes] of Object.entries({ kept, resident })) {
      const read = bytes.map((each) => (each / 1e6).toFixed(0)).join(' ');
      console.log(`  ${what.padEnd(8)} ${percent(growth[what]).padStart(7)}  ${read} MB`);
    }
  }
}
const long = rounds !== ROUNDS;
if (long || named.length === 0) {
  const report = { commit, machine: machine(), warmUp: WARM_UP, rounds, usualAllocator: options.usual, experiments };
  const text = JSON.stringify(report, undefined, 1).replace(/\[[-\d.,\s]+\]/g, (numbers) =>
    numbers.replace(/\s+/g, ' '),
  );
  const name = ['milestoneMemory', ...(long ? [rounds] : []), ...(options.usual ? ['usual'] : [])].join('-');
  writeFileSync(path.join(root, 'bench', 'results', `${name}.json`), `${text}\n`);
}
if (experiments.some(({ growth }) => Math.max(growth.kept, growth.resident) > MOST_GROWTH)) {
  console.log(`more than ${percent(MOST_GROWTH)}`);
  process.exitCode = 1;
}
