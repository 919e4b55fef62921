/**
 * How long weights take to be packed, and to be looked through for NaN and infinity: seconds of the processor for each
 * gigabyte of the file, one matrix of 64 MB, median of the rounds.
 *   node bench/load.mjs [rounds]
 */
import { loadEngine, machine, median } from './lib/engine.mjs';
import { stopwatch } from './peers/answer.mjs';

const engine = await loadEngine();
const rounds = Number(process.argv[2] ?? 5);
const kernel = await engine.createKernel();
const { cpu, node, load } = machine();
console.log(`${cpu}, Node ${node}, load ${load}; ${kernel.name}`);
const random = engine.seededRandom(1);
const cols = 2048;

function secondsPerGigabyte(bytes, work) {
  work();
  return (
    median(
      Array.from({ length: rounds }, () => {
        const done = stopwatch();
        work();
        return done().cpu / 1e3;
      }),
    ) /
    (bytes.length / 1e9)
  );
}

console.log('type   pack s/GB   check s/GB');
for (const name of Object.values(engine.GgmlType).filter((each) => typeof each === 'string')) {
  const type = engine.GgmlType[name];
  const rowBytes = engine.byteLengthOf(type, cols);
  const rows = Math.floor(64e6 / rowBytes / 8) * 8;
  const part = engine.quantize(
    type,
    Float32Array.from({ length: cols * 8 }, () => random() - 0.5),
  );
  const bytes = new Uint8Array(rows * rowBytes);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part, at);
  const pack = secondsPerGigabyte(bytes, () => kernel.freeMatrix(kernel.loadMatrix(type, rows, cols, bytes, name)));
  const check = secondsPerGigabyte(bytes, () => engine.firstNotFinite(type, bytes));
  console.log(`${name.padEnd(6)} ${pack.toFixed(2).padStart(9)} ${check.toFixed(3).padStart(12)}`);
}
