/** “Show Heat in Editor” and “Hide Heat in Editor”: for all panels of this window. */
import * as vscode from 'vscode';
import type { ExplainPanels } from '../panels/explainPanels';

export const SHOW_HEAT = 'attentionExplainer.showHeat';
export const HIDE_HEAT = 'attentionExplainer.hideHeat';

export function registerToggleHeat(panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(SHOW_HEAT, () => panels.showHeat(true)),
    vscode.commands.registerCommand(HIDE_HEAT, () => panels.showHeat(false)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('attentionExplainer.editorHeat')) panels.showHeat(panels.heat);
    }),
  );
}
