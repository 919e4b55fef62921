/** `npm run package`: the .vsix, in out/. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main } = await import('./lib/report.mjs');

await main(async () => {
  const { checkNode, installDependencies } = await import('./lib/setUp.mjs');
  checkNode();
  await installDependencies();
  const { packageExtension } = await import('./lib/package.mjs');
  await packageExtension();
});
