/**
 * Bundles and runs bench/chunks.ts with models of media/models or files of one's own.
 *   node bench/chunks.mjs [--most 100] [MODEL.gguf …]
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, machine, root } from './lib/engine.mjs';

const { values, positionals } = parseArgs({
  options: { most: { type: 'string', default: '100' } },
  allowPositionals: true,
});
const { main } = await import(pathToFileURL(await bundle('chunks', { entryPoints: ['bench/chunks.ts'] })).href);
console.log(machine());
console.log(
  '| model | steps | tokens | chunks | first, s | each, s (median) | all, s |\n|---|---|---|---|---|---|---|',
);
const bundled = path.join(root, 'media', 'models', 'attention-explainer-moe-q8_0.gguf');
for (const file of positionals.length > 0 ? positionals : [bundled])
  await main(path.resolve(file), Number(values.most));
