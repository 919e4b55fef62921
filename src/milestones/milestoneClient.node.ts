/** What the panel asks of the experiments' worker: one run at a time, stopped at once whatever it is doing. */
import { WorkerClient } from '../engine/workerClient.node';
import type { MilestoneWorkerApi, Needs, Progress, RunReport } from '../protocol/milestones';
import { Problem } from '../protocol/problem';

type RunParams = MilestoneWorkerApi['run']['params'];

/** How long a stopped experiment may take to let go before its worker is ended. */
const LET_GO_MS = 1500;

export class MilestoneClient extends WorkerClient<MilestoneWorkerApi> {
  /** Resolves when the run that was stopped last has let go, or its worker has ended: what comes next needs a live one. */
  private free: Promise<void> = Promise.resolve();

  /** What the entry's experiment reads. @throws Problem milestone-unknown */
  async needs(id: string): Promise<Needs> {
    await this.free;
    return this.ask.needs({ id });
  }

  /** @throws Problem; cancelled as soon as `signal` is aborted */
  async run(params: RunParams, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<RunReport> {
    await this.free;
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    const running = this.ask.run(params, { signal, onProgress });
    const { worker } = this;
    signal.addEventListener('abort', () => (this.free = this.letGo(worker)), { once: true });
    return running;
  }

  /** While paused, a run waits where it next reports. */
  async pause(paused: boolean): Promise<void> {
    if (this.worker !== undefined) await this.ask.pause({ paused });
  }

  /** An experiment that is deep in a loop does not read its messages: then its worker goes. */
  private async letGo(worker: number | undefined): Promise<void> {
    if (this.worker !== worker) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort();
      if (this.worker === worker) this.stop('The experiment did not stop in time.');
    }, LET_GO_MS);
    try {
      await this.ask.settled({}, { signal: controller.signal });
    } catch {
      // Ended meanwhile: nothing runs, as wanted.
    } finally {
      clearTimeout(timer);
    }
  }
}
