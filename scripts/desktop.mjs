/** `npm run test:desktop`: the suites inside the extension host, in desktop VS Code. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main, Failure } = await import('./lib/report.mjs');
const setUp = await import('./lib/setUp.mjs');

await main(async () => {
  setUp.checkNode();
  await setUp.installDependencies();
  const { hasDisplay } = await import('./lib/desktop.mjs');
  if (!hasDisplay()) throw new Failure('Desktop VS Code needs a display: run it on a desktop, or with xvfb-run.');
  await setUp.buildAll({ tests: true });
  const { runDesktopTests } = await import('./lib/desktopRun.mjs');
  const result = await runDesktopTests();
  for (const problem of result.problems) console.log(`✘ ${problem}\n`);
  console.log(`${result.passed} passed, ${result.failed} failed`);
  return result.failed > 0 ? 1 : 0;
});
