/** The project's engine and its test support, bundled from TypeScript into out/bench: needs the root install (`npm ci`). */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels } from '../../scripts/kernel.mjs';
import { plugins } from '../../scripts/lib/bundled.mjs';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Bundles one program (esbuild's `entryPoints` or `stdin`) into out/bench/NAME.mjs, kernels included; made anew each time.
 * @returns {Promise<string>} its path
 */
export async function bundle(name, input) {
  await buildKernels();
  const outfile = path.join(root, 'out', 'bench', `${name}.mjs`);
  await build({
    ...input,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    outfile,
    logLevel: 'warning',
    loader: { '.wasm': 'binary', '.md': 'text' },
    plugins,
  });
  return outfile;
}

/** Path of the engine's bundle. */
export const buildEngine = () =>
  bundle('engine', {
    stdin: {
      contents: `
        export * from './src/engine/kernel/wasm';
        export { createKernel } from './src/engine/kernel/choose';
        export { canRun, probeArithmetic } from './src/engine/kernel/instance';
        export { PLAIN } from './src/engine/kernel/pack';
        export { HEAD } from './src/engine/kernel/kernel';
        export { nodeThreads } from './src/engine/kernel/threads.node';
        export { createReferenceKernel } from './src/engine/kernel/reference';
        export { BufferSource } from './src/engine/formats/byteSource';
        export { FileSource } from './src/engine/formats/fileSource.node';
        export * from './src/engine/formats/ggmlTypes';
        export { dequantize } from './src/engine/formats/dequantize';
        export { firstNotFinite } from './src/engine/formats/finite';
        export { generate } from './src/engine/generate';
        export { forward } from './src/engine/model/forward';
        export { rerun } from './src/engine/model/rerun';
        export { readGguf } from './src/engine/formats/gguf';
        export { readConfig } from './src/engine/model/describe';
        export { inspectModel, loadModel, startModel } from './src/engine/model/load';
        export { openModel } from './src/engine/openModel.node';
        export { explain } from './src/engine/explain';
        export { why } from './src/engine/reading/why';
        export { loadWeights } from './src/engine/model/loadWeights';
        export { logitsAt, logProbabilities } from './src/engine/model/logits';
        export { logSumExp } from './src/shared/softmax';
        export { seededRandom } from './src/shared/random';
        export { Trace } from './src/engine/trace/trace';
        export { layerMaps, tile } from './src/engine/trace/weights';
        export { layerFlow } from './src/engine/reading/layerFlow';
        export * from './test/support/ggufWriter';
        export * from './test/support/quantize';`,
      resolveDir: root,
      loader: 'ts',
    },
  });

export const loadEngine = async () => import(await buildEngine());

/** The model that the extension ships as its default. */
export function bundledModel() {
  const folder = path.join(root, 'media', 'models');
  return path.join(folder, JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')).default);
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** What a measurement has to say about where it was made. */
export function machine() {
  return {
    cpu: os.cpus()[0].model,
    cores: os.cpus().length,
    node: process.version,
    load: Number(os.loadavg()[0].toFixed(2)),
    date: new Date().toISOString(),
  };
}

/** Node 24, as ATTENTION_NODE names it, or the Node that runs this. */
export const node24 = () => process.env.ATTENTION_NODE ?? process.execPath;
