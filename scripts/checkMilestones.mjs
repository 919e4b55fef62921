// Five seeds of each experiment, written beside it with commit and machine:
//   npm run check:milestones [-- ID...]      → src/milestones/ID/checked.json, and media/milestones/ID.v8.gz: the first
//                                              seed's whole result, which the panel draws until one runs it oneself
// PHIL's numbers of xz are of the program that ATTENTION_XZ names; without one they are left out.
// Where ATTENTION_DATA names a folder with human drawings, what learned from ours is measured on them too.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const SEEDS = 5;

const run = (command, ...args) =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const recordedOf = (id) => path.join('media', 'milestones', `${id}.v8.gz`);
const milestone = (...args) => JSON.parse(run(process.execPath, 'dist/cli.js', 'milestone', ...args, '--json'));

run(process.execPath, 'esbuild.mjs');
const changed = run('git', 'status', '--porcelain', '--', 'src', 'media/models').split('\n');
// The files written here do not change what is measured.
const dirty = changed.some((line) => line && !line.endsWith('checked.json'));
const commit = run('git', 'rev-parse', '--short=12', 'HEAD').trim() + (dirty ? '-dirty' : '');
const machine = `${os.cpus().length} × ${os.cpus()[0].model.trim()}, Node ${process.versions.node}`;

const date = new Date().toISOString().slice(0, 10);

/** Of entries that look at drawings, when there are any: rows, else null. */
const onHumanDrawings = (id) =>
  JSON.parse(run(process.execPath, 'bench/humanDrawings.mjs', id).trim().split('\n').at(-1));

const named = process.argv.slice(2);
const ids = named.length > 0 ? named : milestone('list').map(({ id }) => id);
for (const id of ids) {
  const own = milestone(id, '--seeds', String(SEEDS), '--record', recordedOf(id));
  const { seeds, model, timings } = own;
  const { paper, why } = own.words;
  const human = onHumanDrawings(id);
  const rows = [...own.rows, ...(human ?? [])];
  const file = path.join(root, 'src', 'milestones', id, 'checked.json');
  const rounded = Object.fromEntries(Object.entries(timings).map(([name, ms]) => [name, Math.round(ms)]));
  writeFileSync(file, JSON.stringify({ paper, why, commit, date, machine, seeds, model, rows, timings: rounded }));
  run(process.execPath, 'node_modules/oxfmt/bin/oxfmt', file);
  console.log(`\n${id} (${(timings.totalMs / 1000).toFixed(1)} s a run)`);
  for (const { name, value, interval } of rows) {
    const range = interval?.map((end) => end.toPrecision(4)).join(', ');
    console.log(`  ${name}: ${value.toPrecision(4)}${range ? `  [${range}]` : ''}`);
  }
}
