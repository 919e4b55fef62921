/** Bundles and runs bench/stepWorth.ts with the bundled reasoner. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

const models = path.join(root, 'media', 'models');
const { reasoner } = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
const { main } = await import(pathToFileURL(await bundle('stepWorth', { entryPoints: ['bench/stepWorth.ts'] })).href);
await main(path.join(models, reasoner));
