/** Between an explained text and the editors that show its document: marks, the cursor, and edits made since. */
import * as vscode from 'vscode';
import type { PanelToken } from '../protocol/explanation';
import { textColumn } from './columns';
import { FollowedText } from './followedText';
import type { Taken } from './subject';
import { tokenAt } from './tokenSpans';
import { tokenMark } from './tokenMark';

export class EditorLink implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly queries = new vscode.EventEmitter<number>();
  private readonly staleness = new vscode.EventEmitter<boolean>();
  private readonly edits = new vscode.EventEmitter<void>();
  /** The cursor has moved into this token. */
  readonly onQuery = this.queries.event;
  /** The explained characters were changed, or are as they were again. */
  readonly onStale = this.staleness.event;
  /** The document was changed, and everything here is about it as it is now. */
  readonly onEdited = this.edits.event;

  private uriName: string;
  /** The explained text. */
  readonly text: string;
  private readonly followed: FollowedText;
  /** Characters of the taken range that were cut off behind the explained text. */
  private readonly cutOff: number;
  private document: vscode.TextDocument;
  private endOfLine: vscode.EndOfLine;
  private positions: vscode.Range;
  private query: number | undefined;
  private marked: number | undefined;

  private drawn = false;

  /** Empty until the model has read the text. */
  tokens: readonly PanelToken[] = [];

  constructor(taken: Taken) {
    this.document = taken.document;
    this.uriName = taken.document.uri.toString();
    this.text = taken.subject.text;
    this.endOfLine = taken.document.eol;
    this.cutOff = taken.totalChars - taken.subject.text.length;
    this.followed = new FollowedText(taken.subject.text, taken.start);
    this.positions = this.toRange(this.followed.range);
    this.disposables.push(
      this.queries,
      this.staleness,
      this.edits,
      vscode.workspace.onDidChangeTextDocument((event) => this.edited(event)),
      vscode.workspace.onDidOpenTextDocument((document) => this.reopened(document)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.cursorMoved(event)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
    );
  }

  get uri(): vscode.Uri {
    return this.document.uri;
  }

  get stale(): boolean {
    return this.followed.stale;
  }

  /**
   * The first token that may be another one after the edits, and with it all behind it: what a token is told depends on
   * those before it only. The number of tokens where nothing was changed.
   */
  get firstStale(): number {
    if (!this.stale) return this.tokens.length;
    // A token that ends where the text was changed may have grown.
    const first = this.tokens.findIndex(({ charEnd }) => charEnd >= this.followed.unchanged);
    return first < 0 ? this.tokens.length : first;
  }

  /** The taken range as it stands now, with what was cut off behind the explained text. */
  get range(): vscode.Range {
    const { from, to } = this.followed.range;
    return this.toRange({ from, to: to + this.cutOff });
  }

  /** Where the token's characters stand now; undefined where they were changed. */
  rangeOf(token: number): vscode.Range | undefined {
    const span = this.tokens[token];
    if (!span || span.charEnd <= span.charStart) return undefined;
    const place = this.followed.toDocument(span.charStart, span.charEnd);
    return place && this.toRange(place);
  }

  /** The token at a position of the document; undefined outside the text or where it was changed. */
  tokenAt(position: vscode.Position): number | undefined {
    const char = this.followed.fromDocument(this.document.offsetAt(position));
    return char === undefined ? undefined : tokenAt(this.tokens, char);
  }

  /** Tokens that touch these characters of the document, rising; none where the text was changed. */
  tokensIn(range: vscode.Range): number[] {
    const [start, end] = [range.start, range.end].map((at) => this.followed.fromDocument(this.document.offsetAt(at)));
    if (start === undefined || end === undefined) return [];
    return this.tokens.flatMap(({ charStart, charEnd }, token) => (charStart < end && charEnd > start ? [token] : []));
  }

  /** Characters of the explained text that this range of the document covers; undefined where none or changed. */
  charsIn(range: vscode.Range): { start: number; end: number } | undefined {
    const part = range.intersection(this.range);
    if (!part || part.isEmpty) return undefined;
    const [start, end] = [part.start, part.end].map((at) => this.followed.fromDocument(this.document.offsetAt(at)));
    return start === undefined || end === undefined ? undefined : { start, end };
  }

  lineEnd(line: number): vscode.Position {
    return this.document.lineAt(Math.min(line, this.document.lineCount - 1)).range.end;
  }

  lineText(line: number): string {
    return this.document.lineAt(line).text.trim();
  }

  /** Where characters [start, end) of the explained text stand now; undefined where they were changed. */
  rangeOfChars(start: number, end: number): vscode.Range | undefined {
    const place = this.followed.toDocument(start, end);
    return place && this.toRange(place);
  }

  wordAt(position: vscode.Position): vscode.Range | undefined {
    return this.document.getWordRangeAtPosition(position);
  }

  mark(token: number | null): void {
    this.marked = token ?? undefined;
    this.draw();
  }

  /** Moves the cursor in front of the token and shows it. */
  async reveal(token: number): Promise<void> {
    const range = this.rangeOf(token);
    if (!range) return;
    // The move comes back as a cursor event, which should not ask about a neighbour that shares the character.
    this.query = token;
    const { uri } = this;
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: textColumn(uri), preserveFocus: false });
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.mark(null);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.toString() !== this.uriName) return;
    const before = this.followed.stale;
    if (document.eol !== this.endOfLine) {
      // Every offset has moved, no position has.
      this.endOfLine = document.eol;
      const { start, end } = this.positions;
      this.followed.place(document.offsetAt(start), document.offsetAt(end), this.read);
    } else if (contentChanges.length > 0) {
      this.followed.apply(contentChanges, this.read);
    }
    this.afterChange(before);
  }

  /** A document that was closed and opened again is another object, perhaps with other text. */
  private reopened(document: vscode.TextDocument): void {
    if (document.uri.toString() !== this.uriName || document === this.document) return;
    this.document = document;
    this.endOfLine = document.eol;
    this.resync();
  }

  /** The same text is another document now: its file was renamed, or it was saved to one. */
  moveTo(document: vscode.TextDocument): void {
    this.document = document;
    this.uriName = document.uri.toString();
    this.endOfLine = document.eol;
    this.resync();
  }

  private resync(): void {
    const before = this.followed.stale;
    const { from, to } = this.followed.range;
    this.followed.place(from, to, this.read);
    // Not where it was: the whole document is searched once.
    const end = this.document.lineAt(this.document.lineCount - 1).range.end;
    if (this.followed.stale) this.followed.place(0, this.document.offsetAt(end), this.read);
    if (this.followed.stale) this.followed.place(from, to, this.read);
    this.afterChange(before);
  }

  private afterChange(before: boolean): void {
    this.positions = this.toRange(this.followed.range);
    if (this.followed.stale !== before) this.staleness.fire(this.followed.stale);
    this.draw();
    this.edits.fire();
  }

  private cursorMoved({ textEditor, selections }: vscode.TextEditorSelectionChangeEvent): void {
    if (textEditor.document.uri.toString() !== this.uriName) return;
    const token = this.tokenAt(selections[0].active);
    if (token === undefined || this.isSameCharacter(token, this.query)) return;
    this.query = token;
    this.queries.fire(token);
  }

  private isSameCharacter(token: number, other: number | undefined): boolean {
    return other !== undefined && this.tokens[token].charStart === this.tokens[other].charStart;
  }

  private draw(): void {
    const range = this.marked === undefined ? undefined : this.rangeOf(this.marked);
    // The decoration is shared: a link without a mark leaves other links' marks alone.
    if (!range && !this.drawn) return;
    for (const editor of this.editors()) editor.setDecorations(tokenMark(), range ? [range] : []);
    this.drawn = range !== undefined;
  }

  /** The visible editors of the document. */
  editors(): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === this.uriName);
  }

  private readonly read = (from: number, to: number): string => this.document.getText(this.toRange({ from, to }));

  private toRange({ from, to }: { from: number; to: number }): vscode.Range {
    return new vscode.Range(this.document.positionAt(from), this.document.positionAt(to));
  }
}
