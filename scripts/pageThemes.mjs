/** Records VS Code's colours for the tests of bare pages: test/page/themes.json. `node scripts/pageThemes.mjs` */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('./lib/driverProgram.mjs');
await runDriverProgram('pageThemes', process.argv.slice(2));
