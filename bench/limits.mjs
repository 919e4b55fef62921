/**
 * What one core of this machine can multiply at most with 128-bit instructions: loops over registers alone, no memory, in
 * GOPS (two per multiply-add), processor time, best of the rounds. The kernels' shares in kernel.mjs are of these.
 *   node bench/limits.mjs [rounds]
 */
import asc from 'assemblyscript/asc';
import { pathToFileURL } from 'node:url';
import { machine } from './lib/engine.mjs';
import { stopwatch } from './peers/answer.mjs';

/** One step of a loop: the chain of a register, and multiply-adds per step. */
const LOOPS = {
  // Q8_0: 16-bit products, pairs added in 32 bits.
  'i16 products': { step: (r) => `${r} = i32x4.add(${r}, i32x4.dot_i16x8_s(${r}, w));`, macs: 8 },
  // 4 and 6 bits: 8-bit products, pairs added in 16 bits.
  'i8 products': {
    step: (r) => `${r} = i16x8.add(${r}, i16x8.relaxed_dot_i8x16_i7x16_s(${r}, w));`,
    macs: 16,
    relaxed: true,
  },
  'f32 products': { step: (r) => `${r} = f32x4.relaxed_madd(${r}, w, w);`, macs: 4, relaxed: true },
};
/** Chains beside each other: more than latency times throughput. */
const CHAINS = 12;
const STEPS = 2_000_000;

/** @returns GOPS by loop; a loop that this machine's WebAssembly does not know is left out. */
export async function limits(rounds = 50) {
  const found = {};
  for (const [name, { step, macs, relaxed }] of Object.entries(LOOPS)) {
    const binary = await compile(step);
    if (relaxed && !WebAssembly.validate(binary)) continue;
    const { run } = (await WebAssembly.instantiate(binary)).instance.exports;
    for (let i = 0; i < 20; i++) run(STEPS / CHAINS, 1); // V8 compiles it well only after some calls
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      const stop = stopwatch();
      run(STEPS / CHAINS, 1);
      best = Math.min(best, stop().cpu);
    }
    found[name] = (2 * macs * STEPS) / best / 1e6;
  }
  return found;
}

/** The limit of the products that a weight type's inner loop is made of; the plain build widens every type to 16 bits. */
export function limitOf(most, type, kernel) {
  if (type === 'F32' || type === 'F16' || type === 'BF16') return most['f32 products'];
  return most[
    ['Q8_0', 'IQ4_NL', 'IQ4_XS'].includes(type) || !kernel.startsWith('relaxed') ? 'i16 products' : 'i8 products'
  ];
}

async function compile(step) {
  const registers = Array.from({ length: CHAINS }, (_, i) => `r${i}`);
  // w is an argument: V8 makes a constant anew at each use.
  const source = `export function run(steps: i32, one: f32): i32 {
    const w = f32x4.splat(one);
    ${registers.map((r, i) => `let ${r} = i32x4.splat(${i});`).join(' ')}
    do {
      ${registers.map(step).join('\n      ')}
    } while (--steps);
    return i32x4.extract_lane(${registers.reduce((sum, r) => `v128.xor(${sum}, ${r})`)}, 0);
  }`;
  let binary;
  const { error, stderr } = await asc.main(
    [
      'limits.ts',
      '-O3',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--enable',
      'relaxed-simd',
      '--outFile',
      'limits.wasm',
    ],
    {
      readFile: (name) => (name === 'limits.ts' ? source : null),
      writeFile: (name, bytes) => void (binary = name === 'limits.wasm' ? bytes : binary),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return binary;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { cpu, node, load } = machine();
  console.log(`${cpu}, Node ${node}, load ${load}`);
  for (const [name, gops] of Object.entries(await limits(Number(process.argv[2] ?? 50))))
    console.log(`${name.padEnd(14)} ${gops.toFixed(0).padStart(5)} GOPS`);
}
