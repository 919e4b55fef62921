/**
 * The host's side of the explaining worker: starts it when it is first needed, shares it among all panels, and ends it
 * a few seconds after the last of them has gone. When it dies, every call on its way fails with worker-died and the
 * next call starts a fresh one; traces of the dead one answer trace-gone.
 */
import { Worker } from 'node:worker_threads';
import { Problem } from '../protocol/problem';
import { Rpc, type Port } from '../protocol/rpc';
import type { Explanation, ExplainProgress, ModelCard } from '../protocol/explanation';
import type { ExplainHostApi, ExplainWorkerApi } from '../protocol/workerApi';

export interface ExplainClientOptions {
  /** The bundled worker, e.g. dist/explainWorker.js. */
  script: string;
  /** How long an unused worker stays warm. */
  idleMs?: number;
  maxHeapMb?: number;
}

const DEFAULT_IDLE_MS = 5000;
/** JavaScript objects only (vocabularies, token lists); weights and traces are array buffers, outside this limit. */
const DEFAULT_HEAP_MB = 2048;

/** A kept trace of one worker. Numbers start again with each worker, so the worker is part of the name. */
export interface TraceHandle {
  readonly worker: number;
  readonly trace: number;
}

/** The worker's questions about a kept trace. */
type TraceMethod = 'tile' | 'weights' | 'predictions' | 'release';
type TraceParams<Name extends TraceMethod> = Omit<ExplainWorkerApi[Name]['params'], 'trace'>;

interface Running {
  readonly number: number;
  readonly worker: Worker;
  readonly rpc: Rpc<ExplainHostApi, ExplainWorkerApi>;
}

export interface ExplainOptions {
  signal?: AbortSignal;
  /** `trace` from the progress that names it on: questions about it may be asked from then. */
  onProgress?: (report: ExplainProgress, trace: TraceHandle | undefined) => void;
}

export class ExplainClient {
  private running: Running | undefined;
  private started = 0;
  private users = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: ExplainClientOptions) {}

  /** The present worker's number; undefined while none runs. */
  get worker(): number | undefined {
    return this.running?.number;
  }

  /** Keeps the worker alive until the returned function is called. Starts nothing. */
  acquire(): () => void {
    this.users++;
    clearTimeout(this.idle);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.users === 0) this.scheduleStop();
    };
  }

  inspect(modelPath: string, signal?: AbortSignal): Promise<ModelCard> {
    return this.start().rpc.call('inspect', { modelPath }, { signal });
  }

  async explain(
    params: ExplainWorkerApi['explain']['params'],
    { signal, onProgress }: ExplainOptions = {},
  ): Promise<{ explanation: Explanation; trace: TraceHandle }> {
    const { rpc, number } = this.start();
    let trace: TraceHandle | undefined;
    const explanation = await rpc.call('explain', params, {
      signal,
      onProgress: (report) => {
        if (report.kind === 'tokens') trace = { worker: number, trace: report.trace };
        onProgress?.(report, trace);
      },
    });
    return { explanation, trace: { worker: number, trace: explanation.trace } };
  }

  /** @throws Problem trace-gone when the worker that kept the trace has gone */
  ask<Name extends TraceMethod>(
    method: Name,
    trace: TraceHandle,
    params: TraceParams<Name>,
    signal?: AbortSignal,
  ): Promise<ExplainWorkerApi[Name]['result']> {
    if (this.running?.number !== trace.worker) {
      return Promise.reject(new Problem('trace-gone', 'The worker that kept this trace has ended.'));
    }
    const named = { ...params, trace: trace.trace } as unknown as ExplainWorkerApi[Name]['params'];
    return this.running.rpc.call(method, named, { signal });
  }

  /** Forgets a trace; nobody waits for it. */
  release(trace: TraceHandle): void {
    this.ask('release', trace, {}).catch(() => {
      // Already gone is what was wanted.
    });
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason = 'The worker was stopped.'): void {
    clearTimeout(this.idle);
    if (this.running) this.end(this.running, new Problem('worker-died', reason));
  }

  private start(): Running {
    if (this.running) return this.running;
    const worker = new Worker(this.options.script, {
      name: 'attention-explainer',
      // The host's own flags (inspector, loaders) are not for the worker.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.options.maxHeapMb ?? DEFAULT_HEAP_MB },
    });
    const running: Running = { number: ++this.started, worker, rpc: new Rpc(portOf(worker), {}) };
    const died = (what: string): void => {
      this.end(running, new Problem('worker-died', `The worker ended: ${what}`, { subject: what }));
    };
    worker.on('error', (error: Error & { code?: string }) => {
      died(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : error.message);
    });
    worker.on('messageerror', (error) => died(error.message));
    worker.on('exit', (code) => died(`exit code ${code}`));
    this.running = running;
    // A worker for a single question (reading a model's header) has no panel to keep it.
    if (this.users === 0) this.scheduleStop();
    return running;
  }

  private end(running: Running, problem: Problem): void {
    if (this.running !== running) return;
    this.running = undefined;
    running.rpc.close(problem);
    void running.worker.terminate();
  }

  private scheduleStop(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), this.options.idleMs ?? DEFAULT_IDLE_MS);
  }
}

function portOf(worker: Worker): Port {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    listen: (listener) => worker.on('message', listener),
  };
}
