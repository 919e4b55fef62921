/** A trace's steps and wrong sums in the document it was read from: a step is selected there, wrong sums are marked. */
import * as vscode from 'vscode';
import { diagnostic, diagnosticCollection } from '../host/diagnostics';
import { openedDocument } from '../host/regularFile';
import type { TracePiece, TraceSource } from '../protocol/reasoning';
import type { WrongSum } from '../protocol/reasoningPanelApi';
import { textColumn } from './columns';
import { placeInText } from './placeInText';

/** Milliseconds after an edit until the marks are looked for again. */
const SETTLED_MS = 400;

export class TraceInEditor implements vscode.Disposable {
  private readonly marks = diagnosticCollection('attentionExplainer.sums');
  /** By panel. */
  private readonly shown = new Map<object, { source: TraceSource; sums: readonly WrongSum[] }>();
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
    const range = rangeOf(document, document.getText(), source, piece);
    if (!range) return false;
    await vscode.window.showTextDocument(document, {
      viewColumn: textColumn(uri),
      preserveFocus: true,
      preview: true,
      selection: range,
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
  }

  private async draw(uriName: string): Promise<void> {
    const uri = vscode.Uri.parse(uriName, true);
    const here = [...this.shown.values()].filter(({ source }) => source.uri === uriName);
    if (here.length === 0) return this.marks.delete(uri);
    let document: vscode.TextDocument;
    try {
      document = await openedDocument(uri);
    } catch {
      return this.marks.delete(uri); // It is gone; the panel still has the trace.
    }
    const text = document.getText();
    const marks = here.flatMap(({ source, sums }) =>
      sums.flatMap((sum) => {
        const range = rangeOf(document, text, source, sum);
        return range ? [diagnostic(range, wordsOf(sum), sum.corrected ? 'information' : 'warning')] : [];
      }),
    );
    this.marks.set(uri, marks);
  }
}

/** `text`: the document's, which is copied once for many pieces. */
function rangeOf(
  document: vscode.TextDocument,
  text: string,
  { line }: TraceSource,
  piece: TracePiece,
): vscode.Range | null {
  const from = document.offsetAt(new vscode.Position(Math.max(0, line - 1), 0));
  // Lines above it may have gone since.
  const place = placeInText(text, from, piece) ?? placeInText(text, 0, piece);
  return place && new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
}

function wordsOf({ text, is, corrected }: WrongSum): string {
  const { t } = vscode.l10n;
  if (is === null) return t('Wrong sum: {0} has no value.', text);
  return corrected
    ? t('Wrong sum, taken back later: {0}; it is {1}.', text, is)
    : t('Wrong sum: {0}; it is {1}.', text, is);
}
