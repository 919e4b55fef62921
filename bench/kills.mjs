/** The engine's process is killed a hundred times while somebody works with a panel, in a real VS Code: node bench/kills.mjs [ROUNDS] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('workerKills', process.argv.slice(2));
