/** The same numbers as a table, for those who do not see the picture: made when it is opened, and bounded. */
import { h } from './dom';
import { t } from './l10n';

export interface TableRows {
  /** What the table holds and where it stops. */
  caption: string;
  columns: string[];
  rows: string[][];
}

export interface TableTwin {
  readonly element: HTMLDetailsElement;
  /** What it is about has changed; built anew if it is open. */
  invalidate(): void;
}

/** `build` may wait for the host; a later answer wins. */
export function tableTwin(build: (signal: AbortSignal) => TableRows | null | Promise<TableRows | null>): TableTwin {
  const body = h('div', { class: 'table-body', tabindex: 0, role: 'group', 'aria-label': t('Table') });
  let running: AbortController | undefined;
  const fill = async (): Promise<void> => {
    running?.abort();
    const { signal } = (running = new AbortController());
    try {
      const table = await build(signal);
      if (!signal.aborted) body.replaceChildren(table ? draw(table) : t('There is nothing to show yet.'));
    } catch {
      if (!signal.aborted) body.replaceChildren(t('These numbers could not be computed.'));
    }
  };
  const element = h('details', { class: 'twin' }, h('summary', {}, t('Show as table')), body);
  element.addEventListener('toggle', () => element.open && void fill());
  return {
    element,
    invalidate() {
      if (element.open) void fill();
    },
  };
}

function draw({ caption, columns, rows }: TableRows): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
  );
}
