/**
 * The same numbers as a table, for those who do not see the picture: made when it is opened, and bounded. A file gets the
 * same table with all its rows, and the numbers behind the words.
 */
import { h } from './dom';
import { t } from './l10n';

export interface TableRows {
  /** What the table holds and where it stops. */
  caption: string;
  columns: string[];
  rows: Cell[][];
}

/**
 * Words, or a number with the words that the page has for it; `title` is said on hover. `both`: a file gets the words, and the
 * number in a column of its own.
 */
export type Cell = string | { value: number; text: string; title?: string; both?: boolean };

export const cell = (value: number, words: (value: number) => string = String): Cell => ({ value, text: words(value) });

/** With a column more behind each whose numbers a file gets as well as their words. */
export function forFile({ caption, columns, rows }: TableRows): TableRows {
  const isBoth = columns.map((_, at) => rows.some((cells) => typeof cells[at] === 'object' && cells[at].both === true));
  const spread = (one: Cell, at: number): Cell[] => {
    if (!isBoth[at]) return [one];
    return typeof one === 'string' ? [one, ''] : [one.text, cell(one.value)];
  };
  return {
    caption,
    columns: columns.flatMap((column, at) => (isBoth[at] ? [column, t('{0}: index', column)] : [column])),
    rows: rows.map((cells) => cells.flatMap(spread)),
  };
}

/** `all`: without the bound that keeps a page quick. */
export type BuildTable = (signal: AbortSignal, all: boolean) => TableRows | null | Promise<TableRows | null>;

export interface TableTwin {
  readonly element: HTMLDetailsElement;
  /** What it is about has changed; built anew if it is open. */
  invalidate(): void;
  /** The whole table, for a file. */
  all(signal: AbortSignal): TableRows | null | Promise<TableRows | null>;
}

/** `build` may wait for the host; a later answer wins. */
export function tableTwin(build: BuildTable): TableTwin {
  const body = h('div', { class: 'table-body', tabindex: 0, role: 'group', 'aria-label': t('Table') });
  let running: AbortController | undefined;
  const fill = async (): Promise<void> => {
    running?.abort();
    const { signal } = (running = new AbortController());
    try {
      const table = await build(signal, false);
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
    all: (signal) => build(signal, true),
  };
}

function draw({ caption, columns, rows }: TableRows): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
    h(
      'tbody',
      {},
      ...rows.map((cells) =>
        h(
          'tr',
          {},
          ...cells.map((one) => (typeof one === 'string' ? h('td', {}, one) : h('td', { title: one.title }, one.text))),
        ),
      ),
    ),
  );
}
