/**
 * Child processes that never outlive this one.
 *
 * Every child leads a process group of its own, and carries RUN_MARK in its environment. When the script ends, however it
 * ends, the groups are killed; on Linux whatever still carries the mark (a child that left its group) is found in /proc.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const MARK = 'ATTENTION_EXPLAINER_RUN';
/** The outermost script names the run; scripts that it starts share the name. */
const outermost = !process.env[MARK];
process.env[MARK] ??= `${process.pid}-${Date.now()}`;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Starts a child in a group of its own.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  watchForTheEnd();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, log?: string, seconds?: number, shell?: boolean, givesWay?: boolean}} [options]
 *   log: the output goes to this file instead of the terminal; seconds: the group is killed after so many;
 *   givesWay: what others do goes first, where the system can say so.
 * @returns {Promise<{code: number, timedOut: boolean}>} code 127: it could not be started
 */
export async function run(command, args, { cwd, env, log, seconds, shell, givesWay } = {}) {
  let output;
  if (log) {
    mkdirSync(path.dirname(log), { recursive: true });
    output = createWriteStream(log);
  }
  const [program, all] =
    givesWay && process.platform !== 'win32' ? ['nice', ['-n', '5', command, ...args]] : [command, args];
  const child = start(program, all, {
    cwd,
    env,
    shell,
    stdio: output ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  let timedOut = false;
  const timer =
    seconds &&
    setTimeout(() => {
      timedOut = true;
      void stop(child);
    }, seconds * 1000);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output?.write(`${error.message}\n`);
      resolve(127);
    });
    // 'exit', not 'close': a stray grandchild that holds the pipe must not hold us too.
    child.once('exit', (status, signal) => resolve(status ?? (signal ? 128 : 1)));
  });
  clearTimeout(timer);
  output?.end();
  return { code: timedOut ? 124 : code, timedOut };
}

/** Ends a child and its group: politely, and after 5 s for good. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child, 'SIGKILL');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  killGroup(child, 'SIGTERM');
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
  killGroup(child, 'SIGKILL');
}

function killGroup(child, signal) {
  if (!child.pid) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Kills what carries this run's mark, other than this process. Returns how many there were (Linux only, else 0). */
export function sweep() {
  if (process.platform !== 'linux') return 0;
  const mark = `${MARK}=${process.env[MARK]}\0`;
  let found = 0;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!pid || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) continue;
      process.kill(pid, 'SIGKILL');
      found++;
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return found;
}

let watching = false;
function watchForTheEnd() {
  if (watching) return;
  watching = true;
  atTheEnd(() => {
    for (const child of running) killGroup(child, 'SIGKILL');
    if (outermost) sweep();
  });
}

/** Each bundled test file has a copy of this module; the process, which has one listener, is what they share. */
const AT_THE_END = Symbol.for('attention-explainer.at-the-end');

/** @param {() => void} work done when this process ends, however it does */
export function atTheEnd(work) {
  if (!globalThis[AT_THE_END]) {
    const works = (globalThis[AT_THE_END] = []);
    process.on('exit', () => works.forEach((each) => each()));
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ]) {
      process.on(signal, () => process.exit(code));
    }
  }
  globalThis[AT_THE_END].push(work);
}
