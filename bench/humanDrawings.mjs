/**
 * What nets that learned from the generator's drawings make of drawings by people, over five seeds, as JSON:
 *   node bench/humanDrawings.mjs ID     (ATTENTION_DATA names the folder with doodles/)
 * `npm run check:milestones` calls it and keeps the numbers; the extension itself never reads these drawings.
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { measure } = await import(
  pathToFileURL(await bundle('humanDrawings', { entryPoints: ['bench/humanDrawings.ts'], external: ['@jax-js/jax'] }))
    .href
);
console.log(JSON.stringify(await measure(process.argv[2], process.env.ATTENTION_DATA)));
