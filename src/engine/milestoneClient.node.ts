/** What the panel asks of the experiments' worker: one run at a time, stopped at once whatever it is doing. */
import type { MilestoneHostApi, MilestoneWorkerApi, Needs, Progress, RunReport } from '../protocol/milestones';
import { Problem } from '../protocol/problem';
import { SharedWorker, type SharedWorkerOptions } from './sharedWorker.node';

type RunParams = MilestoneWorkerApi['run']['params'];

/** How long a stopped experiment may take to let go before its worker is ended. */
const LET_GO_MS = 1500;

export class MilestoneClient {
  private readonly shared: SharedWorker<MilestoneHostApi, MilestoneWorkerApi>;
  /** Resolves when the run that was stopped last has let go, or its worker has ended: what comes next needs a live one. */
  private free: Promise<void> = Promise.resolve();

  constructor(options: SharedWorkerOptions) {
    this.shared = new SharedWorker(options, {});
  }

  /** Keeps the worker alive until the returned function is called. Starts nothing. */
  acquire(): () => void {
    return this.shared.acquire();
  }

  /** What the entry's experiment reads. @throws Problem milestone-unknown */
  async needs(id: string): Promise<Needs> {
    await this.free;
    return this.shared.start().rpc.call('needs', { id });
  }

  /** @throws Problem; cancelled as soon as `signal` is aborted */
  async run(params: RunParams, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<RunReport> {
    await this.free;
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    const { rpc, number } = this.shared.start();
    signal.addEventListener('abort', () => (this.free = this.letGo(number)), { once: true });
    const report = await rpc.call('run', params, { signal, onProgress });
    return { ...report, run: report.run + number * RUNS_OF_ONE_WORKER };
  }

  /** @throws Problem trace-gone when the worker that kept the result has gone */
  ask(run: number, question: unknown, signal: AbortSignal): Promise<unknown> {
    const { running } = this.shared;
    if (running?.number !== Math.floor(run / RUNS_OF_ONE_WORKER)) {
      return Promise.reject(new Problem('trace-gone', 'The worker that kept this result has ended.'));
    }
    return running.rpc.call('ask', { run: run % RUNS_OF_ONE_WORKER, question }, { signal });
  }

  /** While paused, a run waits where it next reports. */
  async pause(paused: boolean): Promise<void> {
    await this.shared.running?.rpc.call('pause', { paused });
  }

  /** Ends the worker now; calls on their way fail with worker-died. */
  stop(reason?: string): void {
    this.shared.stop(reason);
  }

  /** An experiment that is deep in a loop does not read its messages: then its worker goes. */
  private async letGo(worker: number): Promise<void> {
    const { running } = this.shared;
    if (running?.number !== worker) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort();
      if (this.shared.running?.number === worker) this.shared.stop('The experiment did not stop in time.');
    }, LET_GO_MS);
    try {
      await running.rpc.call('settled', {}, { signal: controller.signal });
    } catch {
      // Ended meanwhile: nothing runs, as wanted.
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Runs are counted from 1 in each worker; so the worker can be told from the run's number. */
const RUNS_OF_ONE_WORKER = 1_000_000;
