/**
 * Where the time goes: share per operation of a prompt and of generation, GOPS and its share of what 128-bit instructions
 * can do at most here (limits.mjs), or GB/s. Processor time.
 *   node bench/profile.mjs [MODEL.gguf] [prompt] [generate]
 */
import path from 'node:path';
import { bundledModel, loadEngine, machine } from './lib/engine.mjs';
import { limitOf, limits } from './limits.mjs';

const file = process.argv[2] ?? bundledModel();
const [prompt, generated] = [Number(process.argv[3] ?? 256), Number(process.argv[4] ?? 16)];
const engine = await loadEngine();
const source = new engine.FileSource(file);
const model = await engine.loadModel(source);
source.close();
const most = await limits();

/** Multiply-adds and bytes of weights of a call, for the operations where they say something. */
const COST = {
  matmul: (_out, _x, w, n) => ({
    macs: n * w.rows * w.cols,
    bytes: w.byteLength,
    limit: limitOf(most, engine.GgmlType[w.type], model.kernel.name),
  }),
  attention: (_o, _q, _k, _v, _s, { n, start, heads, headDim }) => ({
    macs: 2 * n * heads * headDim * (start + n / 2),
    limit: most['f32 products'],
  }),
};
const spent = new Map();
for (const name of [
  'matmul',
  'attention',
  'rows',
  'rmsNorm',
  'addBias',
  'add',
  'rope',
  'swiglu',
  'geglu',
  'layerNorm',
  'scale',
  'route',
  'gather',
  'scatterAdd',
  'copy',
  'alloc',
]) {
  const original = model.kernel[name].bind(model.kernel);
  model.kernel[name] = (...args) => {
    const label = name === 'matmul' ? `matmul ${args[2].rows}×${args[2].cols}` : name;
    const entry = spent.get(label) ?? { calls: 0, us: 0, macs: 0, bytes: 0 };
    spent.set(label, entry);
    const { macs = 0, bytes = 0, limit } = COST[name]?.(...args) ?? {};
    const before = process.cpuUsage();
    const result = original(...args);
    const { user, system } = process.cpuUsage(before);
    entry.calls++;
    entry.us += user + system;
    entry.macs += macs;
    entry.bytes += bytes;
    entry.limit = limit;
    return result;
  };
}

const ids = Array.from({ length: prompt }, (_, i) => 300 + ((i * 7919) % 1500));
const trace = new engine.Trace(model.config, model.kernel, prompt + generated);
await engine.forward(model, trace, ids.slice(0, 32)); // warms up
trace.ids.length = 0;
spent.clear();
await report(`prompt of ${prompt}`, () => engine.forward(model, trace, ids));
spent.clear();
await report(`${generated} tokens one by one`, async () => {
  for (let i = 0; i < generated; i++) {
    await engine.forward(model, trace, [ids[i]]);
    await engine.logitsAt(model, trace, trace.ids.length - 1);
  }
});

async function report(title, run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  const total = user + system;
  const { cpu, node, load } = machine();
  console.log(
    `\n${path.basename(file)}, ${model.kernel.name}: ${title}, ${(total / 1000).toFixed(1)} ms (${cpu}, Node ${node}, load ${load})`,
  );
  const rows = [...spent]
    .sort((a, b) => b[1].us - a[1].us)
    .map(([operation, { calls, us, macs, bytes, limit }]) => ({
      operation,
      calls,
      share: `${((100 * us) / total).toFixed(1)} %`,
      ms: +(us / 1000).toFixed(2),
      GOPS: macs ? +((2 * macs) / us / 1000).toFixed(1) : '',
      'of the limit': macs && limit ? `${((0.2 * macs) / us / limit).toFixed(0)} %` : '',
      'GB/s': bytes ? +(bytes / us / 1000).toFixed(1) : '',
    }));
  console.table(rows.slice(0, 16));
  const named = [...spent.values()].reduce((sum, { us }) => sum + us, 0);
  console.log(`outside the kernel: ${((100 * (total - named)) / total).toFixed(1)} %`);
}
