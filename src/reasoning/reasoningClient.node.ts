/** What panels ask of the worker that reasons. */
import { SharedWorker, type SharedWorkerOptions } from '../engine/sharedWorker.node';
import type { ReasoningHostApi, ReasoningWorkerApi } from '../protocol/reasoningWorkerApi';
import type { CallOptions } from '../protocol/rpc';

export class ReasoningClient {
  private readonly shared: SharedWorker<ReasoningHostApi, ReasoningWorkerApi>;

  constructor(options: SharedWorkerOptions) {
    this.shared = new SharedWorker(options, {});
  }

  /** Keeps the worker alive until the returned function is called. Starts nothing. */
  acquire(): () => void {
    return this.shared.acquire();
  }

  call<Name extends keyof ReasoningWorkerApi & string>(
    method: Name,
    params: ReasoningWorkerApi[Name]['params'],
    options: CallOptions<never> = {},
  ): Promise<ReasoningWorkerApi[Name]['result']> {
    return this.shared.start().rpc.call(method, params, options as never);
  }

  /** Forgets a reading; nobody waits for it, and no worker is started for it. */
  release(reading: number): void {
    this.shared.running?.rpc.call('release', { reading }).catch(() => {
      // The worker has ended, and with it the reading.
    });
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason?: string): void {
    this.shared.stop(reason);
  }
}
