/**
 * Do rectified units need fewer epochs than tanh in deeper nets, or from 2012's starting weights (AlexNet's figure 1)?
 *   node bench/alexnetDepth.mjs [SEEDS ['scaled 8']]      (three seeds, all cases by default; bench/LOG.md has what came out)
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { measure } = await import(
  pathToFileURL(await bundle('alexnetDepth', { entryPoints: ['bench/alexnetDepth.ts'] })).href
);
await measure(Number(process.argv[2] ?? 3), process.argv[3]);
