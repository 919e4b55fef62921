/**
 * Turbo: the same program in a child process whose V8 joins pairs of 128-bit instructions into 256-bit ones. The flag
 * changes a whole process, so it is never set in one that is not ours alone.
 */
import { spawnSync } from 'node:child_process';

const FLAG = '--experimental-wasm-revectorize';

/** What the command line printed there; undefined where this Node does not know the flag: the caller goes on without. */
export function runInTurbo(args: string[]): string | undefined {
  const probe = spawnSync(process.execPath, [FLAG, '-e', '0'], { stdio: 'ignore' });
  if (probe.status !== 0) return undefined;
  const child = spawnSync(process.execPath, [FLAG, process.argv[1], ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child.status === 0 ? child.stdout.trimEnd() : undefined;
}
