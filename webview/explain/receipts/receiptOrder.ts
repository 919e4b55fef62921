/** By which measure are cuts listed, the largest first? No DOM. */
import type { Effect } from '../../../src/protocol/receipts';
import { t } from '../../shared/l10n';

export type Measure = 'total' | 'direct' | 'kl' | 'weight' | 'rare';

export interface Measured {
  effect: Effect;
  /** Null where the whole prediction was not looked at: of weaker cuts. */
  kl: number | null;
  /** Null of what has none. */
  weight: number | null;
  /** Beyond its weight; null: no fair control. */
  percentile: number | null;
}

export const measureNames = (): readonly (readonly [Measure, string])[] => [
  ['total', t('by the total effect')],
  ['direct', t('by the direct effect')],
  ['kl', t('by KL of the whole prediction')],
  ['weight', t('by weight')],
  ['rare', t('by how rare it is beyond its weight')],
];

/** Larger is first; what has no such number comes behind what has. */
function keyOf(by: Measure, { effect, kl, weight, percentile }: Measured): number {
  switch (by) {
    case 'total':
      return Math.abs(effect.total);
    case 'direct':
      return Math.abs(effect.direct);
    case 'kl':
      return kl ?? -1;
    case 'weight':
      return weight ?? -1;
    case 'rare':
      return percentile === null ? -2 : -percentile;
  }
}

/** The first `count` by the measure, by the total effect where that is the same. */
export function ranked<One>(all: readonly One[], by: Measure, count: number, measured: (one: One) => Measured): One[] {
  return all
    .map((one) => ({ one, of: measured(one) }))
    .sort((a, b) => keyOf(by, b.of) - keyOf(by, a.of) || keyOf('total', b.of) - keyOf('total', a.of))
    .slice(0, count)
    .map(({ one }) => one);
}
