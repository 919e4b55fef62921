/**
 * Measures anew everything that reads the bundled models, in this order, and says what each took:
 *   node bench/regenerate.mjs [--full F32_FILE] [--reference DIR] [--only STEP,STEP]
 * tables (measure:model), ages (measure:ages), worth (stepWorth), confidence, goldens (llama.cpp's numbers; DIR is test/reference with its
 * packages installed), samples (moreSamples), milestones (five seeds of every experiment that runs the model), pictures (the shots of
 * the README).
 * test/unit/milestones/recordedModel.test.ts fails where one of them is another model's.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/engine.mjs';

process.chdir(root);
const { values } = parseArgs({
  options: { full: { type: 'string' }, reference: { type: 'string' }, only: { type: 'string' } },
});

/** Those whose checked numbers name a model: only they change with it. */
const milestones = readdirSync('src/milestones').filter((id) => {
  const file = path.join('src/milestones', id, 'checked.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).model !== undefined;
});
const node = (script, ...args) => [process.execPath, [script, ...args]];
const steps = {
  tables: node('bench/model.mjs', ...(values.full ? ['--full', values.full] : [])),
  ages: node('bench/ages.mjs'),
  worth: node('bench/stepWorth.mjs'),
  confidence: node('bench/confidence.mjs'),
  goldens: node('test/reference/goldens.mjs'),
  samples: node('bench/moreSamples.mjs'),
  milestones: node('scripts/checkMilestones.mjs', ...milestones),
  pictures: node('scripts/pictures.mjs'),
};
const named = values.only?.split(',') ?? Object.keys(steps);
const unknown = named.filter((name) => !(name in steps));
if (unknown.length > 0) throw new Error(`Unknown steps: ${unknown}; there are ${Object.keys(steps)}.`);

for (const name of named) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  const [command, args] = steps[name];
  execFileSync(command, args, { stdio: 'inherit' });
  console.log(`== ${name}: ${((Date.now() - started) / 60_000).toFixed(1)} min`);
}
