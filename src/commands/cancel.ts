/** Cancels the explanation that is under way. */
import * as vscode from 'vscode';
import type { ExplainPanels } from '../panels/explainPanels';

export const CANCEL = 'attentionExplainer.cancel';

export function registerCancel(panels: ExplainPanels): vscode.Disposable {
  return vscode.commands.registerCommand(CANCEL, () => panels.cancel());
}
