/**
 * How long is it from opening a model to the first layer and to the whole explanation? A made file of Qwen2.5-0.5B's shape
 * with 250 tokens, and the bundled model with 250, 1,000 and 8,192; two threads, each round a process of its own, without VS Code.
 *   node bench/explaining.mjs [rounds] [--turbo]  → results/explaining.json
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledModel, loadEngine, machine, median, node24, root } from './lib/engine.mjs';
import { writeModel } from './models.mjs';

const HALF = {
  arch: 'llama',
  vocabulary: 151_936,
  d: 896,
  layers: 24,
  heads: 14,
  kv: 2,
  hd: 64,
  ff: 4864,
  type: 'Q8_0',
};

if (process.argv[2] === '--explain') console.log(JSON.stringify(await explained(process.argv[3], +process.argv[4])));
else await measureAll();

async function measureAll() {
  const rounds = Number(process.argv[2] ?? 3);
  const engine = await loadEngine();
  const folder = path.join(root, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const half = path.join(folder, 'opening-0.5B-Q8_0.gguf');
  if (!existsSync(half)) writeModel(engine, half, HALF);
  const cases = [[half, 250], ...[250, 1000, 8192].map((tokens) => [bundledModel(), tokens])];
  const flags = process.argv.includes('--turbo') ? ['--no-liftoff', '--experimental-wasm-revectorize'] : [];
  const before = machine();
  const results = cases.map(([file, tokens]) => {
    const args = [...flags, fileURLToPath(import.meta.url), '--explain', file, String(tokens)];
    const found = Array.from({ length: rounds }, () =>
      JSON.parse(execFileSync(node24(), args, { stdio: ['ignore', 'pipe', 'inherit'] })),
    );
    const middle = Object.fromEntries(
      Object.keys(found[0]).map((key) => [key, median(found.map((each) => each[key]))]),
    );
    const result = { file: path.basename(file), ...middle };
    console.log(result);
    return result;
  });
  const node = execFileSync(node24(), ['--version'], { encoding: 'utf8' }).trim();
  const report = { machine: before, node, flags, rounds, results };
  writeFileSync(path.join(root, 'bench', 'results', 'explaining.json'), `${JSON.stringify(report, null, 1)}\n`);
}

/** In this process, whose start is not counted: seconds by the clock, `cpu` of the processor (all threads). */
async function explained(file, tokens) {
  // Bundled by the process that started this one.
  const { FileSource, startModel, nodeThreads, explain } = await import(path.join(root, 'out', 'bench', 'engine.mjs'));
  const text = readFileSync(path.join(root, 'test', 'workspace', 'long.ts'), 'utf8').repeat(20);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1e3;
  const cpu = process.cpuUsage();
  const model = await startModel(new FileSource(file), { threads: nodeThreads(2) });
  const opened = seconds();
  let firstLayer = 0;
  let layers = 0;
  const { trace } = await explain(model, text, {
    maxTokens: tokens,
    top: 10,
    handle: { worker: 1, kept: 1 },
    signal: new AbortController().signal,
    progress: ({ kind }) => {
      if (kind !== 'layer') return;
      firstLayer ||= seconds();
      layers = seconds();
    },
  });
  const complete = seconds();
  const { user, system } = process.cpuUsage(cpu);
  const found = {
    threads: model.kernel.threads,
    tokens: trace.ids.length,
    opened,
    firstLayer,
    layers,
    complete,
    cpu: (user + system) / 1e6,
  };
  model.close();
  return found;
}
