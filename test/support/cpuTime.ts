/** Milliseconds of processor time that `run` takes: unlike the clock, hardly moved by what else the machine does. */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The same of what ends later. */
export async function cpuMsOf(run: () => PromiseLike<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
