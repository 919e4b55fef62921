/** Right answers by tokens spent with more solutions than a live run samples: as a script recorded it. */
import recorded from '../../../src/milestones/olympiad/more.json';
import type { TokenCurve } from '../../../src/protocol/testTime';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { curveName, linesOf, tokensPlot } from '../../shared/tokensSpent';

export function moreView(): HTMLElement {
  const { samples, problems } = recorded;
  const plot = tokensPlot({
    title: t('Recorded: up to {0} solutions of a problem', samples),
    hint: t('Means over {0} problems of eight steps, by a script; as above otherwise.', problems),
  });
  const curves = recorded.curves as TokenCurve[];
  plot.set(linesOf(curves));
  plot.describe(curves.map(({ name, right }) => t('{0}: {1}.', curveName(name), [right[0], right.at(-1)!].map(roundPercent).join(' → '))).join(' ')); // prettier-ignore
  return plot.element;
}
