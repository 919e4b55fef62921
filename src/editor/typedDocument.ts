/** A text that was typed in a panel, as a document that no editor shows: what follows documents can follow it. */
import * as vscode from 'vscode';
import type { Taken } from './subject';
import { charLimit, cutAt } from '../shared/cutText';

const SCHEME = 'attention-explainer-typed';

export const isTyped = ({ uri }: { uri: vscode.Uri }): boolean => uri.scheme === SCHEME;

/** `text` is cut where it is longer than the limit, as a document's is. */
export function typedText(whole: string, maxTokens: number, tabSize: number): Taken {
  const document = new TypedDocument(whole) as unknown as vscode.TextDocument;
  const text = whole.slice(0, cutAt(whole, charLimit(maxTokens)));
  const range = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
  return {
    place: { uri: document.uri, range, origin: 'typed' },
    document,
    start: 0,
    totalChars: whole.length,
    subject: {
      title: vscode.l10n.t('Your own text'),
      firstLine: 1,
      lastLine: range.end.line + 1,
      origin: 'typed',
      text,
      tabSize,
    },
  };
}

/** What is asked of a document here; line breaks are \n, as a text field gives them. */
class TypedDocument {
  readonly uri = vscode.Uri.from({ scheme: SCHEME, path: '/text' });
  readonly eol = vscode.EndOfLine.LF;
  readonly languageId = 'plaintext';
  private readonly lines: string[];
  private readonly starts: number[];

  constructor(private readonly text: string) {
    this.lines = text.split('\n');
    let at = 0;
    this.starts = this.lines.map((line) => {
      const start = at;
      at += line.length + 1;
      return start;
    });
  }

  get lineCount(): number {
    return this.lines.length;
  }

  positionAt(offset: number): vscode.Position {
    // Asked for every token of the text: by halves.
    let line = 0;
    for (let end = this.starts.length; end - line > 1;) {
      const middle = (line + end) >> 1;
      if (this.starts[middle] <= offset) line = middle;
      else end = middle;
    }
    return new vscode.Position(line, Math.min(offset - this.starts[line], this.lines[line].length));
  }

  offsetAt({ line, character }: vscode.Position): number {
    return this.starts[line] + Math.min(character, this.lines[line].length);
  }

  getText(range?: vscode.Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  lineAt(line: number): { text: string; range: vscode.Range } {
    const text = this.lines[line];
    return { text, range: new vscode.Range(line, 0, line, text.length) };
  }

  /** No language knows its words. */
  getWordRangeAtPosition(): undefined {
    return undefined;
  }
}
