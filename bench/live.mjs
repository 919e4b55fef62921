/** How soon a text that is edited in the panel has its new colours, in a real VS Code: node bench/live.mjs */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('liveTimes', []);
