/** Recall by length and by place, how the nets learned, and a number of one's own. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal, integer, percent, points, roundPercent } from '../../shared/numbers';
import { linePlot } from '../../shared/plot';
import { controls, type NetName, type Options, type Result, type Run } from '../../../src/milestones/seq2seq/options';
import { ownNumber } from './viewOwn';
import { trial } from '../../../src/milestones/seq2seq/trial';

export const netNames = (): Record<NetName, string> => ({
  vector: t('one vector'),
  reversed: t('one vector, read backwards'),
  attention: t('attention'),
});

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: netNames().vector,
    x: { label: t('digits of the number'), format: integer },
    y: { label: t('numbers right'), domain: [0, 1], format: roundPercent },
    at: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    difference: points,
    of: ({ lengths, runs }) => {
      const score = runs.find(({ net }) => net === 'vector')?.score;
      return score ? { x: lengths, y: score.whole } : null;
    },
  }),
  mount(stage) {
    const names = netNames();
    const share = { domain: [0, 1] as const, format: roundPercent };
    const length = { label: t('digits of the number'), format: integer };
    const sample = h('p', {});
    const sizes = h('p', {});
    const learning = linePlot({
      title: t('The nets learn'),
      hint: t('All are shown the same numbers in the same order.'),
      x: { label: t('numbers shown'), format: count },
      y: { label: t('loss (bits a symbol)'), format: decimal },
    });
    const whole = linePlot({
      title: t('Whole numbers written rightly, by length'),
      hint: t('Right from the first digit to the last, and then the end. Numbers are drawn anew for the test.'),
      x: length,
      y: { label: t('numbers right'), ...share },
      named: true,
    });
    const digits = linePlot({
      title: t('Digits written rightly, by length'),
      hint: t('Guessing finds one digit in ten.'),
      x: length,
      y: { label: t('digits right'), ...share },
    });
    const places = linePlot({
      title: t('Which digits are lost'),
      hint: t('Of the longest numbers of the training, from the first digit written to the last.'),
      x: { label: t('place in what is written'), format: integer },
      y: { label: t('digits right'), ...share },
    });
    const own = ownNumber(stage, names);
    return {
      lead: whole.element,
      element: h(
        'div',
        { class: 'plots' },
        h('div', {}, sample, sizes),
        learning.element,
        digits.element,
        places.element,
        own.element,
      ),
      draw({ longest, lengths, runs, sample: { given, right } }, _options, final) {
        sample.textContent = t('One number: {0}. To be written: {1}.', given.join(' '), right.join(' '));
        sizes.textContent = runs
          .map(({ net, width, parameters }) =>
            t('{0}: width {1}, {2} parameters', names[net], integer(width), integer(parameters)),
          )
          .join(' · ');
        learning.set(runs.map(({ net, shown, loss }) => ({ name: names[net], x: shown, y: loss })));
        const tested = runs.filter((run) => run.score !== null);
        const lines = (of: (run: Run) => number[], x: readonly number[]): Parameters<typeof whole.set>[0] =>
          tested.map((run) => ({ name: names[run.net], x, y: of(run), dots: true }));
        const mark = { x: longest, name: t('longest in training') };
        whole.set(
          lines((run) => run.score!.whole, lengths),
          mark,
        );
        digits.set(
          lines((run) => run.score!.digits, lengths),
          mark,
        );
        places.set(lines((run) => run.score!.places, lengths.slice(0, longest)));
        for (const { element } of [whole, digits, places]) show(element, tested.length > 0);
        whole.describe(
          tested
            .map(({ net, score }) =>
              t('{0}: {1} of the numbers of {2} digits.', names[net], percent(score!.whole[longest - 1]), longest),
            )
            .join(' '),
        );
        own.draw(final, given);
      },
    };
  },
};
