/**
 * Follows a piece of text through the edits of its document: where it stands now and which of its characters still
 * stand there unchanged. All numbers are UTF-16 offsets. Knows no editor, so that it can be tested with random edits.
 */
export interface TextChange {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/** The document's characters in [from, to). */
export type ReadText = (from: number, to: number) => string;

/** Beyond this much inserted text the old text is not looked for any more: each keystroke would read all of it. */
const SEARCH_LIMIT = 1_000_000;

export class FollowedText {
  private from: number;
  private to: number;
  /** While stale: how many characters at the beginning and at the end are unchanged. */
  private prefix = 0;
  private suffix = 0;
  private changed = false;

  constructor(
    readonly text: string,
    start: number,
  ) {
    this.from = start;
    this.to = start + text.length;
  }

  /** Whether the document says something else here than when the text was taken. */
  get stale(): boolean {
    return this.changed;
  }

  /** How many of its characters, from the first on, still stand there unchanged. */
  get unchanged(): number {
    return this.changed ? this.prefix : this.text.length;
  }

  /** Where the text stands now, or what stands in its place; half-open. */
  get range(): { from: number; to: number } {
    return { from: this.from, to: this.to };
  }

  /** Changes as VS Code sends them: last in the document first, so that offsets hold when applied in order. */
  apply(changes: readonly TextChange[], read: ReadText): void {
    for (const change of changes) this.shift(change);
    this.compare(read);
  }

  /** The document was reloaded or its line ends changed: the text is expected between these offsets. */
  place(from: number, to: number, read: ReadText): void {
    this.from = from;
    this.to = to;
    this.compare(read);
  }

  /** Document offsets of the text's characters [start, end); undefined where the text was changed. */
  toDocument(start: number, end: number): { from: number; to: number } | undefined {
    if (!this.changed || end <= this.prefix) return { from: this.from + start, to: this.from + end };
    const { length } = this.text;
    if (start >= length - this.suffix) return { from: this.to - (length - start), to: this.to - (length - end) };
    return undefined;
  }

  /** Which character of the text stands at this document offset; the text's length at its end. */
  fromDocument(offset: number): number | undefined {
    if (offset < this.from || offset > this.to) return undefined;
    if (!this.changed || offset - this.from < this.prefix) return offset - this.from;
    return this.to - offset <= this.suffix ? this.text.length - (this.to - offset) : undefined;
  }

  private shift({ rangeOffset, rangeLength, text }: TextChange): void {
    const end = rangeOffset + rangeLength;
    const delta = text.length - rangeLength;
    // What touches the border belongs to the outside while the text is whole; afterwards it may be the missing piece
    // that an undo puts back.
    if (end < this.from || (end === this.from && !this.changed)) {
      this.from += delta;
      this.to += delta;
    } else if (rangeOffset < this.to || (rangeOffset === this.to && this.changed)) {
      this.from = Math.min(this.from, rangeOffset);
      this.to = Math.max(this.to, end) + delta;
    }
    // The next change of the same event may touch the border that this one made.
    if (rangeOffset < this.to && end > this.from) this.changed = true;
  }

  private compare(read: ReadText): void {
    const { text } = this;
    this.prefix = this.suffix = 0;
    this.changed = true;
    if (this.to - this.from > text.length + SEARCH_LIMIT) return;
    const now = read(this.from, this.to);
    const found = now.indexOf(text);
    if (found >= 0) {
      this.from += found;
      this.to = this.from + text.length;
      this.changed = false;
      return;
    }
    const shared = Math.min(text.length, now.length);
    while (this.prefix < shared && text.charCodeAt(this.prefix) === now.charCodeAt(this.prefix)) this.prefix++;
    const rest = shared - this.prefix;
    while (
      this.suffix < rest &&
      text.charCodeAt(text.length - 1 - this.suffix) === now.charCodeAt(now.length - 1 - this.suffix)
    ) {
      this.suffix++;
    }
  }
}
