/** How far a download is, and how long it will take at the pace of its last seconds. */

/** Between two reports. */
const TOLD_MS = 250;
/** Of which the pace is taken. */
const WINDOW_MS = 8000;

export class Pace {
  private readonly marks: { bytes: number; ms: number }[] = [];
  private told = -Infinity;

  constructor(private readonly total: number) {}

  /**
   * Bytes that are there, and when. undefined: it is too early for another report. `secondsLeft` is left out until there is
   * a pace.
   */
  at(bytes: number, ms: number): { share: number; secondsLeft?: number } | undefined {
    if (bytes < this.total && ms - this.told < TOLD_MS) return undefined;
    this.told = ms;
    const { marks } = this;
    // What was there already, or began anew, says nothing about the pace.
    if (marks.length > 0 && bytes < marks[marks.length - 1].bytes) marks.length = 0;
    marks.push({ bytes, ms });
    while (marks.length > 2 && ms - marks[1].ms > WINDOW_MS) marks.shift();
    const [first] = marks;
    const perSecond = ((bytes - first.bytes) / (ms - first.ms)) * 1000;
    const share = bytes / this.total;
    return perSecond > 0 && ms - first.ms >= 1000
      ? { share, secondsLeft: (this.total - bytes) / perSecond }
      : { share };
  }
}
