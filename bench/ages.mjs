/**
 * Measures the sibling's ages through this project's own engine: what each predicts, which head continues repetitions, and
 * what is lost without it. Writes bench/results/ages.json and the table of training/README.md:
 *   npm run measure:ages [-- --held FILE]
 * FILE is held.json of training/corpus.py; without it the losses on text are left as they were.
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { measureAges } = await import(
  pathToFileURL(await bundle('ages', { entryPoints: ['bench/model/ages.ts'] })).href
);
await measureAges(process.argv.slice(2));
