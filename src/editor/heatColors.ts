/** Decorations for heat on the text: viridis in steps, see-through so that the editor's own colours stay readable. */
import * as vscode from 'vscode';

/** Viridis (van der Walt and Smith) at eight even steps from weak to strong, as in the panel on a dark theme. */
const VIRIDIS = ['440154', '46327e', '365c8d', '277f8e', '1fa187', '4ac16d', 'a0da39', 'fde725'];
export const HEAT_STEPS = VIRIDIS.length;

/** Strong enough to be seen, weak enough for the text to keep a contrast of 4.5 on it. */
const OPACITY = { dark: 0.42, light: 0.5 };

export interface HeatTypes extends vscode.Disposable {
  /** [HEAT_STEPS] */
  fresh: vscode.TextEditorDecorationType[];
  /** For what is left of a text that was changed. */
  stale: vscode.TextEditorDecorationType;
}

export function heatTypes(): HeatTypes {
  const fresh = VIRIDIS.map((_, step) =>
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      dark: { backgroundColor: seeThrough(VIRIDIS[step], OPACITY.dark) },
      // On a light theme the scale is turned round, so that strong is dark.
      light: { backgroundColor: seeThrough(VIRIDIS[HEAT_STEPS - 1 - step], OPACITY.light) },
    }),
  );
  const stale = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    textDecoration: 'underline dotted',
    opacity: '0.75',
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

function seeThrough(hex: string, opacity: number): string {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}
