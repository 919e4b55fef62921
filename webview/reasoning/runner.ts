/** What the person started and can cancel: one thing at a time; a newer one takes the place of the one before. */
import type { StatusView } from './statusView';

export class Runner {
  private running: AbortController | undefined;
  onChange: () => void = () => {};

  constructor(
    private readonly status: StatusView,
    private readonly failed: (thrown: unknown) => void,
  ) {}

  get busy(): boolean {
    return this.running !== undefined;
  }

  cancel(): void {
    this.running?.abort();
  }

  run(words: string, work: (signal: AbortSignal, progress: (words: string) => void) => Promise<void>): void {
    this.running?.abort();
    const own = (this.running = new AbortController());
    this.status.failed(null);
    this.status.busy(words, () => own.abort());
    this.onChange();
    work(own.signal, (now) => this.running === own && this.status.busy(now, () => own.abort()))
      .catch((thrown: unknown) => {
        if (!own.signal.aborted) this.failed(thrown);
      })
      .finally(() => {
        if (this.running !== own) return;
        this.running = undefined;
        this.status.busy(null, null);
        this.onChange();
      });
  }
}
