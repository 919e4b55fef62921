/**
 * Does RoPE scaling let a net find needles at lengths that it never learned with? The recall net of "A million tokens", its
 * queries and keys turned by their places, learned at 64 statements and asked at more:
 *   node bench/ropeScaling.mjs [FILE] [STEPS] [SEEDS]     (src/milestones/long-context/turned.json, 300, 5)
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { record } = await import(
  pathToFileURL(await bundle('ropeScaling', { entryPoints: ['bench/ropeScaling.ts'], external: ['@jax-js/jax'] })).href
);
const [file = 'src/milestones/long-context/turned.json', steps = '300', seeds = '5'] = process.argv.slice(2);
await record(file, Number(steps), Number(seeds));
