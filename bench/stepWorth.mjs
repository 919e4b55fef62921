/**
 * Bundles and runs bench/stepWorth.ts with the bundled reasoner; writes bench/results/stepWorth.json.
 *   node bench/stepWorth.mjs [--problems 20] [--samples 10] [--steps 6]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, machine, root } from './lib/engine.mjs';

const models = path.join(root, 'media', 'models');
const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
const { sha256 } = index.models.find(({ file }) => file === index.reasoner);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const about = { commit, machine: machine(), sha256 };
const { main } = await import(pathToFileURL(await bundle('stepWorth', { entryPoints: ['bench/stepWorth.ts'] })).href);
const results = await main(path.join(models, index.reasoner));
const file = path.join('bench', 'results', 'stepWorth.json');
writeFileSync(path.join(root, file), `${JSON.stringify({ ...about, ...results }, null, 1)}\n`);
console.log(file);
