/** All open panels: one for each document. */
import * as vscode from 'vscode';
import { looksBinary } from '../shared/cutText';
import { placeAtCursor, surelyHasSubject, titleOf } from '../editor/subject';
import { openPanel } from '../host/webviewPanel';
import { Problem } from '../protocol/problem';
import { ExplainPanel, panelTitle, type PanelServices } from './explainPanel';
import { pageRoot } from './page';
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

  /** Whether the editors show heat. */
  get heat(): boolean {
    return this.heatShown;
  }

  showHeat(on: boolean): void {
    this.heatShown = on;
    void vscode.commands.executeCommand('setContext', HEAT, on);
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
    const { document } = editor;
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
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
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
    panel.onDidDispose(() => {
      if (this.panels.get(uri.toString()) !== added) return;
      this.panels.delete(uri.toString());
      this.places.delete(uri);
      added.dispose();
      this.update();
    });
    this.update();
    return added;
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
