/** How many neurons of the bundled model have a name by rule, and how many with its weights shuffled? Writes src/engine/neurons/shuffled.json: node bench/neuronNames.mjs */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const index = JSON.parse(readFileSync('media/models/index.json', 'utf8'));
const script = await bundle('neuronNames', { entryPoints: ['bench/model/neuronNames.ts'] });
const { measureNeuronNames } = await import(pathToFileURL(script).href);
const { sha256 } = index.models.find(({ file }) => file === index.default);
await measureNeuronNames(`media/models/${index.default}`, sha256);
