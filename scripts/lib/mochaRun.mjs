/** Runs mocha in a process of its own and counts. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { root, testFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { plus, readResult } from './results.mjs';

/**
 * V8 compiles what it takes for hot, four times as late as by itself (the budget is of bytecode, in bytes): what a test runs
 * often is seldom run for long, and a fifth of the unit tests' processor time was that compiler's. Measured on Node 20; later
 * ones have no such setting.
 */
const LESS_COMPILING = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=540672'] : [];

/** @param {{name: string, files: string[], style: string, timeout: number, seconds: number, grep?: string, require?: string, env?: NodeJS.ProcessEnv, node?: string, retries?: number, jobs?: number, log?: string, givesWay?: boolean, exit?: boolean}} suite `node`: the Node that runs it, else this one; `retries`: how often a test that failed is tried again; `jobs`: so many files at once, in processes of their own; `log`: the file that it writes to instead of the terminal; `givesWay`: see run; `exit`: it ends with its last test, whatever one that failed has left open */
export async function runMocha({
  name,
  files,
  style,
  timeout,
  seconds,
  grep,
  require,
  env,
  node = process.execPath,
  retries = 0,
  jobs = 1,
  exit = false,
  log,
  givesWay,
}) {
  const file = path.join(testFolder, `${name}.json`);
  rmSync(file, { force: true });
  const args = [
    ...(node === process.execPath ? LESS_COMPILING : []),
    path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
    '--no-config',
    '--ui',
    'bdd',
    '--timeout',
    String(timeout),
    '--retries',
    String(retries),
  ];
  args.push(
    '--reporter',
    path.join(root, 'scripts', 'lib', 'resultReporter.cjs'),
    '--reporter-option',
    `file=${file},style=${style}`,
  );
  if (jobs > 1) args.push('--parallel', '--jobs', String(jobs));
  if (exit) args.push('--exit');
  if (require) args.push('--require', require);
  if (grep) args.push('--grep', grep);
  const { code, timedOut } = await run(node, [...args, ...files], {
    env: { ...process.env, ...env },
    seconds,
    log,
    givesWay,
  });
  const result = readResult(file);
  if (timedOut) return plus(result, `not finished after ${seconds} s`);
  if (code !== 0 && result.failed === 0) return plus(result, `mocha ended with ${code}`);
  // Mocha has printed its failures.
  return {
    ...result,
    told: result.problems,
    problems: result.problems.filter((problem) => /^(no result|ended early|there are no)/.test(problem)),
  };
}
