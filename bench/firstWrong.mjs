/** Twenty transcripts of real shapes: time until the first wrong step is on screen, in the test browser: node bench/firstWrong.mjs */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('firstWrongTimes', []);
