/** Cuts of one kind as a list: what was cut, its weight, its two effects as bars, what else it did, and the cut itself. */
import type { Edit } from '../../../src/protocol/edit';
import { h } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { t } from '../../shared/l10n';
import { percent, signedDecimal } from '../../shared/numbers';
import { button } from '../../shared/toolkit';
import { worded } from '../chips';
import { standsFor, type Thing } from '../interventions/things';

/** One line of the list: what was cut, and what that did. */
export interface Line {
  name: string;
  weight: number | null;
  direct: number;
  total: number;
  /** Words behind the bars. */
  beside: string;
  mark: string;
  edits: Edit[];
  thing: Thing;
  look(): void;
}

/** `cut`: puts it in force. */
export function lineList(
  cut: (...edits: Edit[]) => void,
  name: string,
  heading: string,
  lines: readonly Line[],
  floor: number,
): HTMLElement {
  const largest = Math.max(...lines.map(({ direct, total }) => Math.max(Math.abs(direct), Math.abs(total))), 1e-9);
  const number = (value: number): string =>
    Math.abs(value) <= floor && value !== 0 ? t('< floor') : signedDecimal(value);
  return h(
    'div',
    { 'data-reading': name },
    h('h3', {}, heading),
    h(
      'table',
      { class: 'receipt-table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          ...[t('weight'), t('direct'), t('total')].map((head) => h('th', { scope: 'col' }, head)),
          h('td', {}),
          h('td', {}),
        ),
      ),
      h(
        'tbody',
        {},
        ...lines.map((line) =>
          standsFor(
            h(
              'tr',
              {},
              h(
                'th',
                { scope: 'row' },
                h('button', { type: 'button', class: 'receipt-name', onclick: line.look }, line.name),
              ),
              h('td', {}, line.weight === null ? '' : percent(line.weight)),
              h('td', {}, shareBar(line.direct, { largest }), number(line.direct)),
              h('td', {}, shareBar(line.total, { largest }), number(line.total)),
              h('td', { class: 'receipt-beside' }, line.mark, ' ', ...worded(line.beside)),
              h(
                'td',
                {},
                button(t('Cut'), () => cut(...line.edits), { secondary: true }),
              ),
            ),
            line.thing,
          ),
        ),
      ),
    ),
  );
}
