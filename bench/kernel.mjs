/**
 * How fast the kernels multiply here: GOPS (2·M·N·K) for a prompt of 256, GB of packed weights per second for one token.
 *   node bench/kernel.mjs [rounds]
 */
import { build } from 'esbuild';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernels } from '../scripts/kernel.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const outfile = path.join(root, 'out', 'bench', 'kernel.mjs');
await buildKernels();
await build({
  absWorkingDir: root,
  stdin: {
    contents: `
      export { createWasmKernel, canRun, probeZeroPoint } from './src/engine/kernel/wasm';
      export { createReferenceKernel } from './src/engine/kernel/reference';
      export { GgmlType } from './src/engine/formats/ggmlTypes';
      export { quantize } from './test/support/quantize';
      export { seededRandom } from './src/engine/random';`,
    resolveDir: root,
    loader: 'ts',
  },
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
          path: path.join(root, 'out', 'kernel', `${id.slice(7)}.wasm`),
        })),
    },
  ],
});
const engine = await import(pathToFileURL(outfile).href);

const rounds = Number(process.argv[2] ?? 7);
const zeroPoint = await engine.probeZeroPoint();
console.log(
  `${os.cpus()[0].model}, Node ${process.version}, load ${os.loadavg()[0].toFixed(1)}, dot product: ${zeroPoint ?? 'not exact for 8 bits'}`,
);
const kernels = { simd: await engine.createWasmKernel('simd') };
if (engine.canRun('relaxed-simd'))
  kernels['relaxed-simd'] = await engine.createWasmKernel('relaxed-simd', zeroPoint ?? 0);

for (const [rows, cols] of [
  [768, 768],
  [2048, 512],
]) {
  for (const type of ['Q8_0', 'Q4_0', 'Q4_K', 'Q6_K', 'F32']) {
    const random = engine.seededRandom(1);
    const bytes = engine.quantize(
      engine.GgmlType[type],
      Float32Array.from({ length: rows * cols }, () => random() - 0.5),
    );
    for (const [name, kernel] of Object.entries(kernels)) {
      const note =
        name === 'relaxed-simd' && type === 'Q8_0' && zeroPoint === undefined ? ' (not used here: not exact)' : '';
      const w = kernel.loadMatrix(engine.GgmlType[type], rows, cols, bytes);
      const time = (n) => {
        const [x, out] = [kernel.alloc(n * cols), kernel.alloc(n * rows)];
        x.f32.forEach((_, i, all) => (all[i] = random() - 0.5));
        const calls = Math.max(1, Math.round(2e8 / (n * rows * cols)));
        const times = Array.from({ length: rounds + 1 }, () => {
          const started = performance.now();
          for (let i = 0; i < calls; i++) kernel.matmul(out, x, w, n);
          return (performance.now() - started) / calls;
        }).slice(1);
        kernel.free(x);
        kernel.free(out);
        return times.sort((a, b) => a - b)[times.length >> 1];
      };
      const gops = (2 * 256 * rows * cols) / time(256) / 1e6;
      const bandwidth = w.byteLength / time(1) / 1e6;
      console.log(
        `${rows}×${cols} ${type.padEnd(5)} ${name.padEnd(13)} ${gops.toFixed(0).padStart(5)} GOPS  ${bandwidth.toFixed(1).padStart(6)} GB/s${note}`,
      );
      kernel.freeMatrix(w);
    }
  }
}
