/** Any heads of a model, to be taken together: a small switch for each, one tab stop for all, arrow keys between them. */
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { standsFor } from '../interventions/things';
import type { HeadRef } from '../state/selection';
import { headName } from '../words';

export interface HeadPicker {
  readonly element: HTMLElement;
  /** Layer by layer. */
  chosen(): HeadRef[];
  /** Of another model none is chosen but `first`. */
  rebuild(layers: number, heads: number, first: HeadRef): void;
}

export function headPicker(changed: () => void): HeadPicker {
  const element = h('div', { class: 'head-picker', role: 'group', 'aria-label': t('Heads that are averaged') });
  let switches: (HeadRef & { element: HTMLElement })[] = [];
  let shape = '';
  let across = 1;

  const isOn = ({ element: one }: { element: HTMLElement }): boolean => one.getAttribute('aria-pressed') === 'true';
  const toggle = (one: HTMLElement): void => {
    one.setAttribute('aria-pressed', String(one.getAttribute('aria-pressed') !== 'true'));
    enter(one);
    changed();
  };
  /** The one that Tab comes to. */
  const enter = (one: HTMLElement): void => {
    for (const other of switches) other.element.tabIndex = other.element === one ? 0 : -1;
  };

  element.addEventListener('keydown', (event) => {
    const at = switches.findIndex((one) => one.element === document.activeElement);
    const row = at - (at % across);
    const to: Record<string, number> = {
      ArrowLeft: Math.max(row, at - 1),
      ArrowRight: Math.min(row + across - 1, at + 1),
      ArrowUp: at - across,
      ArrowDown: at + across,
      Home: row,
      End: row + across - 1,
    };
    if (at < 0 || !Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    const next = switches[to[event.key]]?.element;
    if (!next) return;
    enter(next);
    next.focus();
  });

  return {
    element,
    chosen: () => switches.filter(isOn).map(({ layer, head }) => ({ layer, head })),
    rebuild(layers, heads, first) {
      if (shape === `${layers} ${heads}`) return;
      shape = `${layers} ${heads}`;
      across = heads;
      switches = Array.from({ length: layers * heads }, (_, i) => {
        const [layer, head] = [Math.floor(i / heads), i % heads];
        const name = headName({ layer, head });
        const on = layer === first.layer && head === first.head;
        const one = h('button', {
          type: 'button',
          class: 'head-switch',
          'aria-label': name,
          'aria-pressed': String(on),
          title: name,
          onclick: () => toggle(one),
        });
        return { layer, head, element: standsFor(one, { kind: 'head', layer, head }) };
      });
      const rows = Array.from({ length: layers }, (_, layer) =>
        h(
          'div',
          { class: 'head-switches' },
          h('span', { class: 'layer-number', 'aria-hidden': 'true' }, String(layer)),
          ...switches.slice(layer * heads, (layer + 1) * heads).map((one) => one.element),
        ),
      );
      element.replaceChildren(...rows);
      enter(switches.find(isOn)?.element ?? switches[0].element);
    },
  };
}
