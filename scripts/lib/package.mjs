/** Builds and packages the extension. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { logFile, root } from './paths.mjs';
import { run } from './processes.mjs';
import { Failure, logTail, step } from './report.mjs';
import { buildAll } from './setUp.mjs';

const LIMIT_MB = 30;

/** @returns {Promise<string>} the .vsix */
export async function packageExtension() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, 'out', `${name}-${version}.vsix`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const began = Date.now();
  await buildAll({ production: true });
  removeOlder(path.join(root, 'dist'), began);
  const log = logFile('package');
  await step('Packaging', async () => {
    const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    const { code } = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', file], { log });
    if (code !== 0 || !existsSync(file)) throw new Failure(logTail(log));
  });
  const megabytes = statSync(file).size / 1e6;
  console.log(`  ${path.relative(root, file)}: ${megabytes.toFixed(1)} MB`);
  if (megabytes > LIMIT_MB) throw new Failure(`The package may have ${LIMIT_MB} MB, and has ${megabytes.toFixed(1)}.`);
  return file;
}

/** A bundle that an older build left behind must not be packaged. */
function removeOlder(folder, time) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    // Some file systems keep times to the second.
    if (entry.isFile() && statSync(file).mtimeMs < time - 1000) rmSync(file);
  }
}
