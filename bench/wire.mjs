/** Bytes between the page and the machine where the engine runs, in a real VS Code on a remote: node bench/wire.mjs [tokens] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('wireBytes', process.argv.slice(2));
