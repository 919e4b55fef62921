/** A trace's steps and wrong sums in the document it was read from: a step is selected there, wrong sums are marked. */
import * as vscode from 'vscode';
import { diagnostic, diagnosticCollection } from '../host/diagnostics';
import { openedDocument } from '../host/regularFile';
import type { TracePiece, TraceSource } from '../protocol/reasoning';
import type { WrongSum } from '../protocol/reasoningPanelApi';
import { textColumn } from './columns';
import { placeInText, placesToMark } from './placeInText';

/** Milliseconds after an edit until the marks are looked for again. */
const SETTLED_MS = 400;

export class TraceInEditor implements vscode.Disposable {
  private readonly marks = diagnosticCollection('attentionExplainer.sums');
  /** By panel. */
  private readonly shown = new Map<object, { source: TraceSource; sums: readonly WrongSum[] }>();
  /** By document: who marks it now. */
  private readonly drawing = new Map<string, object>();
  private timer: NodeJS.Timeout | undefined;
  private readonly edits = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    const uri = document.uri.toString();
    if (![...this.shown.values()].some(({ source }) => source.uri === uri)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(uri), SETTLED_MS);
  });

  /** Whether the piece was found; a document that nobody looks at is opened only where that was asked for. */
  async reveal(source: TraceSource, piece: TracePiece, open: boolean): Promise<boolean> {
    const uri = vscode.Uri.parse(source.uri, true);
    const isSeen = vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === source.uri);
    if (!isSeen && !open) return false;
    const document = await openedDocument(uri);
    const [text, from, pause] = [document.getText(), beginning(document, source), breather()];
    // Lines above it may have gone since.
    const place = (await placeInText(text, from, piece, pause)) ?? (await placeInText(text, 0, piece, pause));
    if (!place) return false;
    await vscode.window.showTextDocument(document, {
      viewColumn: textColumn(uri),
      preserveFocus: true,
      preview: true,
      selection: rangeOf(document, place),
    });
    return true;
  }

  /** The wrong sums that a panel shows; null: none. */
  async mark(panel: object, source: TraceSource | null, sums: readonly WrongSum[]): Promise<void> {
    const before = this.shown.get(panel);
    if (source && sums.length > 0) this.shown.set(panel, { source, sums });
    else this.shown.delete(panel);
    if (before && before.source.uri !== source?.uri) await this.draw(before.source.uri);
    if (source) await this.draw(source.uri);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.edits.dispose();
    this.marks.dispose();
    this.shown.clear();
    this.drawing.clear();
  }

  private async draw(uriName: string): Promise<void> {
    const uri = vscode.Uri.parse(uriName, true);
    const drawing = {};
    this.drawing.set(uriName, drawing);
    const here = [...this.shown.values()].filter(({ source }) => source.uri === uriName);
    if (here.length === 0) {
      this.drawing.delete(uriName);
      return this.marks.delete(uri);
    }
    let document: vscode.TextDocument;
    try {
      document = await openedDocument(uri);
    } catch {
      return this.marks.delete(uri); // It is gone; the panel still has the trace.
    }
    const text = document.getText();
    const pause = breather();
    const marks: vscode.Diagnostic[] = [];
    for (const { source, sums } of here) {
      const places = await placesToMark(text, beginning(document, source), sums, pause);
      // Marked anew meanwhile: that one has the last word.
      if (drawing !== this.drawing.get(uriName)) return;
      places.forEach((place, i) => {
        const level = sums[i].corrected ? 'information' : 'warning';
        if (place) marks.push(diagnostic(rangeOf(document, place), wordsOf(sums[i]), level));
      });
    }
    this.marks.set(uri, marks);
  }
}

/** Where its record begins. */
const beginning = (document: vscode.TextDocument, { line }: TraceSource): number =>
  document.offsetAt(new vscode.Position(Math.max(0, line - 1), 0));

const rangeOf = (document: vscode.TextDocument, { start, end }: { start: number; end: number }): vscode.Range =>
  new vscode.Range(document.positionAt(start), document.positionAt(end));

/** Milliseconds that the extension host is kept at once. */
const KEPT_MS = 20;

function breather(): () => Promise<void> | void {
  let last = performance.now();
  return () => {
    if (performance.now() - last < KEPT_MS) return;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => void (last = performance.now()));
  };
}

function wordsOf({ text, is, corrected }: WrongSum): string {
  const { t } = vscode.l10n;
  if (is === null) return t('Wrong sum: {0} has no value.', text);
  return corrected
    ? t('Wrong sum, taken back later: {0}; it is {1}.', text, is)
    : t('Wrong sum: {0}; it is {1}.', text, is);
}
