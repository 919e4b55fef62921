/** What the panel asks of the experiments' worker: one run at a time, stopped at once whatever it is doing. */
import { WorkerClient } from '../engine/workerClient.node';
import type { MilestoneWorkerApi, Needs, Progress, RunReport } from '../protocol/milestones';
import { Problem } from '../protocol/problem';

type RunParams = MilestoneWorkerApi['run']['params'];

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
    const stopped = (): void => {
      if (this.worker === worker) this.free = this.letGo(this.ask.settled({}), 'The experiment did not stop in time.');
    };
    signal.addEventListener('abort', stopped, { once: true });
    return running;
  }

  /** While paused, a run waits where it next reports. */
  async pause(paused: boolean): Promise<void> {
    if (this.worker !== undefined) await this.ask.pause({ paused });
  }
}
