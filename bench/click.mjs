/** Time from the keystroke to the first picture and to the complete result, in a real VS Code: node bench/click.mjs [rounds] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('clickTimes', process.argv.slice(2), { production: true });
