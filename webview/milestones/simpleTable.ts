/** A small table of words, for experiments. */
import { h } from '../shared/dom';

/** Not broken into lines. */
const NUMBER = /^[−+-]?[\d.,]+ ?%?$/;

/** A cell is words, or an element where it can be unfolded. `code`: columns that hold identifiers. */
export function simpleTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (string | HTMLElement)[])[],
  code: readonly number[] = [],
): HTMLElement {
  const cell = (content: string | HTMLElement, column: number): HTMLElement =>
    h('td', { class: code.includes(column) ? 'code' : typeof content === 'string' && NUMBER.test(content) ? 'number' : null }, content); // prettier-ignore
  return h(
    'table',
    { class: 'simple-table' },
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map(cell)))),
  );
}
