/**
 * A peer is a process of its own that keeps one model loaded and answers over IPC, so that peers can take turns:
 *   { kind: 'prompt' | 'generate', ids, count } → milliseconds.
 * `open` gets the settings of the command line and resolves to { version, prompt(ids), generate(ids, count) }.
 */
export async function answer(open) {
  const peer = await open(JSON.parse(process.argv[2]));
  process.on('message', async ({ kind, ids, count }) => {
    try {
      process.send({ ms: await peer[kind](ids, count) });
    } catch (thrown) {
      process.send({ error: String(thrown?.stack ?? thrown) });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send({ ready: peer.version, ...peer.facts });
}
