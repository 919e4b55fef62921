/**
 * The only file that knows @vscode/webview-ui-toolkit, so that another library can take its place in an afternoon.
 * Its badge and a determinate ring set style attributes, which the page's policy forbids: they are not used.
 */
import { releaseStyleElements } from './styleElementGuard';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeRadio,
  vsCodeRadioGroup,
} from '@vscode/webview-ui-toolkit';
import { h, setText } from './dom';

export function registerControls(): void {
  releaseStyleElements();
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing(), vsCodeRadio(), vsCodeRadioGroup());
}

export interface ButtonOptions {
  secondary?: boolean;
  /** A square button with a sign; `label` is its name. */
  sign?: string | SVGElement;
}

export function button(label: string, onClick: () => void, { secondary, sign }: ButtonOptions = {}): HTMLElement {
  const appearance = sign ? 'icon' : secondary ? 'secondary' : 'primary';
  const name = sign ? { 'aria-label': label, title: label } : {};
  return h('vscode-button', { appearance, ...name, onclick: onClick }, sign ?? label);
}

/** Only seen; the words beside it are what is read out. */
export function progressRing(): HTMLElement {
  return h('span', { class: 'ring', 'aria-hidden': 'true' }, h('vscode-progress-ring'));
}

/** One of a few; `label` is read out. */
export function radioGroup<Value extends string>(
  label: string,
  choices: readonly (readonly [Value, string])[],
  chosen: Value,
  onChange: (value: Value) => void,
): { element: HTMLElement; set(value: Value): void; name(texts: readonly string[]): void } {
  const radios = choices.map(([value, text]) => h('vscode-radio', { value, checked: value === chosen }, text));
  const element = h(
    'vscode-radio-group',
    { 'aria-label': label, orientation: 'horizontal', value: chosen },
    ...radios,
  ) as HTMLElement & { value: string };
  element.addEventListener('change', () => onChange(element.value as Value));
  return {
    element,
    set: (value) => {
      if (element.value !== value) element.value = value;
    },
    /** Other words for the choices, in their order. */
    name: (texts) => radios.forEach((radio, i) => setText(radio, texts[i])),
  };
}
