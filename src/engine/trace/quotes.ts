/**
 * Strings and comments in the text of any language, found by their marks alone: "…", '…', `…`, triple quotes, // and
 * # to the line's end, and slash-star comments. A guess where languages differ: an apostrophe within a word opens
 * nothing, # counts only before a space, a quoted string ends at the latest with its line.
 */
import type { PanelToken } from '../../protocol/explanation';

/** Half-open character ranges, marks included, in order. */
export function quotedRanges(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (let at = 0; at < text.length;) {
    const end = endOf(text, at);
    if (end === undefined) at++;
    else ranges.push({ start: at, end: (at = end) });
  }
  return ranges;
}

/** Token → the token that opens the string or comment it stands in; only where that is neither it nor the one before. */
export function openerOf(tokens: readonly PanelToken[], text: string): Map<number, number> {
  const ranges = quotedRanges(text);
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
function endOf(text: string, at: number): number | undefined {
  const lineEnd = (): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  const behind = (mark: string, from: number): number => {
    const end = text.indexOf(mark, from);
    return end < 0 ? text.length : end + mark.length;
  };
  const char = text[at];
  const before = text[at - 1] ?? '\n';
  if (text.startsWith('//', at) && before !== ':') return lineEnd();
  if (text.startsWith('/*', at)) return behind('*/', at + 2);
  if (char === '#' && /\s/.test(before) && /\s/.test(text[at + 1] ?? '')) return lineEnd();
  if (text.startsWith('"""', at) || text.startsWith("'''", at)) return behind(text.slice(at, at + 3), at + 3);
  if (char === '"' || (char === "'" && !/[\p{L}\p{N}]/u.test(before))) return closing(text, at, lineEnd());
  return char === '`' ? closing(text, at, text.length) : undefined;
}

/** Behind the same mark, backslashes passed over; undefined where it does not come before `limit`. */
function closing(text: string, at: number, limit: number): number | undefined {
  for (let i = at + 1; i < limit; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[at]) return i + 1;
  }
  return undefined;
}
