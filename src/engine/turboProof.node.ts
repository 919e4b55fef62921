/**
 * Do V8's 256-bit instructions compute the same here, and faster? A process with the flag and one without run the same
 * operations; both compile with optimisation at once, as the engine's process then does, since no other code is joined.
 */
import type { ExplainWorkerApi, SelfTest } from '../protocol/workerApi';
import { TURBO_FLAGS } from './startedWorker.node';
import { WorkerClient } from './workerClient.node';

/** `differs`: other bits; `slower`: not worth it; `failed`: one of the processes ended or did not start. */
export type Proof =
  | { result: 'passed'; gain: number; flags: readonly string[] }
  | { result: 'slower'; gain: number }
  | { result: 'differs' | 'failed' };

/** What turbo has to be times as fast as without it. */
const LEAST_GAIN = 1.1;

/** `script`: the bundled worker; `names`: as the flag may be called. One process after the other, so that none takes another's time. */
export async function proveTurbo(script: string, names: readonly (readonly string[])[] = TURBO_FLAGS): Promise<Proof> {
  try {
    const plain = await ask(script, [PLAIN_FLAG]);
    const tried = await firstKnown(script, names);
    if (!tried) return { result: 'failed' };
    const { joined, flags } = tried;
    if (joined.digest !== plain.digest) return { result: 'differs' };
    const gain = plain.productsMs / joined.productsMs;
    return gain >= LEAST_GAIN ? { result: 'passed', gain, flags } : { result: 'slower', gain };
  } catch {
    return { result: 'failed' };
  }
}

/** The same way of compiling without what is to be proved. */
const [[PLAIN_FLAG]] = TURBO_FLAGS;

/** A process that does not know a flag is replaced by a thread, which has none. */
async function firstKnown(
  script: string,
  names: readonly (readonly string[])[],
): Promise<{ joined: SelfTest; flags: readonly string[] } | undefined> {
  for (const flags of names) {
    const joined = await ask(script, flags);
    if (flags.every((flag) => joined.flags.includes(flag))) return { joined, flags };
  }
  return undefined;
}

async function ask(script: string, flags: readonly string[]): Promise<SelfTest> {
  const client = new WorkerClient<ExplainWorkerApi>({ script, processFlags: () => flags });
  const release = client.acquire();
  try {
    return await client.ask.selfTest({});
  } finally {
    release();
    client.stop();
  }
}
