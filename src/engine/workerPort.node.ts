/** The way back to the host, from a worker thread or from a process of its own (startedWorker.node.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import type { Port } from '../protocol/rpc';

/** The environment's variable that tells a process its number. */
export const NUMBER = 'ATTENTION_EXPLAINER_WORKER';

export function hostPort(): Port {
  if (parentPort) {
    const port = parentPort;
    return {
      post: (message, transfer) => port.postMessage(message, transfer),
      listen: (listener) => port.on('message', listener),
    };
  }
  // The host has gone, or does not want this process any more.
  process.on('disconnect', () => process.exit());
  return {
    post: (message) => void process.send!(message),
    listen: (listener) => process.on('message', listener),
  };
}

/** By which what this worker keeps is told from what another one keeps. */
export function workerNumber(): number {
  return Number((workerData as { number?: number } | null)?.number ?? process.env[NUMBER]);
}
