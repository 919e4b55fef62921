/**
 * The host's side of a worker: starts it when it is first needed, shares it among its users, and ends it a few seconds
 * after the last of them has gone. When it dies, every call on its way fails with worker-died and the next call starts
 * a fresh one; what the dead one kept answers trace-gone.
 */
import { isHandle, type Handle, type ReleaseApi } from '../protocol/handle';
import { Problem } from '../protocol/problem';
import { remote, Rpc, type CallOptions, type Methods, type Remote } from '../protocol/rpc';
import { startProcess, startThread, type Death, type StartedWorker } from './startedWorker.node';

export interface WorkerOptions {
  /** The bundled worker, e.g. dist/explainWorker.js. */
  script: string;
  /** How long an unused worker stays warm. */
  idleMs?: number;
  maxHeapMb?: number;
  /** Asked at each start: Node flags for a process of its own (TURBO_FLAGS), or undefined for a thread. */
  processFlags?: () => readonly string[] | undefined;
  /** Such a process has ended by itself. */
  processEnded?: () => void;
}

const DEFAULT_IDLE_MS = 5000;
/** How long what is stopped may take to let go before its worker is ended. */
const LET_GO_MS = 1500;
/** JavaScript objects only (vocabularies, token lists); weights and traces are array buffers, outside this limit. */
const DEFAULT_HEAP_MB = 2048;

/** The worker asks nothing of its host. */
type Nothing = Record<never, never>;

interface RunningWorker<Api extends Methods> {
  readonly number: number;
  readonly worker: StartedWorker;
  readonly rpc: Rpc<Nothing, Api>;
}

/** `Api`: what the worker answers. */
export class WorkerClient<Api extends Methods> {
  /** `ask.method(params, options)`. Starts a worker where none runs. */
  readonly ask: Remote<Api> = remote((method, params, options) => this.call(method, params, options));

  private current: RunningWorker<Api> | undefined;
  private started = 0;
  private users = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: WorkerOptions) {}

  /** The present worker's number, counted from 1; undefined while none runs. */
  get worker(): number | undefined {
    return this.current?.number;
  }

  /** What the system sees of it. */
  get runs(): StartedWorker['runs'] | undefined {
    return this.current?.worker.runs;
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

  /** Whether the worker that named it still runs. */
  keeps(handle: Handle): boolean {
    return this.current?.number === handle.worker;
  }

  /** Forgets it; nobody waits for it, and no worker is started for it. */
  release(this: WorkerClient<Api & ReleaseApi>, handle: Handle): void {
    this.call('release', { of: handle }, {}).catch(() => {
      // Already gone is what was wanted.
    });
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason = 'The worker was stopped.'): void {
    clearTimeout(this.idle);
    if (this.current) this.end(this.current, new Problem('worker-died', reason));
  }

  /**
   * Waits until what was stopped has let go, or, where that takes too long, ends the worker that runs now: one that is deep
   * in a loop does not read its messages. Never rejects.
   * @param going ends when it has let go; whether well does not matter
   */
  async letGo(going: Promise<unknown>, reason: string): Promise<void> {
    const { current } = this;
    const overdue = setTimeout(() => {
      if (current) this.end(current, new Problem('worker-died', reason));
    }, LET_GO_MS);
    try {
      await going;
    } catch {
      // Ended meanwhile, as wanted.
    } finally {
      clearTimeout(overdue);
    }
  }

  private call<Name extends keyof Api & string>(
    method: Name,
    params: Api[Name]['params'],
    options?: CallOptions<Api[Name]['progress']>,
  ): Promise<Api[Name]['result']> {
    const about = Object.values(params as object).find(isHandle);
    if (about && !this.keeps(about)) {
      return Promise.reject(new Problem('trace-gone', 'The worker that kept this has ended.'));
    }
    return this.start().rpc.call(method, params, options);
  }

  /** The worker that runs, or a fresh one. */
  private start(): RunningWorker<Api> {
    if (this.current) return this.current;
    const { script, maxHeapMb = DEFAULT_HEAP_MB, processFlags, processEnded } = this.options;
    const died = ({ why, outOfMemory }: Death): void => {
      this.end(running, new Problem('worker-died', `The worker ended: ${why}`, { outOfMemory, reported: why }));
    };
    const flags = processFlags?.();
    const number = ++this.started;
    const start = { script, maxHeapMb, number, died, processEnded };
    const worker = flags ? startProcess(start, flags) : startThread(start);
    const running = { number, worker, rpc: new Rpc<Nothing, Api>(worker.port, {}) };
    this.current = running;
    // A worker for a single question (reading a model's header) has no panel to keep it.
    if (this.users === 0) this.scheduleStop();
    return running;
  }

  private end(running: RunningWorker<Api>, problem: Problem): void {
    if (this.current !== running) return;
    this.current = undefined;
    running.rpc.close(problem);
    running.worker.end();
  }

  private scheduleStop(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), this.options.idleMs ?? DEFAULT_IDLE_MS);
  }
}
