/** A gate that a running experiment passes with each report; closed while the panel is hidden, where that is set. */
export class Pause {
  private paused = false;
  private readonly waiting = new Set<() => void>();

  set(paused: boolean): void {
    this.paused = paused;
    if (!paused) for (const resume of [...this.waiting]) resume();
  }

  /** Resolves while not paused, and when the run is stopped meanwhile. */
  async open(signal: AbortSignal): Promise<void> {
    if (!this.paused || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        this.waiting.delete(resume);
        signal.removeEventListener('abort', resume);
        resolve();
      };
      this.waiting.add(resume);
      signal.addEventListener('abort', resume, { once: true });
    });
  }
}
