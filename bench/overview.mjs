/** How long the page takes to draw all heads of a text of 1,000 tokens, in a real VS Code: node bench/overview.mjs */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('../scripts/lib/driverProgram.mjs');
await runDriverProgram('overviewTimes', []);
