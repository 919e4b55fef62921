/**
 * Fills in a model's chat template, which is a program of whoever made the file: in a process of its own, with an end to
 * its time, memory and words. A thread is not enough: V8 ends the whole process where a built-in function runs out of memory.
 */
import { spawn } from 'node:child_process';
import program from 'bundled:src/reasoning/solve/templateProgram.node.ts';
import { PLACE, type ChatTemplate, type FilledTemplate } from './chatTemplate';

/** Characters of a template; the longest that are published, with their tools, have about 20,000. */
const MOST_CHARS = 2 ** 18;
/** Of it and its words together, in each of the ways that it is filled in. */
const MOST_FILLED = 2 ** 18;
/** The question comes out once, or in a few places. */
const MOST_PLACES = 16;
const MOST_MS = 5000;
const MOST_MB = 64;
/** How often it is asked whether anybody still waits. */
const TICK_MS = 50;

/**
 * null: it cannot be followed; 'beyond': it takes more than a template may.
 * @param pause awaited often; may throw to stop
 * @param mostMs until it is left
 */
export async function fillWithinLimits(
  template: ChatTemplate,
  pause: () => Promise<void> | void = () => {},
  mostMs = MOST_MS,
): Promise<FilledTemplate | null | 'beyond'> {
  if (template.template.length > MOST_CHARS) return 'beyond';
  const child = spawn(process.execPath, [`--max-old-space-size=${MOST_MB}`, '-'], {
    // In VS Code the program that runs is Electron, which is told to be Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  const ended = new Promise<'ended'>((resolve) => {
    child.on('error', () => resolve('ended'));
    child.on('close', () => resolve('ended'));
  });
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
    // Four ways, and JSON's escapes.
    if (said.length > 32 * MOST_FILLED) child.kill('SIGKILL');
  });
  child.stdin.on('error', () => {}); // it has ended before it read all
  child.stdin.end(`${program}\nfillIn(${JSON.stringify(template)});`);
  try {
    const deadline = performance.now() + mostMs;
    let tick: NodeJS.Timeout | undefined;
    const pauseOver = (): Promise<'tick'> =>
      new Promise((resolve) => (tick = setTimeout(() => resolve('tick'), TICK_MS)));
    while ((await Promise.race([ended, pauseOver()])) === 'tick') {
      if (performance.now() > deadline) return 'beyond';
      await pause();
    }
    clearTimeout(tick);
  } finally {
    child.kill('SIGKILL');
  }
  return judged(said);
}

/** Undefined where the process was ended, by itself or by us, before its line was whole. */
function filledIn(said: string): FilledTemplate | null | undefined {
  try {
    return (JSON.parse(said) as { filled: FilledTemplate | null }).filled;
  } catch {
    return undefined;
  }
}

function judged(said: string): FilledTemplate | null | 'beyond' {
  const filled = filledIn(said);
  if (filled === undefined) return 'beyond';
  const ways = filled ? Object.values(filled).flatMap((language) => Object.values(language)) : [];
  const isBeyond = (text: string): boolean => text.length > MOST_FILLED || text.split(PLACE).length > MOST_PLACES + 1;
  return ways.some(isBeyond) ? 'beyond' : filled;
}
