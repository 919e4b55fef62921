/** Time from the keystroke to the first picture, to the complete result and to the first sentence, in a real VS Code: node bench/click.mjs [rounds [tokens…]] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('clickTimes', process.argv.slice(2), { production: true });
