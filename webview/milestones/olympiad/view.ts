/** Right answers against tokens spent, the ways side by side, and one problem that checking changed or let through. */
import { controls, type Options, type Result } from '../../../src/milestones/olympiad/options';
import type { Example } from '../../../src/protocol/testTime';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import { curveName, linesOf, tokensPlot, wayName } from '../../shared/tokensSpent';
import type { ExperimentView } from '../experimentView';
import { moreView } from './viewMore';
import { trial } from '../../../src/milestones/olympiad/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount() {
    const curves = tokensPlot();
    const ways = barPlot({
      title: t('Six ways to solve the same problems'),
      hint: t('The lines are 95% intervals. Behind each name: tokens written for a problem.'),
      value: { label: t('right answers'), domain: [0, 1], format: roundPercent },
    });
    const accepts = h('p', {});
    const example = h('div', { class: 'sample' });
    return {
      lead: ways.element,
      element: h('div', { class: 'plots' }, curves.element, moreView(), accepts, example),
      draw(result) {
        curves.set(linesOf(result.curves));
        curves.describe(
          result.curves
            .map(({ name, right }) => t('{0}: {1}.', curveName(name), right.map(roundPercent).join(' → ')))
            .join(' '),
        );
        ways.set(
          result.ways.map(({ name, right, low, high, tokens }) => ({
            name: t('{0} ({1})', wayName(name), integer(tokens)),
            value: right,
            low,
            high,
            series: name === 'refined' ? 1 : 0,
          })),
        );
        accepts.textContent =
          result.accepted === 0
            ? ''
            : t(
                'The checker let {0} solutions through; {1} of them have a wrong answer.',
                result.accepted,
                result.falseAccepts,
              );
        example.replaceChildren(...(result.example ? exampleParts(result.example) : []));
      },
    };
  },
};

function exampleParts({ kind, question, expected, first, last }: Example): HTMLElement[] {
  const mended = kind === 'mended';
  const solution = (text: string): HTMLElement => h('pre', { class: 'worked-solution' }, text);
  return [
    h('h4', {}, mended ? t('A problem that checking mended') : t('A wrong answer that the checker let through')),
    h('p', {}, question),
    h('p', {}, t('Right: {0}.', expected)),
    ...(mended ? [h('p', {}, t('First:')), solution(first), h('p', {}, t('After checking:'))] : []),
    solution(last),
  ];
}
