// Bundles the extension, its workers, the command line, the webviews and (with --tests) the tests.
//   node esbuild.mjs [--tests] [--watch] [--production] [--dist=FOLDER]
import { build, context } from 'esbuild';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels } from './scripts/kernel.mjs';
import { plugins } from './scripts/lib/bundled.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const dist = process.argv.find((flag) => flag.startsWith('--dist='))?.slice('--dist='.length) ?? 'dist';

const common = {
  absWorkingDir: root,
  bundle: true,
  target: 'es2022',
  sourcemap: flags.has('--production') ? false : 'linked',
  minify: flags.has('--production'),
  legalComments: 'none',
  logLevel: 'warning',
  loader: { '.wasm': 'binary', '.md': 'text' },
  plugins,
};

/** What a file has as CommonJS, for what is bundled into one that has not. */
const COMMON_JS = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('\n');

const node = { ...common, platform: 'node', format: 'cjs', external: ['vscode'] };

const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: `${dist}/extension.js` },
  // One worker per kind of job.
  ...[
    'engine/explainWorker',
    'milestones/milestoneWorker',
    'reasoning/reasoningWorker',
    'reasoning/chatWorker',
    'stores/storesWorker',
  ].map((worker) => ({
    ...node,
    entryPoints: [`src/${worker}.ts`],
    outfile: `${dist}/${path.basename(worker)}.js`,
  })),
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: `${dist}/cli.js`, banner: { js: '#!/usr/bin/env node' } },
  // One page per view: webview/NAME/main.ts → dist/webview/NAME.js and NAME.css.
  ...['explain', 'milestones', 'reasoning'].map((view) => ({
    ...common,
    platform: 'browser',
    format: 'iife',
    entryPoints: [`webview/${view}/main.ts`],
    outfile: `${dist}/webview/${view}.js`,
    loader: { ...common.loader, '.ttf': 'file' },
  })),
];

function testFiles(folder) {
  const at = path.join(root, folder);
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

if (flags.has('--tests')) {
  // What was built of a test that is gone would still be run.
  rmSync(path.join(root, 'out', 'test'), { recursive: true, force: true });
  const all = ['test/unit', 'test/host', 'test/page', 'test/ui', 'test/fuzz'].flatMap(testFiles);
  // VS Code loads those in its extension host as CommonJS; the rest are programs and workers of their own.
  const isShared = (file) => file.endsWith('.test.ts') && !file.startsWith(path.join('test', 'host'));
  const tests = {
    ...node,
    outdir: 'out/test',
    outbase: 'test',
    external: [
      'vscode',
      'mocha',
      'playwright-core',
      '@sparticuz/chromium',
      'axe-core',
      '@vscode/test-electron',
      'ajv',
      'typescript',
    ],
  };
  bundles.push(
    { ...tests, entryPoints: all.filter((file) => !isShared(file)) },
    {
      ...tests,
      entryPoints: all.filter(isShared),
      format: 'esm',
      splitting: true,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'shared/[name]-[hash]',
      banner: { js: COMMON_JS },
    },
  );
}

await buildKernels();
const wanted = bundles.filter(
  (bundle) => bundle.entryPoints.length > 0 && bundle.entryPoints.every((entry) => existsSync(path.join(root, entry))),
);
if (flags.has('--watch')) {
  await Promise.all(wanted.map(async (bundle) => (await context(bundle)).watch()));
} else {
  await Promise.all(wanted.map((bundle) => build(bundle)));
}
