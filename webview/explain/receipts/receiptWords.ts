/** What a receipt found, in words that say no more than was measured. No DOM. */
import type { Receipt } from '../../../src/protocol/receipts';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { t } from '../../shared/l10n';
import { percent, signedDecimal, decimal } from '../../shared/numbers';
import type { Run } from '../state/run';
import { headName, quoted } from '../words';

/** Later parts that do more than this share of an effect are worth a word. */
const MUCH = 0.5;

export function receiptWords({ tokens }: Pick<Run, 'tokens'>, found: Receipt): string {
  const { edges, joint, agreement, floor, target, foil } = found;
  const [one, other] = [target, foil].map(({ text }) => t('‘{0}’', readableLabel(text)));
  const size = (edge: (typeof edges)[number]): number => Math.abs(edge.knockout?.total ?? 0);
  const strongest = edges.reduce((best, edge) => (size(edge) > size(best) ? edge : best), edges[0]);
  if (!strongest || size(strongest) <= floor)
    return t('No look of this token, cut alone, changes {0} against {1}.', one, other);
  const { direct, total } = strongest.knockout!;
  const words = [
    t(
      'Of {0} looks, cutting the one of {1} at {2} changes {3} against {4} most: {5} logits, {6} of them directly.',
      edges.length,
      headName(strongest),
      quoted(tokens[strongest.key]),
      one,
      other,
      signedDecimal(total),
      signedDecimal(direct),
    ),
  ];
  const later = total - direct;
  if (Math.abs(later) > MUCH * Math.abs(direct) && Math.abs(later) > floor) {
    words.push(
      later * direct < 0 && Math.abs(total) < Math.abs(direct)
        ? t('Later parts repair some of it.')
        : t('Most of that comes through later parts: it relays.'),
    );
  }
  if (strongest.percentile !== null) {
    words.push(
      t('Of looks from other tokens with a like weight, {0} do at least as much.', percent(strongest.percentile)),
    );
  }
  const heaviest = edges.reduce((best, edge) => (edge.weight > best.weight ? edge : best), edges[0]);
  if (heaviest !== strongest) {
    words.push(
      t(
        'The largest weight ({0}, at {1}) is not it: cutting that changes {2}.',
        percent(heaviest.weight),
        quoted(tokens[heaviest.key]),
        signedDecimal(heaviest.knockout?.total ?? 0),
      ),
    );
  }
  if (joint) {
    // Effects that turn around when they are cut together are neither.
    const sameWay = joint.joint * joint.sum >= 0;
    const redundant = sameWay && Math.abs(joint.joint) < 0.9 * Math.abs(joint.sum);
    const together = sameWay && Math.abs(joint.joint) > 1.1 * Math.abs(joint.sum);
    words.push(
      t(
        'The {0} strongest one by one: {1}, all at once: {2}',
        joint.edges.length,
        signedDecimal(joint.sum),
        signedDecimal(joint.joint),
      ) + (redundant ? t(' (redundant).') : together ? t(' (working together).') : '.'),
    );
  }
  if (agreement.weight !== null) {
    words.push(
      t(
        'Within a head, weight and effect agree with a rank correlation of {0}; weights dealt other values would still reach {1}.',
        decimal(agreement.weight),
        agreement.weightDirectPermuted === null ? '–' : decimal(agreement.weightDirectPermuted),
      ),
    );
  }
  return words.join(' ');
}
