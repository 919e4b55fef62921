/**
 * How long it takes to find models: names and sizes, the first kilobytes of all files (from when on all are in the list), the first reading of all heads, and the list from what is kept. Files
 * with vocabularies as real ones have, each a file of its own; the longest time in which nothing else could run.
 *   node bench/find.mjs [files] [tokens of the vocabulary]
 */
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle, machine, root } from './lib/engine.mjs';

const files = Number(process.argv[2] ?? 200);
const vocabulary = Number(process.argv[3] ?? 150_000);
const folder = mkdtempSync(path.join(tmpdir(), 'find-'));
try {
  const contents = `
    export { findModels } from './src/stores/find.node';
    export { tinyModelFile } from './test/support/tinyModel';
    export { writeGguf } from './test/support/ggufWriter';`;
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  const { findModels, tinyModelFile, writeGguf } = await import(await bundle('find', { stdin }));
  const { metadata, tensors } = tinyModelFile();
  const tokens = Array.from({ length: vocabulary }, (_, id) => `tok${id}`);
  const merges = Array.from({ length: vocabulary }, (_, id) => `t ok${id}`);
  const head = writeGguf({
    metadata: { ...metadata, 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.merges': merges },
    tensors: tensors.map((tensor) =>
      tensor.name === 'token_embd.weight'
        ? { ...tensor, shape: [16, vocabulary], bytes: new Uint8Array(64 * vocabulary) }
        : tensor,
    ),
  });
  const models = path.join(folder, 'models');
  mkdirSync(models);
  // What a reader asks for of a file is its head: the rows of the vocabulary are a hole.
  const solid = head.length - 64 * vocabulary;
  for (let i = 0; i < files; i++) {
    const descriptor = openSync(path.join(models, `model-${i}.gguf`), 'w');
    writeSync(descriptor, head, 0, solid);
    ftruncateSync(descriptor, head.length);
    closeSync(descriptor);
  }
  const { cpu, node, load } = machine();
  console.log(
    `${cpu}, Node ${node}, load ${load}: ${files} files, ${vocabulary} tokens, heads of ${(solid / 1e6).toFixed(1)} MB`,
  );
  const options = {
    places: [{ store: 'folder', folder: models }],
    edition: 'bench',
    cacheFile: path.join(folder, 'heads.json'),
  };
  for (const name of ['first', 'kept']) {
    let [last, longest] = [performance.now(), 0];
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const [started, used] = [performance.now(), process.cpuUsage()];
    let [firstReport, named, namedMs, namedCpuMs] = [undefined, 0];
    const cpuMsNow = () => {
      const { user, system } = process.cpuUsage(used);
      return Math.round((user + system) / 1000);
    };
    const onFound = (models) => {
      firstReport ??= performance.now() - started;
      if ((named += models.length) < files || namedMs !== undefined) return;
      [namedMs, namedCpuMs] = [Math.round(performance.now() - started), cpuMsNow()];
    };
    const { models: found } = await findModels({ ...options, onFound });
    const cpuMs = cpuMsNow();
    clearInterval(watch);
    if (found.length !== files || found.some(({ problem }) => problem)) throw new Error(JSON.stringify(found[0]));
    const ms = Math.round(performance.now() - started);
    console.log(
      JSON.stringify({
        name,
        ms,
        cpuMs,
        namedMs,
        namedCpuMs,
        firstReportMs: Math.round(firstReport ?? ms),
        longestBlockMs: Math.round(longest),
      }),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
