// Compiles the AssemblyScript kernel into out/kernel/{simd,relaxed-simd}.wasm, when its source is newer.
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'src', 'engine', 'kernel', 'assembly');
const out = path.join(root, 'out', 'kernel');

/** Each instruction set, for one thread and for several over one shared memory. */
const BUILDS = {
  simd: [],
  'relaxed-simd': ['--enable', 'relaxed-simd'],
  'simd-threads': ['--sharedMemory'],
  'relaxed-simd-threads': ['--enable', 'relaxed-simd', '--sharedMemory'],
};

export async function buildKernels() {
  const newest = Math.max(...[...sourceFiles(), fileURLToPath(import.meta.url)].map(modified));
  const stale = Object.keys(BUILDS).filter((name) => modified(wasmFile(name)) < newest);
  if (stale.length === 0) return;
  const { tilesSource } = await import('../src/engine/kernel/assembly/tiles.mjs');
  const { OPS } = await import('../src/engine/kernel/assembly/ops.mjs');
  const { KINDS } = await import('../src/engine/kernel/assembly/kinds.mjs');
  const kinds = KINDS.map((kind, number) => `export const ${kind}: usize = ${number};`).join('\n');
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(out, { recursive: true });
  for (const name of stale) {
    const relaxed = name.startsWith('relaxed');
    await compile(asc, name, { tiles: tilesSource(relaxed), ops: opsSource(OPS), kinds, build: buildSource(name) });
  }
}

/** `perform`: from an operation's number to the function, with its arguments read from the control block (jobs.ts). */
function opsSource(ops) {
  const FILES = {
    matmul: 'matmul',
    quantize: 'quantize',
    interleave: 'quantize',
    pack: 'pack',
    head: 'head',
    headMerge: 'head',
    attention: 'attention',
    attentionTile: 'picture',
    route: 'router',
    sigmoidGate: 'delta',
    convolve: 'delta',
    deltaRule: 'delta',
  };
  const READ = {
    u: (i) => `argument(${i})`,
    f: (i) => `floatArgument(${i})`,
    i: (i) => `<i32>argument(${i})`,
    b: (i) => `argument(${i}) != 0`,
  };
  const names = Object.keys(ops);
  return [
    '// Written by scripts/kernel.mjs.',
    "import { argument, floatArgument } from './jobs';",
    ...names.map((name) => `import { ${name} } from './${FILES[name] ?? 'elementwise'}';`),
    'export function perform(operation: u32): void {',
    ...names.map(
      (name, n) =>
        `  if (operation == ${n}) return ${name}(${[...ops[name]].map((type, i) => READ[type](i)).join(', ')});`,
    ),
    '}',
  ].join('\n');
}

const buildSource = (name) => `export const SHARED_MEMORY: bool = ${name.endsWith('threads')};`;

/** The generated modules are handed to the compiler, not written beside the source. */
async function compile(asc, name, generated) {
  const folder = path.join(out, name);
  mkdirSync(folder, { recursive: true });
  for (const file of sourceFiles().filter((each) => each.endsWith('.ts')))
    copyFileSync(file, path.join(folder, path.basename(file)));
  for (const [part, text] of Object.entries(generated)) writeFileSync(path.join(folder, `${part}.generated.ts`), text);
  const started = performance.now();
  const args = [
    path.relative(root, path.join(folder, 'index.ts')),
    '--outFile',
    path.relative(root, wasmFile(name)),
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--enable',
    'simd',
    '--enable',
    'threads',
    ...BUILDS[name],
  ];
  const { error, stderr } = await asc.main(args, { baseDir: root });
  if (error) throw new Error(`the ${name} kernel does not compile\n${stderr.toString()}`);
  const { size } = statSync(wasmFile(name));
  console.log(`kernel ${name}: ${size} bytes in ${Math.round(performance.now() - started)} ms`);
}

const wasmFile = (name) => path.join(out, `${name}.wasm`);

function sourceFiles() {
  return readdirSync(source).map((file) => path.join(source, file));
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
