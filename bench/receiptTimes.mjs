/** How long do receipts take on the bundled model, by the length of the text? node bench/receiptTimes.mjs [TOKENS…] */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const index = JSON.parse(readFileSync('media/models/index.json', 'utf8'));
const script = await bundle('receiptTimes', { entryPoints: ['bench/model/receiptTimes.ts'] });
const { measureReceiptTimes } = await import(pathToFileURL(script).href);
await measureReceiptTimes(`media/models/${index.default}`, process.argv.slice(2).map(Number));
