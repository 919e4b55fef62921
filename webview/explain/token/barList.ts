/** Numbers with bars from a middle or from the left: the largest by size of one reading of a row. */
import { h } from '../../shared/dom';

export interface Bar {
  label: string;
  value: number;
  text: string;
  title: string;
  onPoint(on: boolean): void;
  /** With it, the label is a button. */
  onChoose?(): void;
}

/** Bars are as long as the value's share of `largest`; negative ones have another colour and a minus sign in `text`. */
export function barList(bars: readonly Bar[], largest: number): HTMLElement {
  return h(
    'ul',
    { class: 'bar-list' },
    ...bars.map(({ label, value, text, title, onPoint, onChoose }) => {
      const bar = h('span', { class: value < 0 ? 'bar negative' : 'bar', 'aria-hidden': 'true' });
      bar.style.setProperty('--share', String(largest > 0 ? Math.abs(value) / largest : 0));
      const row = h(
        'li',
        { title, onpointerenter: () => onPoint(true), onpointerleave: () => onPoint(false) },
        onChoose
          ? h('button', { class: 'label link', type: 'button', onclick: onChoose }, label)
          : h('span', { class: 'label' }, label),
        h('span', { class: 'track' }, bar),
        h('span', { class: 'number' }, text),
      );
      return row;
    }),
  );
}
