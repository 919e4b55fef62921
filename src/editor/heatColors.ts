/** Decorations for heat on the text: under the theme's own colours for code, which stay as they are. */
import * as vscode from 'vscode';
import { css } from '../shared/color';
import { heatPalette, type HeatColor, type HeatKind } from './heatPalette';

export interface HeatTypes extends vscode.Disposable {
  readonly kind: HeatKind;
  /** [HEAT_STEPS] */
  fresh: vscode.TextEditorDecorationType[];
  /** [HEAT_STEPS], for what is left of a text that was changed. */
  stale: vscode.TextEditorDecorationType[];
}

export function heatTypes(kind: HeatKind): HeatTypes {
  const [dark, light] = [heatPalette(kind, false), heatPalette(kind, true)];
  const types = (borderStyle: string): vscode.TextEditorDecorationType[] =>
    dark.map((color, step) =>
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        borderStyle,
        borderWidth: '0 0 2px 0',
        dark: drawn(color),
        light: drawn(light[step]),
      }),
    );
  const [fresh, stale] = [types('solid'), types('dotted')];
  return { kind, fresh, stale, dispose: () => vscode.Disposable.from(...fresh, ...stale).dispose() };
}

function drawn({ own, tint }: HeatColor): vscode.ThemableDecorationRenderOptions {
  return { backgroundColor: `rgba(${own.join(', ')}, ${tint.toFixed(3)})`, borderColor: css(own) };
}
