/** A small table of words, for experiments. */
import { h } from '../shared/dom';

/** `code`: columns that hold identifiers. */
export function simpleTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  code: readonly number[] = [],
): HTMLElement {
  const cell = (text: string, column: number): HTMLElement =>
    h('td', { class: code.includes(column) ? 'code' : null }, text);
  return h(
    'table',
    { class: 'simple-table' },
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map(cell)))),
  );
}
