/** Right answers against tokens spent: the picture, and what its lines and the ways to solve are called. */
import type { SolvingWay, TokenCurve } from '../../src/protocol/testTime';
import { t } from './l10n';
import { integer, roundPercent } from './numbers';
import { linePlot, type LinePlot, type LineSeries } from './plot';

const TITLES = (): { title: string; hint: string } => ({
  title: t('Right answers by tokens spent'),
  hint: t(
    'Means over the problems so far. “One of them is right” is a ceiling: somebody would have to tell which. Cutting at random lines is the control: as many tokens, no checking.',
  ),
});

export function tokensPlot(titles = TITLES()): LinePlot {
  return linePlot({
    ...titles,
    x: { label: t('tokens written for a problem'), format: integer },
    y: { label: t('right answers'), domain: [0, 1], format: roundPercent },
  });
}

export const linesOf = (curves: readonly TokenCurve[]): LineSeries[] =>
  curves.map(({ name, tokens, right }) => ({ name: curveName(name), x: tokens, y: right, dots: true }));

export function curveName(name: TokenCurve['name']): string {
  const names = {
    vote: t('vote of the samples'),
    refined: t('verify and refine'),
    random: t('cut at random lines'),
    ceiling: t('one of them is right'),
  };
  return names[name];
}

export function wayName(name: SolvingWay['name']): string {
  const names = {
    greedy: t('written once'),
    vote: t('vote of the samples'),
    likeliest: t('likeliest sample'),
    refined: t('verify and refine'),
    random: t('cut at random lines'),
    calculator: t('with a calculator'),
  };
  return names[name];
}
