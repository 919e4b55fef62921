/** What the scripts say while they work: one line per step, the log's end when a step fails. */
import { existsSync, readFileSync } from 'node:fs';

const LOG_LINES = 40;

/** A failure that has been told in words already: no stack is printed. */
export class Failure extends Error {}

/** Says what is being done, does it, and says how long it took. */
export async function step(title, work) {
  const began = performance.now();
  process.stdout.write(`• ${title} …`);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (thrown) {
    process.stdout.write(' failed\n');
    throw thrown;
  }
}

/** Runs a script's main function; failures end it with exit code 1. Children that still run are ended in any case. */
export async function main(work) {
  let code = 1;
  try {
    code = (await work()) ?? 0;
  } catch (thrown) {
    console.error(thrown instanceof Failure ? `\n${thrown.message}` : thrown);
  }
  process.stdout.write('', () => process.exit(code));
}

export function logTail(file) {
  if (!existsSync(file)) return '';
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.slice(-LOG_LINES).join('\n');
}
