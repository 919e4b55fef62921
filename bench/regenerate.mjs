/**
 * Measures anew everything that reads the bundled models, and says what each took:
 *   node bench/regenerate.mjs [--list] [--full F32_FILE] [--only STEP,STEP] [--beside N]
 * tables (measure:model), ages (measure:ages), worth (stepWorth), confidence, study (receipts of held-out files, and the README's line about
 * them), neurons (names that shuffled weights have), goldens (llama.cpp's numbers; test/reference needs its packages), samples
 * (moreSamples), milestones (five seeds of every experiment that runs the model), roles' and other views' snapshots, pictures.
 * N steps (as many as there are processors) run beside each other, but no two that write one file; what is drawn comes last, alone.
 * What a step says goes to out/regenerate/STEP.log.
 * Held-out text is held.json of training/corpus.py, in ATTENTION_TRAINING/data. `--list` runs nothing: it names the steps, with the minutes
 * that each took when it ran last (results/regenerate.json) and their sum.
 * test/unit/milestones/recordedModel.test.ts fails where one of them is another model's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/engine.mjs';

process.chdir(root);
const { values } = parseArgs({
  options: {
    full: { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean' },
    beside: { type: 'string', default: String(os.availableParallelism()) },
  },
});

const TIMES = path.join('bench', 'results', 'regenerate.json');
const LOGS = path.join('out', 'regenerate');
/** Seconds of processor time of the steps that have ended. */
let counted = 0;
const index = JSON.parse(readFileSync('media/models/index.json', 'utf8'));
const held = path.join(process.env.ATTENTION_TRAINING ?? 'training', 'data', 'held.json');
/** Those whose checked numbers name a model: only they change with it. */
const milestones = readdirSync('src/milestones').filter((id) => {
  const file = path.join('src/milestones', id, 'checked.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).model !== undefined;
});
const [README, CARD] = ['README.md', 'training/README.md'];
const golden = (file) => `test/fixtures/goldens/${path.basename(file, '.gguf')}.json`;
/** What runs, and what it writes of that names a model by its SHA-256, or is drawn with one. */
const steps = {
  tables: {
    run: ['bench/model.mjs', ...(values.full ? ['--full', values.full] : [])],
    writes: ['bench/results/model.json', CARD],
  },
  ages: { run: ['bench/ages.mjs', '--held', held], writes: ['bench/results/ages.json', 'training/ages.svg', CARD] },
  worth: { run: ['bench/stepWorth.mjs', '--samples', '20'], writes: ['bench/results/stepWorth.json'] },
  confidence: {
    run: ['bench/confidence.mjs'],
    writes: ['bench/results/confidence.json', 'src/reasoning/solve/calibrated.json', CARD],
  },
  study: {
    run: ['bench/receipts.mjs', '--held', held],
    writes: ['bench/results/receipts.json', 'src/engine/receipts/studied.json', README],
  },
  neurons: { run: ['bench/neuronNames.mjs'], writes: ['src/engine/neurons/shuffled.json'] },
  goldens: {
    run: ['test/reference/goldens.mjs', ...index.models.map(({ file }) => path.basename(file, '.gguf'))],
    writes: index.models.map(({ file }) => golden(file)),
  },
  samples: { run: ['bench/moreSamples.mjs'], writes: ['src/milestones/olympiad/more.json'] },
  milestones: {
    run: ['scripts/checkMilestones.mjs', ...milestones],
    writes: milestones.flatMap((id) => [`src/milestones/${id}/checked.json`, `media/milestones/${id}.v8.gz`]),
  },
  snapshots: { run: ['scripts/test.mjs', 'page', '--update'], writes: ['test/page/snapshots'] },
  pictures: { run: ['scripts/pictures.mjs'], writes: ['media/screenshots'] },
};
/** In the order in which they begin. */
const named = values.only?.split(',') ?? Object.keys(steps);
const unknown = named.filter((name) => !(name in steps));
if (unknown.length > 0) throw new Error(`Unknown steps: ${unknown}; there are ${Object.keys(steps)}.`);
/** They draw with a browser what the others wrote. */
const LAST = ['snapshots', 'pictures'];

/** Seconds of processor time of all processes that were started here and have ended; NaN where the system does not say. */
function processorSeconds() {
  if (!existsSync('/proc/self/stat')) return NaN;
  // After the name in brackets: fields 16 and 17 of proc(5), in hundredths.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

const times = existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : {};
if (values.list) {
  for (const name of named) {
    const { minutes, processor, load, date } = times[name] ?? {};
    const took =
      minutes === undefined
        ? 'not timed yet'
        : `${minutes.toFixed(1)} min, ${processor.toFixed(1)} of processor (load ${load}, ${date})`;
    const { run, writes } = steps[name];
    console.log(`${name.padEnd(11)} ${took}\n    node ${run.join(' ')}\n    → ${writes.join(', ')}`);
  }
  const known = named.filter((name) => times[name]);
  const sum = (of) => known.reduce((total, name) => total + times[name][of], 0).toFixed(1);
  console.log(`${sum('minutes')} min, ${sum('processor')} of processor, for ${known.length} of ${named.length} steps`);
} else {
  const began = Date.now();
  await besideEachOther(
    named.filter((name) => !LAST.includes(name)),
    Number(values.beside),
  );
  for (const name of LAST.filter((each) => named.includes(each))) await step(name);
  console.log(`${((Date.now() - began) / 60_000).toFixed(1)} min for ${named.join(', ')}`);
}

/** Runs each, at most `most` at a time, none beside one that writes a file of its own too. */
async function besideEachOther(names, most) {
  const waiting = [...names];
  const running = new Map();
  while (waiting.length + running.size > 0) {
    const taken = new Set([...running.keys()].flatMap((name) => steps[name].writes));
    const next = waiting.findIndex((name) => !steps[name].writes.some((file) => taken.has(file)));
    if (next >= 0 && running.size < most) {
      const [name] = waiting.splice(next, 1);
      running.set(
        name,
        step(name).then(() => running.delete(name)),
      );
    } else await Promise.race(running.values());
  }
}

/** Runs one, and keeps what it took: a process adds its processor time to ours when it has ended, so what came since the last end is its own. */
async function step(name) {
  console.log(`▶ ${name}`);
  const started = Date.now();
  await run(name);
  const minutes = Number(((Date.now() - started) / 60_000).toFixed(2));
  const load = Number(os.loadavg()[2].toFixed(1));
  const now = processorSeconds();
  const processor = Number(((now - counted) / 60).toFixed(2));
  counted = now;
  times[name] = { minutes, processor, load, date: new Date().toISOString().slice(0, 10) };
  writeFileSync(TIMES, `${JSON.stringify(times, null, 1)}\n`);
  console.log(`  ${name}: ${minutes.toFixed(1)} min, ${processor.toFixed(1)} of processor`);
}

/** Ends with its process; what it said is in its log. */
async function run(name) {
  const file = path.join(LOGS, `${name}.log`);
  mkdirSync(LOGS, { recursive: true });
  const log = openSync(file, 'w');
  const child = spawn(process.execPath, steps[name].run, { stdio: ['ignore', log, log] });
  closeSync(log);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${name} ended with ${code}: see ${file}`);
}
