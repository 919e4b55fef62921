/** Builds and packages the extension. */
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { logFile, root } from './paths.mjs';
import { run } from './processes.mjs';
import { Failure, logTail, step } from './report.mjs';
import { buildAll } from './setUp.mjs';

const LIMIT_MB = 22;
/** Of these, .vscodeignore lets through what runs inside VS Code. */
const PARTS = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
  'package.nls.json',
  'package.nls.zh-cn.json',
  'l10n',
  'media',
];
/** For developers only. Besides, vsce refuses type definitions newer than the oldest VS Code that `engines` names. */
const NOT_IN_MANIFEST = ['devDependencies', 'scripts', 'bin', 'private'];

/** @returns {Promise<string>} the .vsix */
export async function packageExtension() {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, 'out', `${manifest.name}-${manifest.version}.vsix`);
  rmSync(file, { force: true });
  const stage = path.join(root, 'out', 'package');
  rmSync(stage, { recursive: true, force: true });
  await buildAll({ production: true, dist: 'out/package/dist' });
  for (const part of PARTS) {
    if (existsSync(path.join(root, part))) cpSync(path.join(root, part), path.join(stage, part), { recursive: true });
  }
  for (const name of NOT_IN_MANIFEST) delete manifest[name];
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifest, undefined, 2));

  const log = logFile('package');
  await step('Packaging', async () => {
    const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    const { code } = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', file], {
      cwd: stage,
      log,
    });
    if (code !== 0 || !existsSync(file)) throw new Failure(logTail(log));
  });
  const megabytes = statSync(file).size / 1e6;
  console.log(`  ${path.relative(root, file)}: ${megabytes.toFixed(1)} MB`);
  if (megabytes > LIMIT_MB) throw new Failure(`The package may have ${LIMIT_MB} MB, and has ${megabytes.toFixed(1)}.`);
  return file;
}
