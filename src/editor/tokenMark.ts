/** How a token's characters are marked in the editor: with the theme's own colours, high contrast included. */
import * as vscode from 'vscode';

let decoration: vscode.TextEditorDecorationType | undefined;

/** Made when the first mark is needed; one for all panels. */
export function tokenMark(): vscode.TextEditorDecorationType {
  decoration ??= vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    outline: '1px solid',
    outlineColor: new vscode.ThemeColor('focusBorder'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  return decoration;
}

export function disposeTokenMark(): void {
  decoration?.dispose();
  decoration = undefined;
}
