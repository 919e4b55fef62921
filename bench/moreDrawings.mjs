/**
 * Do convolutions stay ahead of attention over patches when there are more drawings, and more steps, than fit into a live run?
 * The Vision Transformer's own experiment with 250, 1,000 and 4,000 drawings:
 *   node bench/moreDrawings.mjs [FILE] [EXAMPLES] [SEEDS]     (src/milestones/vision-transformer/more.json, 40000, 5)
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { record } = await import(
  pathToFileURL(await bundle('moreDrawings', { entryPoints: ['bench/moreDrawings.ts'], external: ['@jax-js/jax'] }))
    .href
);
const [file = 'src/milestones/vision-transformer/more.json', examples = '40000', seeds = '5'] = process.argv.slice(2);
await record(file, Number(examples), Number(seeds));
