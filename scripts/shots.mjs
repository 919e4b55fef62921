/**
 * Contact sheets in out/shots/: panel × theme × width × input, to be looked at.
 *   node scripts/shots.mjs [--only dark,narrow,chinese,zh]
 * Words of one kind are alternatives; a kind that is not named is taken whole (of the languages, English).
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { runDriverProgram } = await import('./lib/driverProgram.mjs');
await runDriverProgram('shots', process.argv.slice(2));
