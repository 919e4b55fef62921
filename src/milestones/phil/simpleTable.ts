/** A small table of words. */
import { h } from '../../../webview/shared/dom';

export function simpleTable(caption: string, columns: readonly string[], rows: readonly string[][]): HTMLElement {
  return h(
    'table',
    { class: 'phil-table' },
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
  );
}
