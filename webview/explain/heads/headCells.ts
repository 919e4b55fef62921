/** The cells over the small maps: what is pointed at, focused and read out. */
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { standsFor } from '../interventions/things';
import type { HeadRef } from '../state/selection';

export interface HeadCells {
  layers: number;
  heads: number;
  rows: HTMLElement[];
  all: { layer: number; head: number; element: HTMLElement }[]; // row by row
  /** Where a head stands: its index in `all`; −1: nowhere. */
  indexOf(head: HeadRef): number;
  at(head: HeadRef): HTMLElement | undefined;
  /** Which head an element of the grid belongs to. */
  of(element: Element): HeadRef | undefined;
}

/** `ranked`: all heads in the order of a role; null: a row for each layer. */
export function headCells(layers: number, heads: number, ranked: readonly HeadRef[] | null = null): HeadCells {
  const all: HeadCells['all'] = [];
  const columns = Array.from({ length: heads }, (_, head) =>
    h(
      'span',
      {
        class: 'head-label',
        role: 'columnheader',
        'aria-label': ranked ? t('place {0} in the row', head + 1) : t('head {0}', head),
      },
      ranked ? '·' : String(head),
    ),
  );
  const corner = h(
    'span',
    { class: 'corner', role: 'columnheader' },
    h('span', { class: 'only-read-out' }, ranked ? t('Rank') : t('Layer')),
  );
  const rows = [h('div', { class: 'head-row heads', role: 'row' }, corner, ...columns)];
  for (let row = 0; row < layers; row++) {
    const label = ranked ? t('from rank {0} on', row * heads + 1) : t('layer {0}', row);
    const rowLabel = h(
      'span',
      { class: 'layer-label', role: 'rowheader', 'aria-label': label },
      String(ranked ? row * heads + 1 : row),
    );
    if (!ranked) standsFor(rowLabel, { kind: 'layer', layer: row });
    const element = h('div', { class: 'head-row', role: 'row' }, rowLabel);
    for (let column = 0; column < heads; column++) {
      const { layer, head } = ranked ? ranked[row * heads + column] : { layer: row, head: column };
      const cell = h('div', {
        class: 'head-cell',
        role: 'gridcell',
        'aria-selected': 'false',
        'data-layer': layer,
        'data-head': head,
      });
      standsFor(cell, { kind: 'head', layer, head });
      cell.append(
        h('span', { class: 'cell-name', 'aria-hidden': 'true', 'data-mark': `L${layer}H${head}` }),
        h('span', { class: 'cell-role', 'aria-hidden': 'true' }),
        h('span', { class: 'cell-score', 'aria-hidden': 'true' }),
      );
      all.push({ layer, head, element: cell });
      element.append(cell);
    }
    rows.push(element);
  }
  const places = new Map(all.map(({ layer, head }, index) => [layer * heads + head, index]));
  const indexOf = ({ layer, head }: HeadRef): number => (head < heads ? (places.get(layer * heads + head) ?? -1) : -1);
  return {
    layers,
    heads,
    rows,
    all,
    indexOf,
    at: (head) => all[indexOf(head)]?.element,
    of(element) {
      const cell = element.closest<HTMLElement>('.head-cell');
      return cell ? { layer: Number(cell.dataset.layer), head: Number(cell.dataset.head) } : undefined;
    },
  };
}
