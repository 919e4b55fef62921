/**
 * The host's side of a worker: starts it when it is first needed, shares it among its users, and ends it a few seconds
 * after the last of them has gone. When it dies, every call on its way fails with worker-died and the next call starts
 * a fresh one.
 */
import { Problem } from '../protocol/problem';
import { Rpc, type Handlers, type Methods } from '../protocol/rpc';
import { startProcess, startThread, type Death, type StartedWorker } from './startedWorker.node';

export interface SharedWorkerOptions {
  /** The bundled worker, e.g. dist/explainWorker.js. */
  script: string;
  /** How long an unused worker stays warm. */
  idleMs?: number;
  maxHeapMb?: number;
  /** Asked at each start: Node flags for a process of its own (TURBO_FLAGS), or undefined for a thread. */
  processFlags?: () => readonly string[] | undefined;
}

const DEFAULT_IDLE_MS = 5000;
/** JavaScript objects only (vocabularies, token lists); weights and traces are array buffers, outside this limit. */
const DEFAULT_HEAP_MB = 2048;

/** `Host`: what the host answers; `Api`: what the worker answers. */
export interface RunningWorker<Host extends Methods, Api extends Methods> {
  /** Workers are counted from 1; what one keeps is not in the next. */
  readonly number: number;
  readonly worker: StartedWorker;
  readonly rpc: Rpc<Host, Api>;
}

export class SharedWorker<Host extends Methods, Api extends Methods> {
  private current: RunningWorker<Host, Api> | undefined;
  private started = 0;
  private users = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: SharedWorkerOptions,
    private readonly handlers: Handlers<Host>,
  ) {}

  /** Undefined while none runs. */
  get running(): RunningWorker<Host, Api> | undefined {
    return this.current;
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

  /** The worker that runs, or a fresh one. */
  start(): RunningWorker<Host, Api> {
    if (this.current) return this.current;
    const { script, maxHeapMb = DEFAULT_HEAP_MB, processFlags } = this.options;
    const died = ({ why, outOfMemory }: Death): void => {
      this.end(running, new Problem('worker-died', `The worker ended: ${why}`, { outOfMemory, reported: why }));
    };
    const flags = processFlags?.();
    const worker = flags ? startProcess(script, maxHeapMb, died, flags) : startThread(script, maxHeapMb, died);
    const running = { number: ++this.started, worker, rpc: new Rpc<Host, Api>(worker.port, this.handlers) };
    this.current = running;
    // A worker for a single question (reading a model's header) has no panel to keep it.
    if (this.users === 0) this.scheduleStop();
    return running;
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason = 'The worker was stopped.'): void {
    clearTimeout(this.idle);
    if (this.current) this.end(this.current, new Problem('worker-died', reason));
  }

  private end(running: RunningWorker<Host, Api>, problem: Problem): void {
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
