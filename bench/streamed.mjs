/**
 * Does a model that is larger than memory stay within it? Made files of about 8 GB, one after another, each explained by a
 * process of its own; most memory that was ever resident (VmHWM), bytes read, and how long it took. The files are deleted.
 *   node bench/streamed.mjs [dense|words|mixture] [tokens]  → results/streamed-NAME.json
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEngine, machine, root } from './lib/engine.mjs';
import { writeModel } from './models.mjs';

const SPECS = {
  dense: { arch: 'llama', d: 4096, layers: 34, heads: 32, kv: 8, hd: 128, ff: 14_336 },
  // Its output matrix takes 1.1 GB, and the embedding as much.
  words: { arch: 'llama', d: 4096, layers: 26, heads: 32, kv: 8, hd: 128, ff: 14_336, vocabulary: 256_000 },
  // A layer takes 1.7 GB.
  mixture: { arch: 'qwen3moe', d: 2048, layers: 5, heads: 32, kv: 4, hd: 64, ff: 2048, experts: 128, used: 8 },
};
/** Bytes of weights that the engine keeps, so that both stream on any machine. */
const LIMIT = 3.25 * 2 ** 30;

if (process.argv[2] === '--explain') console.log(JSON.stringify(await explained(process.argv[3], +process.argv[4])));
else await measureAll();

async function measureAll() {
  const names = process.argv[2] in SPECS ? [process.argv[2]] : Object.keys(SPECS);
  const tokens = Number(process.argv.find((each) => /^\d+$/.test(each)) ?? 128);
  const engine = await loadEngine();
  const folder = path.join(root, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const file = path.join(folder, `streamed-${name}.gguf`);
    try {
      writeModel(engine, file, { vocabulary: 32_000, ...SPECS[name], type: 'Q8_0' });
      const args = [fileURLToPath(import.meta.url), '--explain', file, String(tokens)];
      const found = JSON.parse(execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
      const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
      const result = {
        commit,
        machine: machine(),
        ...SPECS[name],
        tokens,
        fileGB: statSync(file).size / 1e9,
        ...found,
      };
      console.log(name, result);
      writeFileSync(
        path.join(root, 'bench', 'results', `streamed-${name}.json`),
        `${JSON.stringify(result, null, 1)}\n`,
      );
    } finally {
      rmSync(file, { force: true });
    }
  }
}

/** In this process. Times in s by the clock, `cpu` of the processor. */
async function explained(file, tokens) {
  // Bundled by the process that started this one.
  const { openModel, explain, rerun, why } = await import(path.join(root, 'out', 'bench', 'engine.mjs'));
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1e3;
  const cpu = () => Object.values(process.cpuUsage()).reduce((sum, each) => sum + each, 0) / 1e6;
  const read = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))[1]) / 1e9;
  const before = { cpu: cpu(), read: read() };
  const model = await openModel(file, () => {}, LIMIT);
  const opened = seconds();
  let firstLayer = 0;
  const words = Array.from({ length: tokens }, (_, i) => `▁w${1000 + ((i * 37) % 9000)}`);
  const text = words.map((word) => word.slice(1)).join(' ');
  const { trace } = await explain(model, text, {
    maxTokens: tokens,
    top: 5,
    handle: { worker: 1, kept: 1 },
    signal: new AbortController().signal,
    progress: ({ kind }) => kind === 'layer' && (firstLayer ||= seconds()),
  });
  const complete = { seconds: seconds(), cpu: cpu() - before.cpu, readGB: read() - before.read };
  const step = async (work) => {
    const from = { at: seconds(), read: read() };
    await work();
    return { seconds: seconds() - from.at, readGB: read() - from.read };
  };
  const layer = Math.floor(model.config.layers / 2);
  const cut = await step(async () => {
    const edits = [{ site: 'z', layer, head: 0, do: 'zero' }];
    (await rerun(model, trace, { edits })).release();
  });
  const looked = await step(() => why(model, trace, { position: trace.ids.length - 1 }));
  const peakGB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1e6;
  const wasmGB = model.kernel.bytesInUse / 1e9;
  const found = { tokens: trace.ids.length, opened, firstLayer, complete, cutFromTheMiddle: cut, why: looked };
  model.close();
  return { ...found, bytesPerPassGB: model.card.bytesPerPass / 1e9, peakGB, keptGB: wasmGB };
}
