/**
 * Measures anew everything that reads the bundled models, and says what each took:
 *   node bench/regenerate.mjs [--list] [--full F32_FILE] [--only STEP,STEP] [--beside N] [--anyway]
 * milestones (five seeds of every experiment that runs the model), tables (measure:model), ages (measure:ages), worth (stepWorth), used
 * (usedReasoning), confidence, study (receipts of held-out files, and the README's line about them), neurons (names that shuffled weights
 * have), goldens (llama.cpp's numbers), samples (moreSamples), roles' and other views' snapshots, pictures; what each runs, writes
 * and needs: model/regenerated.ts. Where something that a step needs is missing, it says so and begins nothing, but for `--anyway`.
 * What stands by hand beside it: training/README.md, “When a new file ships”.
 * N steps (as many as there are processors) run beside each other, but no two that write one file; what is drawn comes last, alone.
 * What a step says goes to out/regenerate/STEP.log. One that fails stops no other; it ends with 1 then, and names them.
 * `--list` runs nothing: it names the steps, with the minutes that each took when it ran last (results/regenerate.json), their sum, and
 * what is missing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { values } = parseArgs({
  options: {
    full: { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean' },
    anyway: { type: 'boolean' },
    beside: { type: 'string', default: String(os.availableParallelism()) },
  },
});

const TIMES = path.join('bench', 'results', 'regenerate.json');
const LOGS = path.join('out', 'regenerate');
/** Seconds of processor time of the steps that have ended. */
let counted = 0;
/** Names of the steps that failed. */
const failed = [];
const { regenerated, missing } = await import(
  pathToFileURL(await bundle('regenerated', { entryPoints: ['bench/model/regenerated.ts'] })).href
);
const steps = regenerated(values.full);
/** In the order in which they begin. */
const named = values.only?.split(',') ?? Object.keys(steps);
const unknown = named.filter((name) => !(name in steps));
if (unknown.length > 0) throw new Error(`Unknown steps: ${unknown}; there are ${Object.keys(steps)}.`);
const lacks = missing(steps, named);
const lacking = ['Missing:', ...lacks].join('\n  ');
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
    const { runs, writes, draws = [] } = steps[name];
    const commands = runs.map((run) => `\n    node ${run.join(' ')}`).join('');
    console.log(`${name.padEnd(11)} ${took}${commands}\n    → ${[...writes, ...draws].join(', ')}`);
  }
  const known = named.filter((name) => times[name]);
  const sum = (of) => known.reduce((total, name) => total + times[name][of], 0).toFixed(1);
  console.log(`${sum('minutes')} min, ${sum('processor')} of processor, for ${known.length} of ${named.length} steps`);
  if (lacks.length > 0) console.log(lacking);
} else if (lacks.length > 0 && !values.anyway) {
  console.error(`${lacking}\nNothing was begun. --only names the other steps, --anyway begins all the same.`);
  process.exitCode = 1;
} else {
  const began = Date.now();
  await besideEachOther(
    named.filter((name) => !LAST.includes(name)),
    Number(values.beside),
  );
  for (const name of LAST.filter((each) => named.includes(each))) await step(name);
  console.log(`${((Date.now() - began) / 60_000).toFixed(1)} min for ${named.join(', ')}`);
  if (failed.length > 0) {
    const first = failed.includes('milestones') ? 'commit what the others wrote, then ' : '';
    console.error(`Failed, and to be run again: ${first}--only ${failed.join(',')}`);
    process.exitCode = 1;
  }
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

/** Runs one, and keeps what it took where it did not fail: a process adds its processor time to ours when it has ended, so what came since the last end is its own. */
async function step(name) {
  console.log(`▶ ${name}`);
  const started = Date.now();
  const fault = await faultOf(name);
  const minutes = Number(((Date.now() - started) / 60_000).toFixed(2));
  const load = Number(os.loadavg()[2].toFixed(1));
  const now = processorSeconds();
  const processor = Number(((now - counted) / 60).toFixed(2));
  counted = now;
  if (fault) {
    failed.push(name);
    console.error(`  ${name} failed: ${fault}`);
    return;
  }
  times[name] = { minutes, processor, load, date: new Date().toISOString().slice(0, 10) };
  writeFileSync(TIMES, `${JSON.stringify(times, null, 1)}\n`);
  console.log(`  ${name}: ${minutes.toFixed(1)} min, ${processor.toFixed(1)} of processor`);
}

/** Runs its commands up to the first that fails, and says how that ended; what they say is in its log. */
async function faultOf(name) {
  const file = path.join(LOGS, `${name}.log`);
  mkdirSync(LOGS, { recursive: true });
  const log = openSync(file, 'w');
  try {
    for (const run of steps[name].runs) {
      const child = spawn(process.execPath, run, { stdio: ['ignore', log, log] });
      const [code, signal] = await once(child, 'exit');
      if (code !== 0) return `node ${run[0]} ended with ${code ?? signal}, see ${file}`;
    }
    return null;
  } finally {
    closeSync(log);
  }
}
