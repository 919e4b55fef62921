/** Decorations for heat on the text. */
import * as vscode from 'vscode';
import { HEAT_STEPS, heatPalette } from './heatPalette';

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

/** Step of a value, as the panel's colours: a square root, so that small weights stay visible. undefined: nothing. */
export function heatStep(value: number, largest: number): number | undefined {
  if (!(value > 0) || !(largest > 0)) return undefined;
  const place = Math.sqrt(Math.min(1, value / largest));
  const step = Math.floor(place * HEAT_STEPS);
  return step === 0 ? undefined : Math.min(HEAT_STEPS - 1, step);
}
