/**
 * Bundles and runs bench/chatFlood.ts on the built workers (`npm run build`): an explanation beside a flooding server.
 *   node bench/chatFlood.mjs
 * prints the times and writes them to bench/results/chatFlood.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, machine, root } from './lib/engine.mjs';

process.chdir(root);
const models = path.join(root, 'media', 'models');
const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
const { main } = await import(pathToFileURL(await bundle('chatFlood', { entryPoints: ['bench/chatFlood.ts'] })).href);
const times = await main(path.join(root, 'dist'), path.join(models, index.default));
const about = machine();
console.log(about);
for (const { kind, usualMs, floodedMs, ratio } of times) {
  console.log(`${kind.padEnd(20)} ${usualMs.toFixed(0)} → ${floodedMs.toFixed(0)} ms, ${ratio.toFixed(2)}×`);
}
writeFileSync('bench/results/chatFlood.json', `${JSON.stringify({ ...about, times }, null, 2)}\n`);
process.exit();
