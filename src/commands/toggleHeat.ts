/** “Show Heat in Editor”, “Hide Heat in Editor”, and what it shows: for all panels of this window. */
import * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import { heatKind } from '../editor/heatKind';
import type { ExplainPanels } from '../panels/explainPanels';
import { SWITCH_HEAT } from '../panels/heatInEditors';

export const SHOW_HEAT = 'attentionExplainer.showHeat';
export const HIDE_HEAT = 'attentionExplainer.hideHeat';

export function registerToggleHeat(panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(SHOW_HEAT, () => panels.showHeat(true)),
    registerCommand(HIDE_HEAT, () => panels.showHeat(false)),
    registerCommand(SWITCH_HEAT, () =>
      vscode.workspace
        .getConfiguration('attentionExplainer')
        .update(
          'editorHeat',
          heatKind() === 'surprisal' ? 'attention' : 'surprisal',
          vscode.ConfigurationTarget.Global,
        ),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('attentionExplainer.editorHeat')) panels.showHeat(panels.heat);
    }),
  );
}
