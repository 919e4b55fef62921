/** The setting that says what the heat in the editor shows. */
import * as vscode from 'vscode';
import type { HeatKind } from './heatPalette';

export function heatKind(): HeatKind {
  // settings.json may hold anything, whatever package.json says about its type.
  const value: unknown = vscode.workspace.getConfiguration('attentionExplainer').get('editorHeat');
  return value === 'surprisal' ? 'surprisal' : 'attention';
}
