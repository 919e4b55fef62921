/** Right answers against tokens spent, the ways side by side, and one problem that checking changed or let through. */
import { controls, type Options, type Result } from '../../../src/milestones/olympiad/options';
import type { Example, SolvingWay, TokenCurve } from '../../../src/protocol/testTime';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import type { ExperimentView } from '../experimentView';
import { trial } from '../../../src/milestones/olympiad/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount() {
    const curves = linePlot({
      title: t('Right answers by tokens spent'),
      hint: t(
        'Means over the problems so far. “One of them is right” is a ceiling: somebody would have to tell which. Cutting at random lines is the control: as many tokens, no checking.',
      ),
      x: { label: t('tokens written for a problem'), format: integer },
      y: { label: t('right answers'), domain: [0, 1], format: roundPercent },
    });
    const ways = barPlot({
      title: t('Six ways to solve the same problems'),
      hint: t('The lines are 95% intervals. Behind each name: tokens written for a problem.'),
      value: { label: t('right answers'), domain: [0, 1], format: roundPercent },
    });
    const accepts = h('p', {});
    const example = h('div', { class: 'sample' });
    return {
      lead: ways.element,
      element: h('div', { class: 'plots' }, curves.element, accepts, example),
      draw(result) {
        curves.set(
          result.curves.map(({ name, tokens, right }) => ({ name: curveName(name), x: tokens, y: right, dots: true })),
        );
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

function curveName(name: TokenCurve['name']): string {
  const names = {
    vote: t('vote of the samples'),
    refined: t('verify and refine'),
    random: t('cut at random lines'),
    ceiling: t('one of them is right'),
  };
  return names[name];
}

function wayName(name: SolvingWay['name']): string {
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
