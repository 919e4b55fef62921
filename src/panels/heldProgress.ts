/**
 * When is the page told how a run comes on? A text that is explained again soon ends: its tokens and layers are then told at
 * once with its end, so that the page draws it once, and has the colours of the text before until then.
 */
import type { ExplainProgress } from '../protocol/explanation';

/** Whoever waits longer wants to see something. */
const HOLD_MS = 120;

export class HeldProgress {
  private held: ExplainProgress[] = [];
  private waiting: NodeJS.Timeout | undefined;
  private open: boolean;

  /** `hold`: false tells all as it comes. */
  constructor(
    private readonly tell: (progress: ExplainProgress) => unknown,
    hold: boolean,
  ) {
    this.open = !hold;
  }

  report(progress: ExplainProgress): void {
    if (this.open) return void this.tell(progress);
    // The model is opened, which may take long.
    if (progress.kind === 'loading') return void this.tell(progress);
    this.held.push(progress);
    this.waiting ??= setTimeout(() => this.flush(), HOLD_MS);
  }

  /** Tells what was held back, in its order, and the rest as it comes. */
  private flush(): void {
    for (const progress of this.rest()) this.tell(progress);
  }

  /** What has not been told, in its order; it is the caller's to tell. What follows is held back on. */
  soFar(): readonly ExplainProgress[] {
    const { held, open } = this;
    this.drop();
    this.open = open;
    return held;
  }

  /** At the end: what has not been told, in its order; it is the caller's to tell. */
  rest(): readonly ExplainProgress[] {
    const { held } = this;
    this.drop();
    return held;
  }

  /** Nobody wants it any more. */
  drop(): void {
    clearTimeout(this.waiting);
    this.held = [];
    this.open = true;
  }
}
