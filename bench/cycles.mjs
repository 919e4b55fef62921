/** The panel opened and closed two hundred times in a real VS Code, and what the memory does meanwhile: node bench/cycles.mjs [CYCLES] [attention | preview] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('openCloses', process.argv.slice(2));
