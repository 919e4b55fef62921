/**
 * Learns the weights anew that "Vision, language, action" starts from, the same for the seed that stands there:
 *   node bench/vlaWeights.mjs [FILE] [STEPS]     (media/weights/vision-language-action.safetensors, 1500)
 */
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { write } = await import(
  pathToFileURL(await bundle('vlaWeights', { entryPoints: ['bench/vlaWeights.ts'], external: ['@jax-js/jax'] })).href
);
const [file = 'media/weights/vision-language-action.safetensors', steps = '1500'] = process.argv.slice(2);
await write(file, Number(steps));
