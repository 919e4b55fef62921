/**
 * Measures the bundled model through this project's own engine and writes the tables of training/README.md:
 *   npm run measure:model [-- --only text,heads,experts,reasoning,generation] [--model FILE] [--full FILE]
 * Needs training/data/held.json (training/corpus.py writes it); --full names the same checkpoint in F32.
 */
import { build } from 'esbuild';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernels } from '../scripts/kernel.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const outfile = path.join(root, 'out', 'bench', 'model.mjs');
await buildKernels();
await build({
  absWorkingDir: root,
  entryPoints: ['bench/model/main.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  outfile,
  logLevel: 'warning',
  loader: { '.wasm': 'binary' },
  plugins: [
    {
      name: 'kernel',
      setup: (b) =>
        b.onResolve({ filter: /^kernel:/ }, ({ path: id }) => ({
          path: path.join(root, 'out', 'kernel', `${id.slice(7)}.wasm`),
        })),
    },
  ],
});
const { measure } = await import(pathToFileURL(outfile).href);
await measure(process.argv.slice(2));
