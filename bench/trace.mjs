/** Time until a long imported chain of thought is open, and how it scrolls, in a real VS Code: node bench/trace.mjs [rounds] */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('traceTimes', process.argv.slice(2));
