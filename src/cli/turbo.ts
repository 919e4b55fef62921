/** Turbo on the command line: the same program again, in a child process with V8's 256-bit instructions. */
import { spawnSync } from 'node:child_process';
import { TURBO_FLAGS } from '../engine/startedWorker.node';

/** What the command line printed there; undefined where this Node does not know the flag: the caller goes on without. */
export function runInTurbo(args: string[]): string | undefined {
  const known = (flags: readonly string[]): boolean =>
    spawnSync(process.execPath, [...flags, '-e', '0'], { stdio: 'ignore' }).status === 0;
  const flags = TURBO_FLAGS.find(known);
  if (!flags) return undefined;
  const child = spawnSync(process.execPath, [...flags, process.argv[1], ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child.status === 0 ? child.stdout.trimEnd() : undefined;
}
