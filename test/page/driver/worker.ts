/** A worker of ours, as it is built, in a thread of the test's own. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../../../scripts/lib/paths.mjs';
import { Rpc, type Handlers, type Methods } from '../../../src/protocol/rpc';

export interface RealWorker<Own extends Methods, Other extends Methods> {
  readonly rpc: Rpc<Own, Other>;
  end(): Promise<unknown>;
}

/** `name`: dist/NAME.js. `Own`: what we answer it; `Other`: what it may be asked. */
export function realWorker<Own extends Methods, Other extends Methods>(
  name: string,
  handlers: Handlers<Own>,
): RealWorker<Own, Other> {
  const worker = new Worker(path.join(root, 'dist', `${name}.js`));
  const rpc = new Rpc<Own, Other>(
    {
      post: (message, transfer) => worker.postMessage(message, transfer ?? []),
      listen: (listener) => worker.on('message', listener),
    },
    handlers,
  );
  return { rpc, end: () => worker.terminate() };
}
