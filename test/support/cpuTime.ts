/** Milliseconds of processor time that `run` takes: unlike the clock, hardly moved by what else the machine does. */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of a few tries, until one takes less than `enough`: what the processor's caches hold of others counts, too. */
export function leastCpuMs(run: () => void, enough: number): number {
  let least = Infinity;
  for (let tries = 0; tries < 5 && least >= enough; tries++) least = Math.min(least, cpuMs(run));
  return least;
}

/** Milliseconds of processor time of what ends later. */
export async function cpuMsOf(run: () => PromiseLike<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
