/** What a process says of itself that computes everything once, on one thread and on two. */
import { createHash } from 'node:crypto';
import type { SelfTest } from '../protocol/workerApi';
import { createKernel } from './kernel/choose';
import { computeAll, timeProducts } from './kernel/selfTest';
import { nodeThreads, THREADS_WORK } from './kernel/threads.node';

export async function testSelf(): Promise<SelfTest> {
  const started = performance.now();
  const hash = createHash('sha256');
  let productsMs = 0;
  for (const count of THREADS_WORK ? [1, 2] : [1]) {
    const kernel = await createKernel(undefined, { ...nodeThreads(count), leastShared: 0 });
    try {
      if (count === 1) productsMs = timeProducts(kernel);
      computeAll(kernel, (bits) => hash.update(bits));
    } finally {
      kernel.close();
    }
  }
  const totalMs = performance.now() - started;
  return { digest: hash.digest('hex'), productsMs, totalMs, flags: process.send ? process.execArgv : [] };
}
