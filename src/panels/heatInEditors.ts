/** What goes with the heat in the editors while it is on: hovers, a word in the status bar, and nothing else that highlights. */
import * as vscode from 'vscode';
import type { EditorHeat } from '../editor/editorHeat';
import { heatMeaning, placedToken, shortHead } from '../editor/heatWords';
import { tokenHover } from '../editor/tokenHover';
import { withoutWordHighlights } from '../editor/wordHighlights';
import { registerHover, type PlainHover } from '../host/hover';
import { StatusItem } from '../host/statusItem';

export const SWITCH_HEAT = 'attentionExplainer.switchHeat';

export class HeatInEditors implements vscode.Disposable {
  private on: { item: StatusItem; rest: vscode.Disposable } | undefined;

  /** `of`: the heat on a document's text, if there is any. */
  constructor(private readonly of: (document: vscode.TextDocument) => EditorHeat | undefined) {}

  enable(on: boolean): void {
    if (!on) {
      this.on?.rest.dispose();
      this.on = undefined;
    } else if (!this.on) {
      const item = new StatusItem({
        id: 'attentionExplainer.heat',
        name: vscode.l10n.t('Heat of Attention Explainer'),
        tooltip: vscode.l10n.t('Which colours the editor shows. Click to change between attention and surprisal.'),
        command: SWITCH_HEAT,
      });
      const rest = vscode.Disposable.from(
        item,
        registerHover(this.hover),
        withoutWordHighlights((document, position) => {
          const shown = this.of(document)?.shown;
          return shown !== undefined && shown.link.tokenAt(position) !== undefined;
        }),
        vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      );
      this.on = { item, rest };
      this.update();
    }
  }

  /** The heat has changed. */
  update(): void {
    if (!this.on) return;
    const { item } = this.on;
    const editor = vscode.window.activeTextEditor;
    const shown = editor && this.of(editor.document)?.shown;
    if (!shown) return item.hide();
    const { kind, link, look } = shown;
    const { t } = vscode.l10n;
    const place = placedToken(link, look.token);
    const attention = look.direction === 'from' ? `${shortHead(look)} ${place} →` : `${shortHead(look)} → ${place}`;
    item.show('flame', kind === 'surprisal' ? t('Surprisal') : attention, heatMeaning(shown));
  }

  dispose(): void {
    this.enable(false);
  }

  private readonly hover = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    cancelled: vscode.CancellationToken,
  ): Promise<PlainHover | undefined> => {
    const heat = this.of(document);
    const { shown } = heat ?? {};
    if (!heat || !shown) return undefined;
    const asking = new AbortController();
    const subscription = cancelled.onCancellationRequested(() => asking.abort());
    try {
      return await tokenHover(shown, heat.source, position, asking.signal);
    } catch {
      // The panel tells what is wrong.
      return undefined;
    } finally {
      subscription.dispose();
    }
  };
}
