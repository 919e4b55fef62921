/** Long work in pieces: a generator that says how far it is; who runs it decides whether others get a word in between. */

/** Yields the share that is done, 0 to 1, wherever it may be left for a moment; 0 as long as nobody knows. */
export type Work<Result> = Generator<number, Result, void>;

/** To its end, without a pause. */
export function atOnce<Result>(work: Work<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Work that is a part of other work, from one share of it to another. */
export function* shares<Result>(work: Work<Result>, from: number, to: number): Work<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    yield from + (to - from) * value;
  }
}

/**
 * With pauses: `pause` is asked at each piece, and waited for where it wants to be; what it throws ends the work.
 * @param onShare hears how far it is, before each pause that is one
 */
export async function inPieces<Result>(
  work: Work<Result>,
  pause: () => Promise<void> | void,
  onShare: (share: number) => void,
): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const waited = pause();
    if (!waited) continue;
    onShare(value);
    await waited;
  }
}
