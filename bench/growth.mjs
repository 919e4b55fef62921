/**
 * How time and memory grow with the text, what looking and re-running cost: node bench/growth.mjs [MODEL.gguf] [longest]
 * Prints tables, writes bench/results/growth.json and growth.svg. Processor time, which other processes disturb least.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { bundledModel, loadEngine, machine, median, root } from './lib/engine.mjs';
import { chart } from './lib/chart.mjs';

const file = process.argv[2] ?? bundledModel();
const longest = Number(process.argv[3] ?? 8192);
const engine = await loadEngine();

const loading = performance.now();
const source = new engine.FileSource(file);
const model = await engine.loadModel(source);
source.close();
const loadMs = performance.now() - loading;
const readyMs = await workerReady();
const { kernel, config } = model;
const weightBytes = kernel.bytesInUse;
const random = engine.seededRandom(1);
const text = Array.from({ length: longest }, () => Math.floor(random() * model.tokenizer.vocabSize));

/** Milliseconds by the clock from a worker's start to the loaded model, median of five workers. */
async function workerReady() {
  const all = [];
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    const worker = new Worker(path.join(root, 'dist', 'explainWorker.js'));
    const loaded = new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', ({ kind, report, message }) => {
        if (kind === 'progress' && report.kind === 'model') resolve();
        if (kind === 'error') reject(new Error(message));
      });
    });
    worker.postMessage({
      kind: 'call',
      id: 1,
      method: 'explain',
      params: { modelPath: file, text: 'a', maxTokens: 16, top: 1 },
    });
    await loaded;
    all.push(performance.now() - started);
    await worker.terminate();
  }
  return median(all);
}

/** Milliseconds of processor time, and what came out. */
async function cpu(run) {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
}
async function traceOf(ids) {
  const trace = new engine.Trace(config, kernel, ids.length);
  await engine.forward(model, trace, ids);
  return trace;
}

await traceOf(text.slice(0, 256)).then((trace) => trace.release()); // warms up
const growth = [];
for (let n = 256; n <= longest; n *= 2) {
  const { ms, result } = await cpu(() => traceOf(text.slice(0, n)));
  growth.push({ tokens: n, ms, traceBytes: kernel.bytesInUse - weightBytes });
  result.release();
  console.log(
    `${n} tokens: ${ms.toFixed(0)} ms, ${((kernel.bytesInUse - weightBytes) / 1e6).toFixed(1)} MB scratch left`,
  );
}

const base = await traceOf(text.slice(0, 1000));
const layers = Array.from({ length: config.layers }, (_, layer) => layer);
const overview = await times(3, () => Promise.all(layers.map((layer) => engine.layerMaps(kernel, base, layer))));
const range = { q0: 0, q1: 512, k0: 0, k1: 512, rows: 512, cols: 512 };
const tile = await times(9, () => engine.tile(kernel, base, { layer: 0, head: 0, ...range, pool: 'max' }));
async function times(rounds, run) {
  const all = [];
  for (let i = 0; i < rounds; i++) all.push((await cpu(run)).ms);
  return median(all);
}

const full = (await cpu(() => traceOf(base.ids))).ms;
const incremental = [];
for (const share of [0, 0.25, 0.5, 0.75, 0.9, 1]) {
  const p = Math.min(999, Math.floor(share * 1000));
  const ids = base.ids.map((id, i) => (i === p ? id ^ 1 : id));
  const { ms, result } = await cpu(() => engine.rerun(model, base, { ids }));
  result.release();
  incremental.push({ edit: 'token', at: p / 1000, ms, bound: 1.25 * (1 - p / 1000) * full + 20 });
}
for (let layer = 0; layer < config.layers; layer++) {
  const { ms, result } = await cpu(() =>
    engine.rerun(model, base, { edits: [{ site: 'z', layer, head: 0, do: 'zero' }] }),
  );
  result.release();
  incremental.push({ edit: 'head', at: layer / config.layers, ms, bound: (1 - layer / config.layers) * full });
}
const unchanged = (await cpu(() => engine.rerun(model, base, {}))).ms;

const fileBytes = statSync(file).size;
const report = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
  machine: machine(),
  model: path.basename(file),
  kernel: kernel.name,
  loadMs,
  workerReadyMs: readyMs,
  weightBytes,
  weightsPerFile: weightBytes / fileBytes,
  overviewMs: overview,
  tileMs: tile,
  fullRunOf1000Ms: full,
  unchangedMs: unchanged,
  growth,
  incremental,
};
const folder = path.join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'growth.json'), `${JSON.stringify(report, undefined, 1)}\n`);
writeFileSync(
  path.join(folder, 'growth.svg'),
  chart(`${report.model}, ${report.kernel}, ${report.machine.cpu}`, [
    { title: 'Time of a run with its trace, ms', points: growth.map(({ tokens, ms }) => [tokens, ms]), x: 'tokens' },
    {
      title: 'Memory of the trace, MB',
      points: growth.map(({ tokens, traceBytes }) => [tokens, traceBytes / 1e6]),
      x: 'tokens',
    },
    { title: 'One token edited, ms', points: curve('token'), bound: curve('token', 'bound'), x: 'where in the text' },
    { title: 'A head cut, ms', points: curve('head'), bound: curve('head', 'bound'), x: 'how deep in the layers' },
  ]),
);
function curve(edit, value = 'ms') {
  return incremental.filter((each) => each.edit === edit).map((each) => [each.at, each[value]]);
}
console.table(growth);
console.table(incremental.map((each) => ({ ...each, ms: +each.ms.toFixed(1), bound: +each.bound.toFixed(1) })));
console.log(
  `load ${loadMs.toFixed(0)} ms; a worker is ready after ${readyMs.toFixed(0)} ms (the extension as last built); weights ${report.weightsPerFile.toFixed(3)} of the file; overview of 1,000 tokens ${overview.toFixed(1)} ms; tile ${tile.toFixed(2)} ms; unchanged ${unchanged.toFixed(2)} ms`,
);
