/** The block around a line by indentation, for languages whose symbols nobody knows. Knows no editor. */

/** A smaller block says little; the one around it is taken. */
const FEWEST_LINES = 4;
/** A block of a whole file is no block. */
const MOST_LINES = 400;
const TAB = 4;

/** `first` and `last` as lines, inclusive; undefined where the line stands in no block. */
export function enclosingBlock(
  lineAt: (line: number) => string,
  lineCount: number,
  at: number,
): { first: number; last: number } | undefined {
  const indents = (line: number): number | null => indentation(lineAt(line));
  let header = deeperBelow(indents, lineCount, at) ? at : headerAbove(indents, at);
  while (header !== undefined) {
    const block = blockOf(lineAt, lineCount, header);
    const lines = block.last - block.first + 1;
    if (lines > MOST_LINES) return undefined;
    const outer = headerAbove(indents, header);
    if (lines >= FEWEST_LINES || outer === undefined) return lines > 1 ? block : undefined;
    header = outer;
  }
  return undefined;
}

/** Columns; null for a line of white space, which belongs to any block. */
function indentation(text: string): number | null {
  if (text.trim() === '') return null;
  let columns = 0;
  for (const character of text) {
    if (character === '\t') columns += TAB - (columns % TAB);
    else if (character === ' ') columns++;
    else break;
  }
  return columns;
}

type Indents = (line: number) => number | null;

function deeperBelow(indents: Indents, lineCount: number, at: number): boolean {
  const own = indents(at);
  for (let line = at + 1; line < lineCount; line++) {
    const next = indents(line);
    if (next !== null) return own !== null && next > own;
  }
  return false;
}

function headerAbove(indents: Indents, at: number): number | undefined {
  const own = indents(at);
  if (own === null || own === 0) return undefined;
  for (let line = at - 1; line >= 0 && at - line <= MOST_LINES; line--) {
    const indent = indents(line);
    if (indent !== null && indent < own) return line;
  }
  return undefined;
}

/** The header, all that stands further in, and the line that closes it. */
function blockOf(lineAt: (line: number) => string, lineCount: number, first: number): { first: number; last: number } {
  const own = indentation(lineAt(first))!;
  let last = first;
  for (let line = first + 1; line < lineCount && line - first <= MOST_LINES; line++) {
    const indent = indentation(lineAt(line));
    if (indent === null) continue;
    if (indent < own) break;
    if (indent === own) {
      if (/^\s*(?:[)\]}]|end\b|fi\b|done\b|esac\b)/i.test(lineAt(line))) last = line;
      break;
    }
    last = line;
  }
  return { first, last };
}
