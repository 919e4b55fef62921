/** “Show Heat in Editor” and “Hide Heat in Editor”: for all panels of this window. */
import * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';

export const SHOW_HEAT = 'attentionExplainer.showHeat';
export const HIDE_HEAT = 'attentionExplainer.hideHeat';

export function registerToggleHeat(panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(SHOW_HEAT, () => panels.showHeat(true)),
    registerCommand(HIDE_HEAT, () => panels.showHeat(false)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('attentionExplainer.editorHeat')) panels.showHeat(panels.heat);
    }),
  );
}
