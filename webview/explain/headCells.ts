/** The cells over the small maps: what is pointed at, focused and read out. */
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { HeadRef } from './selection';

export interface HeadCells {
  layers: number;
  heads: number;
  rows: HTMLElement[];
  all: { layer: number; head: number; element: HTMLElement }[];
  at(head: HeadRef): HTMLElement | undefined;
  /** Which head an element of the grid belongs to. */
  of(element: Element): HeadRef | undefined;
}

export function headCells(layers: number, heads: number): HeadCells {
  const all: HeadCells['all'] = [];
  const rows = [
    h(
      'div',
      { class: 'head-row heads', role: 'row' },
      h('span', { class: 'corner', role: 'columnheader', 'aria-label': t('Layer') }),
      ...Array.from({ length: heads }, (_, head) =>
        h('span', { class: 'head-label', role: 'columnheader', 'aria-label': t('head {0}', head) }, String(head)),
      ),
    ),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const row = h(
      'div',
      { class: 'head-row', role: 'row' },
      h('span', { class: 'layer-label', role: 'rowheader', 'aria-label': t('layer {0}', layer) }, String(layer)),
    );
    for (let head = 0; head < heads; head++) {
      const element = h('div', {
        class: 'head-cell',
        role: 'gridcell',
        'aria-selected': 'false',
        'data-layer': layer,
        'data-head': head,
      });
      all.push({ layer, head, element });
      row.append(element);
    }
    rows.push(row);
  }
  return {
    layers,
    heads,
    rows,
    all,
    at: ({ layer, head }) => (head < heads ? all[layer * heads + head]?.element : undefined),
    of(element) {
      const cell = element.closest<HTMLElement>('.head-cell');
      return cell ? { layer: Number(cell.dataset.layer), head: Number(cell.dataset.head) } : undefined;
    },
  };
}
