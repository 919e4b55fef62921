/**
 * Measures the bundled model through this project's own engine and writes the tables of training/README.md:
 *   npm run measure:model [-- --only text,ngram,heads,experts,reasoning,generation] [--model FILE] [--full FILE]
 * Needs training/data/held.json (training/corpus.py writes it); --full names the same checkpoint in F32.
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { measure } = await import(pathToFileURL(await bundle('model', { entryPoints: ['bench/model/main.ts'] })).href);
await measure(process.argv.slice(2));
