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

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason?: string): void {
    this.shared.stop(reason);
  }
}
