/** All open panels: one for each document. */
import * as vscode from 'vscode';
import { looksBinary } from '../shared/cutText';
import { panelColumn } from '../editor/columns';
import { watchMovedDocuments } from '../editor/movedDocuments';
import { placeAtCursor, surelyHasSubject, titleOf } from '../editor/subject';
import { showInformation } from '../host/messages';
import { openPanel } from '../host/webviewPanel';
import { Problem } from '../protocol/problem';
import { ExplainPanel, type PanelServices } from './explainPanel';
import { panelTitle } from './panelTitle';
import { pageRoot } from './page';
import { HeatInEditors } from './heatInEditors';
import type { SavedPlaces } from './savedPlaces';

export const VIEW_TYPE = 'attentionExplainer.explain';
const BUSY = 'attentionExplainer.busy';
const OPEN = 'attentionExplainer.open';
const HEAT = 'attentionExplainer.heat';

export class ExplainPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, ExplainPanel>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** A panel came, went or changed. */
  readonly onDidChange = this.changed.event;
  private busy = false;
  private any = false;
  private heatShown = false;

  constructor(
    private readonly services: PanelServices,
    private readonly places: SavedPlaces,
  ) {}

  private readonly moves = watchMovedDocuments(() => [...this.panels.keys()].map((uri) => vscode.Uri.parse(uri)), {
    hasTextOf: (uri, document) => this.of(uri)?.isExplainedIn(document) ?? false,
    moved: (from, to) => this.documentMoved(from, to),
    lost: (uri) => this.of(uri)?.documentLost(uri),
  });

  private readonly heatInEditors = new HeatInEditors(({ uri }) => this.of(uri)?.heat);

  /** Whether the editors show heat. */
  get heat(): boolean {
    return this.heatShown;
  }

  showHeat(on: boolean): void {
    this.heatShown = on;
    this.places.heat = on;
    void vscode.commands.executeCommand('setContext', HEAT, on);
    this.heatInEditors.enable(on);
    for (const panel of this.panels.values()) {
      panel.heat.enable(on);
      void panel.heat.refresh();
    }
  }

  get size(): number {
    return this.panels.size;
  }

  of(uri: vscode.Uri): ExplainPanel | undefined {
    return this.panels.get(uri.toString());
  }

  /** Opens the document's panel beside the editor, or takes the one that is there. @throws Problem */
  async explain(editor: vscode.TextEditor): Promise<void> {
    const { document, selections } = editor;
    if (selections.length > 1 && !selections[0].isEmpty) {
      void showInformation(
        vscode.l10n.t('{0} texts are selected; the first that you selected is explained.', selections.length),
      );
    }
    const head = document.getText(new vscode.Range(new vscode.Position(0, 0), document.positionAt(8192)));
    if (looksBinary(head)) throw new Problem('input-binary', 'The document is not text.', { file: titleOf(document) });
    if (surelyHasSubject(editor)) {
      await this.open(document).explain(() => placeAtCursor(editor));
    } else {
      // Whether there is anything to explain is known only after the symbols; no panel opens for nothing.
      const place = await placeAtCursor(editor);
      await this.open(document).explain(() => place);
    }
  }

  /** The editor that the active panel explains, for commands that are given while the panel has the focus. */
  editorOfActivePanel(): vscode.TextEditor | undefined {
    const uri = [...this.panels.values()].find(({ panel }) => panel.active)?.place?.uri.toString();
    return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
  }

  /** The active panel, else that of the active editor's document, else the only one. */
  nearest(): ExplainPanel | undefined {
    const all = [...this.panels.values()];
    const editor = vscode.window.activeTextEditor;
    return (
      all.find(({ panel }) => panel.active) ??
      (editor && this.of(editor.document.uri)) ??
      (all.length === 1 ? all[0] : undefined)
    );
  }

  /** Called by VS Code when a panel of the last session is looked at again. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const place = this.places.claim(panel.title);
    if (!place || this.of(place.uri)) return panel.dispose();
    panel.webview.options = this.pageOptions();
    if (this.places.heat && !this.heatShown) this.showHeat(true);
    const restored = this.add(place.uri, panel);
    // Not awaited: VS Code waits for the panel, not for the explanation.
    void restored.explain(() => place);
  }

  /** The active panel's run, else that of the active editor's document, else every one. */
  cancel(): void {
    const all = [...this.panels.values()];
    const editor = vscode.window.activeTextEditor;
    const nearest = all.find(({ panel }) => panel.active) ?? (editor && this.of(editor.document.uri));
    for (const panel of nearest?.busy ? [nearest] : all) panel.cancel();
  }

  modelChanged(): void {
    for (const panel of this.panels.values()) panel.modelChanged();
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
    this.panels.clear();
    this.moves.dispose();
    this.heatInEditors.dispose();
    this.changed.dispose();
  }

  private open(document: vscode.TextDocument): ExplainPanel {
    const existing = this.of(document.uri);
    if (existing) {
      existing.panel.reveal(undefined, true);
      return existing;
    }
    const panel = openPanel(
      VIEW_TYPE,
      panelTitle(document),
      { viewColumn: panelColumn(), preserveFocus: true },
      { ...this.pageOptions(), enableFindWidget: true },
    );
    return this.add(document.uri, panel);
  }

  private add(uri: vscode.Uri, panel: vscode.WebviewPanel): ExplainPanel {
    panel.iconPath = vscode.Uri.joinPath(this.services.extensionUri, 'media', 'icon.png');
    const added = new ExplainPanel(panel, this.services);
    this.panels.set(uri.toString(), added);
    added.heat.enable(this.heatShown);
    added.onDidChange(() => this.update(added));
    added.heat.onDidChange(() => this.heatInEditors.update());
    panel.onDidDispose(() => {
      const known = [...this.panels].find(([, one]) => one === added)?.[0];
      if (known === undefined) return;
      this.panels.delete(known);
      this.places.delete(vscode.Uri.parse(known));
      added.dispose();
      this.update();
    });
    this.update();
    return added;
  }

  /** Its panel goes on about the document that has taken its place. */
  private documentMoved(from: vscode.Uri, to: vscode.TextDocument): void {
    const panel = this.of(from);
    // The other document has a panel of its own.
    if (!panel || this.of(to.uri)) return;
    this.panels.delete(from.toString());
    this.places.delete(from);
    this.panels.set(to.uri.toString(), panel);
    panel.documentMoved(to);
  }

  private update(panel?: ExplainPanel): void {
    if (panel?.place) this.places.set(panel.panel.title, panel.place);
    const busy = [...this.panels.values()].some((candidate) => candidate.busy);
    if (busy !== this.busy) void vscode.commands.executeCommand('setContext', BUSY, busy);
    this.busy = busy;
    const any = this.panels.size > 0;
    if (any !== this.any) void vscode.commands.executeCommand('setContext', OPEN, any);
    this.any = any;
    this.changed.fire();
  }

  private pageOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [pageRoot(this.services.extensionUri)] };
  }
}
