/** Numbers with bars from a middle or from the left: the largest by size of one reading of a row. */
import { h } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { standsFor, type Thing } from '../interventions/things';

export interface Bar {
  label: string;
  value: number;
  text: string;
  title: string;
  /** What it is about: it can be cut there. */
  thing?: Thing;
  onPoint(on: boolean): void;
  /** With it, the label is a button. */
  onChoose?(): void;
}

/**
 * Bars are as long as the value's share of `largest`; negative ones have another colour and a minus sign in `text`. Those that
 * stand for a thing are one stop for the keyboard, with the arrow keys between them.
 */
export function barList(bars: readonly Bar[], largest: number): HTMLElement {
  const list = h(
    'ul',
    { class: 'bar-list' },
    ...bars.map(({ label, value, text, title, thing, onPoint, onChoose }) => {
      const row = h(
        'li',
        { title, onpointerenter: () => onPoint(true), onpointerleave: () => onPoint(false) },
        onChoose
          ? h('button', { class: 'label link', type: 'button', onclick: onChoose }, label)
          : h('span', { class: 'label' }, label),
        shareBar(value, { largest }),
        h('span', { class: 'number' }, text),
      );
      return thing ? standsFor(row, thing) : row;
    }),
  );
  // Where labels are buttons, the keyboard has its stops.
  if (bars.some(({ thing, onChoose }) => thing && !onChoose)) keyboardRows(list);
  return list;
}

/** The element’s children are one stop for the keyboard, with the arrow keys between them. */
export function keyboardRows(list: HTMLElement): void {
  const rows = [...list.children] as HTMLElement[];
  rows.forEach((row, i) => (row.tabIndex = i === 0 ? 0 : -1));
  list.addEventListener('keydown', (event) => {
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = to === undefined || at < 0 ? undefined : rows[to];
    if (!next) return;
    event.preventDefault();
    rows[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
