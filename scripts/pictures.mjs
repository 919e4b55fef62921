/** The README's pictures, media/screenshots/*.png, taken from the running extension. `node scripts/pictures.mjs [NAME]…` */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('./lib/driverProgram.mjs');
await runDriverProgram('pictures', process.argv.slice(2));
