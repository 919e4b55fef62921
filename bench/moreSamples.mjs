/**
 * What do more solutions of each problem buy than fit into a live run? The experiment of "From word problems to Olympiad gold"
 * with 32 of each:
 *   node bench/moreSamples.mjs [FILE] [SAMPLES] [SEEDS]     (src/milestones/olympiad/more.json, 32, 5)
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { record } = await import(
  pathToFileURL(await bundle('moreSamples', { entryPoints: ['bench/moreSamples.ts'], external: ['@jax-js/jax'] })).href
);
const [file = 'src/milestones/olympiad/more.json', samples = '32', seeds = '5'] = process.argv.slice(2);
await record(file, JSON.parse(readFileSync('media/models/index.json', 'utf8')), Number(samples), Number(seeds));
