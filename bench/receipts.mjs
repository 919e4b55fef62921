/**
 * Do attention weights tell what matters? Receipts of random tokens of held-out files: how weights agree with effects, against
 * null models, how much is relay, repair and re-choosing of experts. Writes bench/results/receipts.json
 * and the effects of edges of like weights, src/engine/receipts/studied.json:
 *   node bench/receipts.mjs --held FILE [--files 100] [--queries 2] [--tokens 128]
 * FILE is held.json of training/corpus.py.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const index = JSON.parse(readFileSync('media/models/index.json', 'utf8'));
const { sha256 } = index.models.find(({ file }) => file === index.default);
const script = await bundle('receipts', { entryPoints: ['bench/model/receipts.ts'] });
const { measureReceipts } = await import(pathToFileURL(script).href);
await measureReceipts(`media/models/${index.default}`, sha256, process.argv.slice(2));
