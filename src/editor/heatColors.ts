/** Decorations for heat on the text. */
import * as vscode from 'vscode';
import { heatPalette } from './heatPalette';

export interface HeatTypes extends vscode.Disposable {
  /** [HEAT_STEPS] */
  fresh: vscode.TextEditorDecorationType[];
  /** For what is left of a text that was changed. */
  stale: vscode.TextEditorDecorationType;
}

export function heatTypes(): HeatTypes {
  const [dark, light] = [heatPalette(false), heatPalette(true)];
  const fresh = dark.map(({ background, color }, step) =>
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      dark: { backgroundColor: background, color },
      light: { backgroundColor: light[step].background, color: light[step].color },
    }),
  );
  const stale = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    // No fading: the text has to stay readable.
    textDecoration: 'underline dotted 2px',
  });
  return { fresh, stale, dispose: () => vscode.Disposable.from(...fresh, stale).dispose() };
}
