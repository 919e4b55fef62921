/**
 * How long whole files take to be loaded above reading them, and the memory that it takes: made files of the shapes of
 * Qwen2.5-0.5B and -1.5B, each round in a process of its own, threads as on this machine. Warm: the files were just written,
 * and each process reads its file once before. `--cold` has the system forget what it keeps of the file first (GNU dd), and
 * again before another process that reads it alone, so that what loading takes above the disk is known.
 *   node bench/opening.mjs [rounds] [--cold]  → results/opening.json
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEngine, machine, median, node24, root } from './lib/engine.mjs';
import { writeModel } from './models.mjs';

const VOCABULARY = 151_936;
const SPECS = {
  '0.5B Q8_0': { d: 896, layers: 24, heads: 14, kv: 2, hd: 64, ff: 4864, type: 'Q8_0' },
  '1.5B Q8_0': { d: 1536, layers: 28, heads: 12, kv: 2, hd: 128, ff: 8960, type: 'Q8_0' },
  '1.5B Q4_K': { d: 1536, layers: 28, heads: 12, kv: 2, hd: 128, ff: 8960, type: 'Q4_K' },
};

if (process.argv[2] === '--read') console.log(JSON.stringify(await readAlone(process.argv[3])));
else if (process.argv[2] === '--open')
  console.log(JSON.stringify(await opened(process.argv[3], process.argv[4] === 'warm')));
else await measureAll();

async function measureAll() {
  const rounds = Number(process.argv.find((each) => /^\d+$/.test(each)) ?? 5);
  const cold = process.argv.includes('--cold');
  const engine = await loadEngine();
  const folder = path.join(root, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const before = machine();
  const results = {};
  for (const [name, spec] of Object.entries(SPECS)) {
    const file = path.join(folder, `opening-${name.replace(' ', '-')}.gguf`);
    if (!existsSync(file)) writeModel(engine, file, { arch: 'llama', vocabulary: VOCABULARY, ...spec });
    const found = Array.from({ length: rounds }, () => {
      const apart = (how) => {
        if (cold) execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
        const args = [fileURLToPath(import.meta.url), how, file, cold ? 'cold' : 'warm'];
        return JSON.parse(execFileSync(node24(), args, { stdio: ['ignore', 'pipe', 'inherit'] }));
      };
      return { ...apart('--open'), ...(cold && apart('--read')) };
    });
    const middle = Object.fromEntries(
      Object.keys(found[0]).map((key) => [key, median(found.map((each) => each[key]))]),
    );
    const gigabytes = statSync(file).size / 1e9;
    const above = {
      secondsPerGB: (middle.loaded - middle.header - middle.read) / gigabytes,
      cpuPerGB: (middle.loadedCpu - middle.readCpu) / gigabytes,
    };
    results[name] = { fileGB: gigabytes, ...middle, above };
    console.log(name, results[name]);
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const report = { commit, machine: before, rounds, caches: cold ? 'dropped' : 'warm', results };
  const out = path.join(root, 'bench', 'results', `opening${cold ? '-cold' : ''}.json`);
  writeFileSync(out, `${JSON.stringify(report, null, 1)}\n`);
}

async function timed(work) {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - from) / 1e3, cpu: (user + system) / 1e6 };
}

/** All of the file into the same 8 MB, as loading reads it. */
function readAll(source) {
  const room = new Uint8Array(8 * 2 ** 20);
  for (let at = 0; at < source.size; at += room.length) source.read(at, Math.min(room.length, source.size - at), room);
}

async function readAlone(file) {
  const { FileSource } = await import(path.join(root, 'out', 'bench', 'engine.mjs'));
  const source = new FileSource(file);
  const { seconds, cpu } = await timed(() => readAll(source));
  source.close();
  return { read: seconds, readCpu: cpu };
}

/** In this process: seconds by the clock and of the processor (all threads). `header`: until tokenizer and plan are there. */
async function opened(file, warm) {
  // Bundled by the process that started this one.
  const { FileSource, inspectModel, openModel } = await import(path.join(root, 'out', 'bench', 'engine.mjs'));
  const source = new FileSource(file);
  let read = { seconds: NaN, cpu: NaN };
  if (warm) {
    readAll(source);
    read = await timed(() => readAll(source));
  }
  const header = await timed(() => inspectModel(source));
  source.close();
  let model;
  const firstLease = await timed(async () => {
    model = await openModel(file, () => {}, Infinity);
    (await model.weights.layer(0)).release();
  });
  const rest = await timed(async () => {
    for (let l = 1; l < model.config.layers; l++) (await model.weights.layer(l)).release();
  });
  const peakGB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1e6;
  model.close();
  return {
    read: read.seconds,
    readCpu: read.cpu,
    header: header.seconds,
    firstLayer: firstLease.seconds,
    loaded: firstLease.seconds + rest.seconds,
    loadedCpu: firstLease.cpu + rest.cpu - header.cpu,
    peakGB,
  };
}
