/** What is explained: the selection, else the function or class around the cursor, else the block by indentation, else the line. */
import * as vscode from 'vscode';
import type { Subject } from '../protocol/panelApi';
import { Problem } from '../protocol/problem';
import { charLimit, cutAt, looksBinary } from '../shared/cutText';
import { galleryText } from './gallery';
import { enclosingBlock } from './enclosingBlock';
import { enclosingSymbol } from './enclosingSymbol';

/** A place in a document that can be taken again after edits or a restart. */
export interface Place {
  uri: vscode.Uri;
  range: vscode.Range;
  origin: Subject['origin'];
  symbol?: string;
}

export interface Taken {
  place: Place;
  document: vscode.TextDocument;
  /** Document offset of the text's first character. */
  start: number;
  /** `subject.text` is the beginning of so many characters; less than all where the place is longer than the limit. */
  totalChars: number;
  subject: Subject;
}

/** Whether something is sure to be found without asking for symbols, so that a panel may open at once. */
export function surelyHasSubject(editor: vscode.TextEditor): boolean {
  const { document, selection } = editor;
  return !selection.isEmpty || !document.lineAt(selection.active.line).isEmptyOrWhitespace;
}

/** @throws Problem input-empty */
export async function placeAtCursor(editor: vscode.TextEditor): Promise<Place> {
  const { document, selection } = editor;
  const { uri } = document;
  if (!selection.isEmpty) {
    return { uri, range: new vscode.Range(selection.start, selection.end), origin: 'selection' };
  }
  const position = selection.active;
  const symbol = await enclosingSymbol(document, position);
  if (symbol) return { uri, range: symbol.range, origin: 'symbol', symbol: symbol.name };
  const line = document.lineAt(document.validatePosition(position));
  if (line.isEmptyOrWhitespace) {
    throw new Problem('input-empty', `Line ${line.lineNumber + 1} is empty.`, { line: line.lineNumber + 1 });
  }
  const block = enclosingBlock((at) => document.lineAt(at).text, document.lineCount, line.lineNumber);
  if (!block) return { uri, range: line.range, origin: 'line' };
  return {
    uri,
    range: new vscode.Range(block.first, 0, block.last, document.lineAt(block.last).text.length),
    origin: 'symbol',
  };
}

/** What the editor shows now, in whole lines. */
export function visiblePlace(editor: vscode.TextEditor): Place {
  const { document, visibleRanges } = editor;
  const first = visibleRanges[0]?.start.line ?? 0;
  const last = visibleRanges[visibleRanges.length - 1]?.end.line ?? first;
  const range = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
  return { uri: document.uri, range, origin: 'visible' };
}

/** @throws Problem input-empty, input-binary */
export function takeText(document: vscode.TextDocument, place: Place, maxTokens: number): Taken {
  const range = document.validateRange(place.range);
  const start = document.offsetAt(range.start);
  const totalChars = document.offsetAt(range.end) - start;
  const limit = charLimit(maxTokens);
  // One character more than the limit tells whether the cut divides a pair; the rest of a long document is not copied.
  const read = document.getText(
    new vscode.Range(range.start, document.positionAt(start + Math.min(totalChars, limit + 1))),
  );
  const text = read.slice(0, cutAt(read, limit));
  if (text.length === 0) throw new Problem('input-empty', 'There is no text in this range.');
  if (looksBinary(text)) throw new Problem('input-binary', 'The document is not text.', { file: titleOf(document) });
  return {
    place: { ...place, range },
    document,
    start,
    totalChars,
    subject: {
      title: titleOf(document),
      firstLine: range.start.line + 1,
      // A selection that ends before the first character of a line shows nothing of that line.
      lastLine: range.end.line + (range.end.character === 0 && range.end.line > range.start.line ? 0 : 1),
      ...(range.start.character > 0 && { firstColumn: range.start.character + 1 }),
      origin: place.origin,
      ...(place.symbol === undefined ? {} : { symbol: place.symbol }),
      text,
      tabSize: tabSizeOf(document),
      ...(galleryText(document.uri) && { notice: galleryText(document.uri)!.notice }),
    },
  };
}

export function titleOf(document: vscode.TextDocument): string {
  const name = document.uri.path.split('/').pop() || document.fileName;
  if (document.uri.scheme !== 'vscode-notebook-cell') return name;
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find((candidate) => candidate.document === document);
    if (cell) return `${name} [${cell.index + 1}]`;
  }
  return name;
}

function tabSizeOf(document: vscode.TextDocument): number {
  const uri = document.uri.toString();
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document.uri.toString() === uri);
  const size = editor?.options.tabSize ?? vscode.workspace.getConfiguration('editor', document).get('tabSize');
  return typeof size === 'number' && size > 0 ? size : 4;
}
