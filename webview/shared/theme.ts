/** The editor's colours for canvases, which know no CSS variables; and a word when the theme changes. */
import { amber, heatScale, signedScale, type HeatScale, type Rgb } from '../../src/shared/color';

export interface Theme {
  dark: boolean;
  highContrast: boolean;
  background: Rgb;
  foreground: Rgb;
  muted: Rgb;
  accent: Rgb;
  border: Rgb;
  /** Of weights. */
  heat: HeatScale;
  /** Of surprisal and entropy. */
  surprisal: HeatScale;
  /** Of values with a sign. */
  signed: HeatScale;
  /** Families and size of the editor's font. */
  font: string;
  fontSize: number;
}

let current: Theme | undefined;
const listeners = new Set<() => void>();

export function theme(): Theme {
  return (current ??= readTheme());
}

export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

/** Starts to listen; VS Code changes the body's classes and the root's variables when the theme changes. */
export function watchTheme(): void {
  const observer = new MutationObserver(() => {
    current = undefined;
    for (const listener of listeners) listener();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

function readTheme(): Theme {
  const { classList } = document.body;
  const light = classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
  const probe = document.createElement('span');
  document.body.append(probe);
  const color = (name: string, otherwise: Rgb): Rgb => {
    // The browser turns any notation into rgb(…); a missing variable leaves what stands before it.
    probe.style.color = '';
    probe.style.color = `var(${name})`;
    const defined = getComputedStyle(document.documentElement).getPropertyValue(name).trim() !== '';
    return (defined && parseRgb(getComputedStyle(probe).color, otherwise)) || otherwise;
  };
  const background = color('--vscode-editor-background', light ? [255, 255, 255] : [30, 30, 30]);
  const foreground = color('--vscode-editor-foreground', light ? [0, 0, 0] : [212, 212, 212]);
  const muted = color('--vscode-descriptionForeground', foreground);
  const theme: Theme = {
    dark: !light,
    highContrast: classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light'),
    background,
    foreground,
    muted,
    accent: color('--vscode-focusBorder', foreground),
    border: color('--vscode-contrastBorder', color('--vscode-panel-border', muted)),
    heat: heatScale(background, !light),
    surprisal: heatScale(background, !light, amber),
    signed: signedScale(background, !light),
    font: variable('--vscode-editor-font-family') || 'monospace',
    fontSize: parseFloat(variable('--vscode-editor-font-size')) || 13,
  };
  probe.remove();
  return theme;
}

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Half-transparent theme colours are meant over the background they were made for; here they count as opaque. */
function parseRgb(text: string, otherwise: Rgb): Rgb {
  const numbers = /^rgba?\(([^)]*)\)/
    .exec(text)?.[1]
    .match(/[\d.]+/g)
    ?.map(Number);
  if (numbers) return [numbers[0], numbers[1], numbers[2]];
  const linear = /^color\(srgb ([^)]*)\)/
    .exec(text)?.[1]
    .match(/[\d.]+/g)
    ?.map(Number);
  return linear ? [linear[0] * 255, linear[1] * 255, linear[2] * 255] : otherwise;
}
