/** How much of each cut travels through other experts being chosen: three runs of it, and which routers flipped. */
import { parseEdit } from '../../../src/protocol/editText';
import type { Receipt, RoutingReceipt } from '../../../src/protocol/receipts';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { signedDecimal } from '../../shared/numbers';
import { worded } from '../chips';
import { editWords } from '../interventions/editWords';
import type { Run } from '../state/run';

const SHOWN = 12;

/** Those whose re-choosing does most. */
export function routingTable(run: Run, { routing }: Pick<Receipt, 'routing'>): HTMLElement {
  const order = [...routing].sort((a, b) => Math.abs(rechosen(b)) - Math.abs(rechosen(a)));
  const flipping = routing.filter(({ flips }) => flips.length > 0).length;
  return h(
    'div',
    { 'data-reading': 'routing' },
    h('h3', {}, t('Through other experts being chosen')),
    h(
      'p',
      { class: 'hint' },
      t(
        'Each cut in three runs: experts and weights as they were; the same experts, their weights computed again; all free. Only the last step is re-choosing. {0} of {1} cuts flip a router.',
        flipping,
        routing.length,
      ),
    ),
    h(
      'table',
      { class: 'receipt-table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, t('Cut')),
          ...[t('as they were'), t('weights again'), t('all free'), t('re-choosing'), t('Routers that flip')].map(
            (head) => h('th', { scope: 'col' }, head),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        ...order
          .slice(0, SHOWN)
          .map((cut) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row', title: cut.edit }, ...worded(editWords(parseEdit(cut.edit), run))),
              ...[cut.frozen, cut.ids, cut.free, rechosen(cut)].map((value) => h('td', {}, signedDecimal(value))),
              h('td', { class: 'receipt-beside' }, flipWords(cut)),
            ),
          ),
      ),
    ),
  );
}

const rechosen = ({ free, ids }: RoutingReceipt): number => free - ids;

function flipWords({ flips }: RoutingReceipt): string {
  return flips
    .map(({ layer, lost, gained }) => t('layer {0}: {1} → {2}', layer, lost.join(', '), gained.join(', ')))
    .join('; ');
}
