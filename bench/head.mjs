/**
 * The output matrix in one pass (kernel.head) against a product whose rows JavaScript sums: log-probabilities of a text in a
 * vocabulary of the size of Qwen2.5's, 896 wide. Clock and processor time, medians of the rounds, taken in turn.
 *   node bench/head.mjs [rounds] [tokens] [threads]
 */
import { loadEngine, machine, median } from './lib/engine.mjs';
import { stopwatch } from './peers/answer.mjs';

const engine = await loadEngine();
const [rounds, tokens, threads] = [5, 250, 1].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const [words, cols, together] = [151_936, 896, 64];
const kernel = await engine.createKernel(undefined, threads > 1 ? engine.nodeThreads(threads) : undefined);
const { cpu, node, load } = machine();
console.log(`${cpu}, Node ${node}, load ${load}; ${kernel.name}, ${kernel.threads} threads, ${tokens} tokens`);
const random = engine.seededRandom(1);
const x = kernel.alloc(tokens * cols);
x.f32.set(Float32Array.from({ length: tokens * cols }, () => random() - 0.5));

for (const type of ['Q8_0', 'Q4_0', 'Q6_K']) {
  // Q6_K takes whole blocks of 256.
  const width = type === 'Q6_K' ? 768 : cols;
  const rowBytes = engine.byteLengthOf(engine.GgmlType[type], width);
  const part = engine.randomBlocks(engine.GgmlType[type], width * 64, random);
  const bytes = new Uint8Array(words * rowBytes);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part.subarray(0, bytes.length - at), at);
  const w = kernel.loadMatrix(engine.GgmlType[type], words, width, bytes, type);
  const logits = kernel.alloc(together * words);
  const [out, wanted] = [kernel.alloc(together * engine.HEAD.numbers), kernel.alloc(together)];
  const parts = kernel.alloc(together * kernel.headNumbers(words));
  const each = (work) => {
    for (let first = 0; first < tokens; first += together) {
      const n = Math.min(together, tokens - first);
      work(x.slice(first * width, n * width), n);
    }
  };
  const ways = {
    product: () => each((rows, n) => kernel.matmul(logits, rows, w, n)),
    'product and sums in JavaScript': () =>
      each((rows, n) => {
        kernel.matmul(logits, rows, w, n);
        for (let i = 0; i < n; i++) engine.logSumExp(logits.f32.subarray(i * words, (i + 1) * words));
      }),
    'one pass': () =>
      each((rows, n) => {
        kernel.head(parts, out, rows, w, wanted, { n });
        kernel.headMerge(parts, out, n, words);
      }),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, { ms: [], cpu: [] }]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, work] of Object.entries(ways)) {
      const done = stopwatch();
      work();
      const { ms, cpu } = done();
      if (round === 0) continue; // for the compiler
      times[name].ms.push(ms);
      times[name].cpu.push(cpu);
    }
  }
  for (const [name, { ms, cpu }] of Object.entries(times)) {
    console.log(
      `${type.padEnd(5)} ${name.padEnd(32)} ${median(ms).toFixed(0).padStart(6)} ms, processor ${median(cpu).toFixed(0).padStart(6)} ms`,
    );
  }
  for (const buf of [logits, out, wanted, parts]) kernel.free(buf);
  kernel.freeMatrix(w);
}
kernel.close();
