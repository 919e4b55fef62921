/**
 * Strings and comments in the text of any language, found by their marks alone: "…", '…', `…`, triple quotes, // and
 * # to the line's end, and slash-star comments. A guess where languages differ: an apostrophe within a word opens
 * nothing, # counts only before a space and not where it stands like a heading, a quoted string ends at the latest with its
 * line.
 */
import type { PanelToken } from '../../protocol/explanation';

/** Half-open character ranges, marks included, in order. Each character is looked at once for each mark. */
export function quotedRanges(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  const marks = new Marks(text);
  for (let at = 0; at < text.length;) {
    const end = endOf(text, at, marks);
    if (end === undefined) at++;
    else ranges.push({ start: at, end: (at = end) });
  }
  return ranges;
}

/** Where the next mark and the next line end are; asked for places in rising order, so that nothing is searched twice. */
class Marks {
  private readonly next = new Map<string, number>();

  constructor(private readonly text: string) {}

  /** The first one behind `at` without a backslash of its own; the text's length where there is none. */
  closing(mark: string, at: number): number {
    const known = this.next.get(mark) ?? -1;
    if (known > at) return known;
    let i = at + 1;
    while (i < this.text.length && this.text[i] !== mark) i += this.text[i] === '\\' ? 2 : 1;
    i = Math.min(i, this.text.length);
    this.next.set(mark, i);
    return i;
  }

  lineEnd(at: number): number {
    const known = this.next.get('\n') ?? -1;
    if (known >= at) return known;
    const end = this.text.indexOf('\n', at);
    const next = end < 0 ? this.text.length : end;
    this.next.set('\n', next);
    return next;
  }
}

/** Token → the token that opens the string or comment it stands in; only where that is neither it nor the one before. */
export function openerOf(tokens: readonly PanelToken[], text: string): Map<number, number> {
  // Nothing beyond the last token's line is looked at: a text may be far longer than what of it is explained.
  const last = tokens.findLast(({ charStart, charEnd }) => charEnd > charStart)?.charEnd ?? 0;
  const lineEnd = text.indexOf('\n', last);
  const ranges = quotedRanges(lineEnd < 0 ? text : text.slice(0, lineEnd));
  const openers = new Map<number, number>();
  let next = 0;
  let opener = -1;
  tokens.forEach(({ charStart, charEnd }, token) => {
    if (charEnd <= charStart) return;
    while (next < ranges.length && ranges[next].end <= charStart) {
      next++;
      opener = -1;
    }
    const range = ranges[next];
    if (!range || charEnd <= range.start) return;
    if (opener < 0) opener = token;
    else if (token - opener > 1) openers.set(token, opener);
  });
  return openers;
}

/** Where the string or comment that begins at `at` ends; undefined where none begins. */
function endOf(text: string, at: number, marks: Marks): number | undefined {
  const behind = (mark: string, from: number): number => {
    const end = text.indexOf(mark, from);
    return end < 0 ? text.length : end + mark.length;
  };
  /** undefined: it does not close before `limit`. */
  const closed = (mark: string, limit: number): number | undefined => {
    const end = marks.closing(mark, at);
    return end < limit ? end + 1 : undefined;
  };
  const char = text[at];
  const before = text[at - 1] ?? '\n';
  if (text.startsWith('//', at) && before !== ':') return marks.lineEnd(at);
  if (text.startsWith('/*', at)) return behind('*/', at + 2);
  if (char === '#' && /\s/.test(before) && /\s/.test(text[at + 1] ?? ''))
    return isHeading(text, at, marks) ? undefined : marks.lineEnd(at);
  if (text.startsWith('"""', at) || text.startsWith("'''", at)) return behind(text.slice(at, at + 3), at + 3);
  if (char === '"' || (char === "'" && !/[\p{L}\p{N}]/u.test(before))) return closed(char, marks.lineEnd(at));
  return char === '`' ? closed(char, text.length) : undefined;
}

/** A line of its own between empty ones, as Markdown has its titles; comments stand above or beside what they are about. */
function isHeading(text: string, at: number, marks: Marks): boolean {
  const isEmpty = (end: string | undefined): boolean => end === undefined || end === '\n' || end === '\r';
  const begins = at === 0 || (text[at - 1] === '\n' && isEmpty(text[at - (text[at - 2] === '\r' ? 3 : 2)]));
  return begins && isEmpty(text[marks.lineEnd(at) + 1]);
}
