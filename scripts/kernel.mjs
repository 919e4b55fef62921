// Compiles the AssemblyScript kernel into out/kernel/{simd,relaxed-simd}.wasm, when its source is newer.
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'src', 'engine', 'kernel', 'assembly');
const out = path.join(root, 'out', 'kernel');

const BUILDS = { simd: [], 'relaxed-simd': ['--enable', 'relaxed-simd'] };

export async function buildKernels() {
  const newest = Math.max(...[...sourceFiles(), fileURLToPath(import.meta.url)].map(modified));
  const stale = Object.keys(BUILDS).filter((name) => modified(wasmFile(name)) < newest);
  if (stale.length === 0) return;
  const { tilesSource } = await import('../src/engine/kernel/assembly/tiles.mjs');
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(out, { recursive: true });
  for (const name of stale) await compile(asc, name, tilesSource(name === 'relaxed-simd'));
}

/** The generated module stands in for ./tiles.generated: it is handed to the compiler, not written beside the source. */
async function compile(asc, name, tiles) {
  const folder = path.join(out, name);
  mkdirSync(folder, { recursive: true });
  for (const file of sourceFiles().filter((each) => each.endsWith('.ts')))
    copyFileSync(file, path.join(folder, path.basename(file)));
  writeFileSync(path.join(folder, 'tiles.generated.ts'), tiles);
  const started = performance.now();
  const args = [
    path.relative(root, path.join(folder, 'index.ts')),
    ...['--outFile', path.relative(root, wasmFile(name))],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd', ...BUILDS[name]],
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
