/**
 * Which values are wrong at this place of a text: what a wrong sum came to, and what was computed from one, until it is put right.
 * What it came to stays wrong then: a text may say that it is wrong, and go on with it.
 */

/** More wrong sums at the beginning of one value are not told. */
const MOST_ORIGINS = 8;

export interface WrongValue {
  /** Steps (from 0) whose wrong sums are at its beginning, at most eight. */
  origins: readonly number[];
  /** How many sums had been read with the one that stated it. */
  count: number;
  isSure: boolean;
  /** A wrong sum's own result, or computed from one after it was put right: no correction makes it right. */
  staysWrong: boolean;
  /** The step in which all its origins are put right by now. */
  putRightIn?: number;
}

export class WrongValues {
  private readonly values = new Map<number, WrongValue>();
  /** By step: its wrong sums that are not put right yet. */
  private readonly open = new Map<number, number>();
  /** By the step that puts sums right: the steps that state them. */
  private readonly putRight = new Map<number, number[]>();
  /** By step with wrong sums: the last one that put some of them right. */
  private readonly rightSince = new Map<number, number>();

  get isEmpty(): boolean {
    return this.values.size === 0;
  }

  /** A step states a wrong sum, which another, or itself (Infinity: none), puts right. */
  stated(step: number, putRightBy: number): void {
    if (putRightBy <= step) {
      this.rightSince.set(step, step);
      return;
    }
    this.open.set(step, (this.open.get(step) ?? 0) + 1);
    const right = this.putRight.get(putRightBy);
    if (right) right.push(step);
    else if (putRightBy !== Infinity) this.putRight.set(putRightBy, [step]);
  }

  /** What the step puts right is wrong no longer, nor what was computed until then from nothing else. */
  reach(step: number): void {
    for (const origin of this.putRight.get(step) ?? []) {
      this.open.set(origin, this.open.get(origin)! - 1);
      this.rightSince.set(origin, step);
    }
  }

  get(value: number): WrongValue | undefined {
    const one = this.values.get(value);
    if (!one) return undefined;
    const origins = one.origins.filter((origin) => (this.open.get(origin) ?? 0) > 0);
    if (origins.length > 0) return { ...one, origins };
    return one.staysWrong
      ? { ...one, putRightIn: Math.max(...one.origins.map((origin) => this.rightSince.get(origin)!)) }
      : undefined;
  }

  set(value: number, wrong: WrongValue): void {
    this.values.set(value, { ...wrong, origins: [...new Set(wrong.origins)].slice(0, MOST_ORIGINS) });
  }

  delete(value: number): void {
    this.values.delete(value);
  }
}
