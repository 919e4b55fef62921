/**
 * Which of the texts that were explained a panel shows: a run in progress from its tokens on, else the last good one; and
 * which of them nobody needs any more.
 */
export class ShownTexts<Text> {
  private current: Text | undefined;
  private lastGood: Text | undefined;
  private onPage: Text | undefined;

  /** `forget`: frees what a text holds; called once for each. */
  constructor(private readonly forget: (text: Text) => void) {}

  /** What the page draws and asks about. */
  get shown(): Text | undefined {
    return this.current;
  }

  /** The last that was explained to the end. */
  get good(): Text | undefined {
    return this.lastGood;
  }

  /** What the page has begun to draw last, also where that is forgotten, and the next has not come yet. */
  get drawn(): Text | undefined {
    return this.onPage;
  }

  /** From now on the page's questions are about this text. false: they were already. */
  show(text: Text): boolean {
    if (this.current === text) return false;
    if (this.current !== undefined && this.current !== this.lastGood) this.forget(this.current);
    this.current = this.onPage = text;
    return true;
  }

  /** It was explained to the end. */
  completed(text: Text): void {
    this.show(text);
    if (this.lastGood !== undefined && this.lastGood !== text) this.forget(this.lastGood);
    this.lastGood = text;
  }

  /** Its run did not end well: the last good one takes its place; where there is none, what was drawn stays. */
  withdraw(text: Text): void {
    if (this.current === text && this.lastGood === undefined) return;
    this.forget(text);
    if (this.current === text) this.current = this.lastGood;
  }

  /** Whether the page has begun to draw another text than the one that is shown; it is taken to draw that one now. */
  takeRedraw(): boolean {
    if (this.onPage === this.current || this.current === undefined) return false;
    this.onPage = this.current;
    return true;
  }

  /** All that are not forgotten. */
  get all(): Text[] {
    return [...new Set([this.current, this.lastGood])].filter((text) => text !== undefined);
  }

  clear(): void {
    if (this.current !== undefined) this.forget(this.current);
    if (this.lastGood !== undefined && this.lastGood !== this.current) this.forget(this.lastGood);
    this.current = this.lastGood = undefined;
  }
}
