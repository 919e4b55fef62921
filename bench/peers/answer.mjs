/**
 * A peer is a process of its own that keeps one model loaded and answers over IPC, so that peers can take turns:
 *   { kind: 'prompt' | 'generate', ids, count } → { ms, cpu }
 * milliseconds by the clock, and of this process's processor time, which other processes disturb less.
 * `open` gets the settings of the command line and resolves to { version, prompt(ids), generate(ids, count) }.
 */
export async function answer(open) {
  const peer = await open(JSON.parse(process.argv[2]));
  process.on('message', async ({ kind, ids, count }) => {
    try {
      process.send(await peer[kind](ids, count));
    } catch (thrown) {
      process.send({ error: String(thrown?.stack ?? thrown) });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send({ ready: peer.version, ...peer.facts });
}

/** Call it when the measured part begins; what it returns gives { ms, cpu } when it ends. */
export function stopwatch() {
  const [started, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - started, cpu: (user + system) / 1000 };
  };
}
