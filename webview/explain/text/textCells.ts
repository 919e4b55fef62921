/** How tokens lie in the lines of the text: cells, segments and the marks of what cannot be seen. No DOM. */
import type { PanelToken } from '../../../src/protocol/explanation';
import { isUnseen, nameOfUnseen } from '../../../src/shared/unseen';

/** One thing to point at: usually one token, several where they share a character. */
export interface Cell {
  tokens: number[];
  /** UTF-16 range in the text; empty for a token that the model added. */
  start: number;
  end: number;
  /** Drawn as a sign before the text: the token stands for no characters. */
  added: boolean;
}

/** Characters of one kind; `mark` is drawn for what has no look of its own. */
export interface Piece {
  text: string;
  mark: string;
}

/** The part of a cell that lies in one line. */
export interface Segment {
  cell: number;
  /** First column, tabs counted to their stops. */
  column: number;
  pieces: Piece[];
}

export interface TextLayout {
  cells: Cell[];
  lines: Segment[][];
  /** [tokens]: the cell of each token. */
  cellOf: Int32Array;
}

/** No token covers these characters. */
export const NO_CELL = -1;

// Joiners and variation selectors make one picture of several characters; alone in a cell they would be nothing.
const JOINERS = /^[\u200c\u200d\ufe00-\ufe0f]+$/;
const JOINER_SIGN = '⁀';

export function layoutTokens(text: string, tokens: readonly PanelToken[], tabSize: number): TextLayout {
  const { cells, cellOf } = cellsOf(tokens);
  const lines: Segment[][] = [[]];
  let column = 0;
  const add = (cell: number, start: number, end: number): void => {
    let pieces: Piece[] = [];
    let first = column;
    const slice = text.slice(start, end);
    if (JOINERS.test(slice)) {
      lines.at(-1)!.push({ cell, column, pieces: [{ text: '', mark: JOINER_SIGN }] });
      column += 1;
      return;
    }
    const close = (): void => {
      if (pieces.length > 0) lines.at(-1)!.push({ cell, column: first, pieces });
      pieces = [];
    };
    for (let at = start; at < end;) {
      const { piece, width, next, breaks } = pieceAt(text, at, end, column, tabSize);
      const last = pieces.at(-1);
      if (last && last.mark === '' && piece.mark === '') last.text += piece.text;
      else pieces.push(piece);
      column += width;
      at = next;
      if (breaks) {
        close();
        lines.push([]);
        column = first = 0;
      }
    }
    close();
  };
  let at = 0;
  cells.forEach((cell, index) => {
    if (cell.added) {
      const label = tokens[cell.tokens[0]].label;
      lines.at(-1)!.push({ cell: index, column, pieces: [{ text: '', mark: label }] });
      return;
    }
    if (cell.start > at) add(NO_CELL, at, cell.start);
    add(index, cell.start, cell.end);
    at = cell.end;
  });
  markTrailingSpaces(lines);
  return { cells, lines, cellOf };
}

function cellsOf(tokens: readonly PanelToken[]): { cells: Cell[]; cellOf: Int32Array } {
  const cells: Cell[] = [];
  const cellOf = new Int32Array(tokens.length);
  tokens.forEach(({ charStart, charEnd }, token) => {
    const last = cells.at(-1);
    const added = charEnd <= charStart;
    if (last && !last.added && !added && charStart < last.end) {
      last.tokens.push(token);
      last.end = Math.max(last.end, charEnd);
    } else {
      cells.push({ tokens: [token], start: charStart, end: charEnd, added });
    }
    cellOf[token] = cells.length - 1;
  });
  return { cells, cellOf };
}

interface Taken {
  piece: Piece;
  width: number;
  next: number;
  breaks: boolean;
}

/** The next characters that belong together: a line break, a tab, a control, or plain text. */
function pieceAt(text: string, at: number, end: number, column: number, tabSize: number): Taken {
  const char = String.fromCodePoint(text.codePointAt(at)!);
  if (char === '\r' && text[at + 1] === '\n') {
    // CR and LF may be in two cells; the line ends with the LF.
    return at + 1 < end
      ? { piece: { text: '', mark: '⏎' }, width: 1, next: at + 2, breaks: true }
      : { piece: { text: '', mark: '\\r' }, width: 2, next: at + 1, breaks: false };
  }
  if (char === '\n' || char === '\r') return { piece: { text: '', mark: '⏎' }, width: 1, next: at + 1, breaks: true };
  if (char === '\t') {
    return { piece: { text: '\t', mark: '→' }, width: tabSize - (column % tabSize), next: at + 1, breaks: false };
  }
  if (isUnseen(char)) {
    const mark = nameOfUnseen(char);
    return { piece: { text: '', mark }, width: mark.length, next: at + char.length, breaks: false };
  }
  let next = at + char.length;
  while (next < end) {
    const following = String.fromCodePoint(text.codePointAt(next)!);
    if (/[\r\n\t]/.test(following) || isUnseen(following)) break;
    next += following.length;
  }
  return { piece: { text: text.slice(at, next), mark: '' }, width: next - at, next, breaks: false };
}

/** Spaces before a line's end cannot be told from nothing, so they get dots. */
function markTrailingSpaces(lines: Segment[][]): void {
  for (const line of lines) {
    for (const segment of line.toReversed()) {
      const ending = segment.pieces.at(-1)?.mark === '⏎' ? -1 : segment.pieces.length;
      const before = segment.pieces.slice(0, ending);
      const plain = before.findLastIndex(({ text }) => text.trim() !== '' || text === '');
      const last = plain < 0 ? undefined : before[plain];
      const tail = last && last.mark === '' ? last.text.length - last.text.trimEnd().length : 0;
      before.slice(plain + 1).forEach((piece) => {
        if (piece.mark === '') piece.mark = '·'.repeat(piece.text.length);
      });
      if (last && tail > 0) {
        const spaces = last.text.slice(-tail);
        last.text = last.text.slice(0, -tail);
        segment.pieces.splice(plain + 1, 0, { text: spaces, mark: '·'.repeat(tail) });
      }
      if (plain >= 0) break;
    }
  }
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'home' | 'end';

/** The cell that an arrow key leads to: within the text's lines, up and down by column. */
export function neighbour({ cells, lines }: TextLayout, cell: number, step: Step): number {
  if (step === 'left') return Math.max(0, cell - 1);
  if (step === 'right') return Math.min(cells.length - 1, cell + 1);
  const line = lines.findIndex((segments) => segments.some((segment) => segment.cell === cell));
  const own = lines[line]?.filter((segment) => segment.cell !== NO_CELL) ?? [];
  if (own.length === 0) return cell;
  if (step === 'home') return own[0].cell;
  if (step === 'end') return own.at(-1)!.cell;
  const { column } = own.find((segment) => segment.cell === cell)!;
  const direction = step === 'up' ? -1 : 1;
  for (let next = line + direction; next >= 0 && next < lines.length; next += direction) {
    const there = lines[next].filter((segment) => segment.cell !== NO_CELL && segment.cell !== cell);
    if (there.length > 0) return (there.findLast((segment) => segment.column <= column) ?? there[0]).cell;
  }
  return cell;
}
