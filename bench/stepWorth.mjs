/** Bundles and runs bench/stepWorth.ts with the bundled reasoner. */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernels } from '../scripts/kernel.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const outfile = path.join(root, 'out', 'bench', 'stepWorth.mjs');
await buildKernels();
await build({
  absWorkingDir: root,
  entryPoints: ['bench/stepWorth.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  outfile,
  loader: { '.wasm': 'binary' },
  plugins: [
    {
      name: 'kernel',
      setup: (b) =>
        b.onResolve({ filter: /^kernel:/ }, ({ path: id }) => ({
          path: path.join(root, 'out', 'kernel', `${id.slice('kernel:'.length)}.wasm`),
        })),
    },
  ],
});
const models = path.join(root, 'media', 'models');
const { reasoner } = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
await (await import(pathToFileURL(outfile))).main(path.join(models, reasoner));
