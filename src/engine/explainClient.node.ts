/**
 * What panels ask of the explaining worker. One worker serves all panels; when it has died, traces of the dead one
 * answer trace-gone.
 */
import { Problem } from '../protocol/problem';
import type { Explanation, ExplainProgress, ModelCard } from '../protocol/explanation';
import type { ReadingMethod } from '../protocol/readingApi';
import type { ExplainHostApi, ExplainWorkerApi } from '../protocol/workerApi';
import { SharedWorker, type SharedWorkerOptions } from './sharedWorker.node';

/** A kept trace of one worker. Numbers start again with each worker, so the worker is part of the name. */
export interface TraceHandle {
  readonly worker: number;
  readonly trace: number;
}

/** The worker's questions about a kept trace. */
export type TraceMethod = 'tile' | 'weights' | 'predictions' | 'release' | ReadingMethod;
export type TraceParams<Name extends TraceMethod> = Omit<ExplainWorkerApi[Name]['params'], 'trace'>;

export interface ExplainOptions {
  signal?: AbortSignal;
  /** `trace` from the progress that names it on: questions about it may be asked from then. */
  onProgress?: (report: ExplainProgress, trace: TraceHandle | undefined) => void;
}

export class ExplainClient {
  private readonly shared: SharedWorker<ExplainHostApi, ExplainWorkerApi>;

  constructor(options: SharedWorkerOptions) {
    this.shared = new SharedWorker(options, {});
  }

  /** The present worker's number; undefined while none runs. */
  get worker(): number | undefined {
    return this.shared.running?.number;
  }

  /** Keeps the worker alive until the returned function is called. Starts nothing. */
  acquire(): () => void {
    return this.shared.acquire();
  }

  inspect(modelPath: string, signal?: AbortSignal): Promise<ModelCard> {
    return this.shared.start().rpc.call('inspect', { modelPath }, { signal });
  }

  async explain(
    { base, ...params }: Omit<ExplainWorkerApi['explain']['params'], 'base'> & { base?: TraceHandle },
    { signal, onProgress }: ExplainOptions = {},
  ): Promise<{ explanation: Explanation; trace: TraceHandle }> {
    const { rpc, number } = this.shared.start();
    let trace: TraceHandle | undefined;
    const explanation = await rpc.call(
      'explain',
      { ...params, base: base?.worker === number ? base.trace : undefined },
      {
        signal,
        onProgress: (report) => {
          if (report.kind === 'tokens') trace = { worker: number, trace: report.trace };
          onProgress?.(report, trace);
        },
      },
    );
    return { explanation, trace: { worker: number, trace: explanation.trace } };
  }

  /** @throws Problem trace-gone when the worker that kept the trace has gone */
  ask<Name extends TraceMethod>(
    method: Name,
    trace: TraceHandle,
    params: TraceParams<Name>,
    signal?: AbortSignal,
  ): Promise<ExplainWorkerApi[Name]['result']> {
    const { running } = this.shared;
    if (running?.number !== trace.worker) {
      return Promise.reject(new Problem('trace-gone', 'The worker that kept this trace has ended.'));
    }
    const named = { ...params, trace: trace.trace } as unknown as ExplainWorkerApi[Name]['params'];
    return running.rpc.call(method, named, { signal });
  }

  /** Forgets a trace; nobody waits for it. */
  release(trace: TraceHandle): void {
    this.ask('release', trace, {}).catch(() => {
      // Already gone is what was wanted.
    });
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason?: string): void {
    this.shared.stop(reason);
  }
}
