/** Opens, in the panel that is looked at, what can be done to the head, look or token that it shows. */
import type * as vscode from 'vscode';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';

export function registerIntervene(panels: ExplainPanels): vscode.Disposable {
  return registerCommand('attentionExplainer.intervene', () => panels.nearest()?.intervene());
}
