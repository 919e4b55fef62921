/**
 * How fast the kernels multiply here: GOPS (2·M·N·K) for a prompt of 256, GB of packed weights per second for one token, of
 * one matrix in the cache and of many that only memory holds; processor time, best of the rounds.
 * With the share of what 128-bit instructions can do at most here (limits.mjs), and onnxruntime's products beside them, where the peers are installed.
 *   node bench/kernel.mjs [rounds] [ROWSxCOLS…]
 */
import { loadEngine, machine } from './lib/engine.mjs';
import { limitOf, limits } from './limits.mjs';
import { stopwatch } from './peers/answer.mjs';
import { onnxKernels } from './peers/onnx.mjs';

const engine = await loadEngine();
const rounds = Number(process.argv[2] ?? 7);
const shapes = process.argv.slice(3).map((shape) => shape.split('x').map(Number));
const chosen = await engine.createKernel();
const { cpu, node, load } = machine();
console.log(`${cpu}, Node ${node}, load ${load}; chosen here: ${chosen.name}`);

const kernels = { simd: await engine.createWasmKernel('simd') };
if (engine.canRun('relaxed-simd')) {
  const probed = await engine.probeArithmetic();
  if (probed)
    kernels[`relaxed ${probed.small}/${probed.large}`] = await engine.createWasmKernel('relaxed-simd', probed);
}
const random = engine.seededRandom(1);
/** More than the third-level cache holds, in bytes. */
const BEYOND_CACHE = 64e6;
const most = await limits();
console.log(
  Object.entries(most)
    .map(([name, gops]) => `${name}: at most ${gops.toFixed(0)} GOPS`)
    .join(', '),
);
const peer = await onnxKernels(random);
if (peer) console.log(peer.version);
for (const [rows, cols] of shapes.length
  ? shapes
  : [
      [768, 768],
      [2048, 512],
    ]) {
  for (const type of Object.values(engine.GgmlType).filter((each) => typeof each === 'string')) {
    const number = engine.GgmlType[type];
    const values = Float32Array.from({ length: rows * cols }, () => random() - 0.5);
    const bytes = engine.QUANTIZED.includes(number)
      ? engine.quantize(number, values)
      : engine.randomBlocks(number, rows * cols, random);
    for (const [name, kernel] of Object.entries(kernels)) {
      const w = kernel.loadMatrix(engine.GgmlType[type], rows, cols, bytes, type);
      const gops = (2 * 256 * rows * cols) / time(kernel, [w], 256) / 1e6;
      const limit = limitOf(most, type, name);
      const share = limit ? `${((100 * gops) / limit).toFixed(0).padStart(4)} %` : '';
      const cached = w.byteLength / time(kernel, [w], 1) / 1e6;
      const many = Array.from({ length: Math.ceil(BEYOND_CACHE / w.byteLength) }, () =>
        kernel.loadMatrix(engine.GgmlType[type], rows, cols, bytes, type),
      );
      const fromMemory = w.byteLength / time(kernel, many, 1) / 1e6;
      for (const one of many) kernel.freeMatrix(one);
      console.log(
        `${rows}×${cols} ${type.padEnd(5)} ${name.padEnd(20)} ${gops.toFixed(0).padStart(5)} GOPS ${share}  ${cached.toFixed(1).padStart(6)} GB/s in cache ${fromMemory.toFixed(1).padStart(6)} from memory`,
      );
      kernel.freeMatrix(w);
    }
  }
  for (const [name, make] of Object.entries(peer?.kernels ?? {})) {
    const gops = (2 * 256 * rows * cols) / (await timePeer(make, rows, cols, 256)) / 1e6;
    console.log(`${rows}×${cols} onnxruntime ${name.padEnd(22)} ${gops.toFixed(0).padStart(5)} GOPS`);
  }
}

/** Milliseconds of processor time of one call, the matrices in turn, best of the rounds. */
function time(kernel, matrices, n) {
  const [{ rows, cols }] = matrices;
  const [x, out] = [kernel.alloc(n * cols), kernel.alloc(n * rows)];
  x.f32.forEach((_, i, all) => (all[i] = random() - 0.5));
  const calls = Math.max(matrices.length, callsFor(rows, cols, n));
  let best = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const stop = stopwatch();
    for (let i = 0; i < calls; i++) kernel.matmul(out, x, matrices[i % matrices.length], n);
    if (round > 0) best = Math.min(best, stop().cpu / calls);
  }
  kernel.free(x);
  kernel.free(out);
  return best;
}

/** The same of a peer that answers with a promise. */
async function timePeer(make, rows, cols, n) {
  const { run, end } = await make(rows, cols, n);
  const calls = callsFor(rows, cols, n);
  let best = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const stop = stopwatch();
    for (let i = 0; i < calls; i++) await run();
    if (round > 0) best = Math.min(best, stop().cpu / calls);
  }
  await end();
  return best;
}

function callsFor(rows, cols, n) {
  return Math.max(1, Math.round(1e9 / (n * rows * cols)));
}
