/** Which first sentences does a change move? Two builds of the command line over the same texts: node bench/firstSentences.mjs BEFORE/cli.js AFTER/cli.js FILE[:FROM-TO]… */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const [before, after, ...files] = process.argv.slice(2);
if (files.length === 0)
  throw new Error('Usage: node bench/firstSentences.mjs BEFORE/cli.js AFTER/cli.js FILE[:FROM-TO]…');
const run = promisify(execFile);

/** As the report says it; “none” where it says none. */
async function sentence(cli, file) {
  const { stdout } = await run(process.execPath, [cli, 'explain', '--file', file], { maxBuffer: 2 ** 28 });
  return stdout.split('\n').find((line) => /^In line \d/.test(line)) ?? 'none';
}

let moved = 0;
for (const file of files) {
  const [was, is] = [await sentence(before, file), await sentence(after, file)];
  if (was !== is) moved++;
  console.log(`| ${path.basename(file)} | ${was} | ${was === is ? 'the same' : is} |`);
}
console.log(`${moved} of ${files.length} moved`);
