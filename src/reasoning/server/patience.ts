/**
 * How long a server is waited for. What renews the patience is progress, not bytes: comments, empty pieces, fields that
 * nobody knows and white space may come for ever.
 */

/** Once an answer has begun, and something comes but nothing more of it. */
const IDLE_MS = 15_000;

/** Bytes that may come at once with nothing of an answer in them; above any comment, header or last count of tokens. */
const MOST_EMPTY_BYTES = 4 * 2 ** 20;

/** Ends a request when the caller does, or when its patience is over. */
export class Patience {
  private readonly control = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private hasBegun = false;
  private lastProgress = 0;
  private emptyBytes = 0;
  /** What ended it, where the caller did not: nothing came, or nothing but what is no answer. */
  ranOut: 'silent' | 'idle' | undefined;

  /** @param seconds longest silence */
  constructor(
    private readonly seconds: number,
    private readonly caller: AbortSignal,
  ) {
    if (caller.aborted) this.control.abort();
    caller.addEventListener('abort', this.onAbort, { once: true });
    this.renew();
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  /** The server has answered; its answer is still to come. */
  answered(): void {
    this.renew();
  }

  /** There is more of the answer. */
  progressed(): void {
    this.hasBegun = true;
    this.renew();
  }

  /** Bytes have come; whether there is something in them is told by `progressed`, if so. */
  stirred(bytes: number): void {
    this.emptyBytes += bytes;
    const isTooLong = this.hasBegun && performance.now() - this.lastProgress > IDLE_MS;
    if (isTooLong || this.emptyBytes > MOST_EMPTY_BYTES + bytes) this.runOut('idle');
  }

  /** An answer in one piece has begun: it was ready, so that only its way here may take time, however it trickles. */
  mustEnd(): void {
    this.deadline ??= setTimeout(() => this.runOut('idle'), this.seconds * 1000);
  }

  end(): void {
    clearTimeout(this.timer);
    clearTimeout(this.deadline);
    this.caller.removeEventListener('abort', this.onAbort);
  }

  private renew(): void {
    this.emptyBytes = 0;
    this.lastProgress = performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.runOut('silent'), this.seconds * 1000);
  }

  private runOut(why: 'silent' | 'idle'): void {
    if (this.control.signal.aborted) return;
    this.ranOut = why;
    this.control.abort();
  }

  private readonly onAbort = (): void => this.control.abort();
}
