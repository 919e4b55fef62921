/** Cancels the explanation that is under way. */
import type * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';

export const CANCEL = 'attentionExplainer.cancel';

export function registerCancel(panels: ExplainPanels): vscode.Disposable {
  return registerCommand(CANCEL, () => panels.cancel());
}
