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
  bundles.push({
    ...node,
    entryPoints: ['test/unit', 'test/host', 'test/page', 'test/ui', 'test/fuzz'].flatMap(testFiles),
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
  });
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
