/** Wrong usage of the command line: exit code 2. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

export class UsageError extends Error {}

/** Node's parseArgs, with its complaints as UsageError. */
export function parse<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (thrown) {
    throw new UsageError((thrown as Error).message);
  }
}

/** A whole number ≥ least, or the fallback when the option was not given. */
export function wholeNumber(name: string, value: string | undefined, fallback: number, least = 0): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least) {
    throw new UsageError(`--${name} takes a whole number from ${least}, not “${value}”.`);
  }
  return number;
}
