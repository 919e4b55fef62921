/** How an experiment is run and what its page is told of that: one at a time, and of each entry the newest counts. No VS Code. */
import type { MilestoneClient } from '../milestones/milestoneClient.node';
import type { MilestoneEvent, MilestonePanelHostApi } from '../protocol/milestonePanelApi';
import type { HostInputs, Needs } from '../protocol/milestones';
import { Problem, toProblem } from '../protocol/problem';

export interface MilestoneRunOptions {
  client: MilestoneClient;
  /** Collects what the experiment reads. @throws Problem */
  inputs(needs: Needs, signal: AbortSignal): Promise<HostInputs>;
  /** Whether a run waits where it next reports. */
  isPaused(): boolean;
  /** What a person is told of it. */
  message(problem: Problem): string;
  emit(event: MilestoneEvent): void;
  busyChanged?(busy: boolean): void;
}

export class MilestoneRuns {
  private run: AbortController | undefined;
  /** The last run of each entry. */
  private readonly latest = new Map<string, AbortController>();

  constructor(private readonly options: MilestoneRunOptions) {}

  /** The one under way is stopped first. */
  async start(params: MilestonePanelHostApi['start']['params']): Promise<void> {
    const { client, inputs, isPaused, message, emit, busyChanged } = this.options;
    this.run?.abort();
    const run = (this.run = new AbortController());
    this.latest.set(params.id, run);
    busyChanged?.(true);
    emit({ ...params, kind: 'running', progress: null });
    try {
      const collected = await inputs(await client.needs(params.id), run.signal);
      if (run.signal.aborted) throw new Problem('cancelled', 'Cancelled.');
      void client.pause(isPaused());
      const report = await client.run({ ...params, inputs: collected }, run.signal, (progress) => {
        if (!run.signal.aborted) emit({ ...params, kind: 'running', progress });
      });
      emit({ ...params, kind: 'done', report });
    } catch (thrown) {
      const problem = toProblem(thrown);
      // A newer run of the same entry has taken its place on the page.
      if (this.latest.get(params.id) !== run) return;
      if (problem.code === 'cancelled') emit({ ...params, kind: 'stopped' });
      else emit({ ...params, kind: 'failed', message: message(problem) });
    } finally {
      if (this.run === run) {
        this.run = undefined;
        busyChanged?.(false);
      }
    }
  }

  stop(): void {
    this.run?.abort();
  }

  /** Somebody sees the panel again, or no longer. */
  pauseChanged(): void {
    if (this.run) void this.options.client.pause(this.options.isPaused());
  }
}
