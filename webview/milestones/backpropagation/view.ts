/** Learning curves with and without backpropagation, the weights that were learned, and the check of every gradient. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, points, roundPercent } from '../../shared/numbers';
import { barPlot, heatGrid, linePlot, scatterPlot } from '../../shared/plot';
import { controls, type Method, type Options, type Result } from '../../../src/milestones/backpropagation/options';
import { trial } from '../../../src/milestones/backpropagation/trial';

const names = (): Record<Method, string> => ({
  backpropagation: t('with backpropagation'),
  numeric: t('same gradient, one weight at a time'),
  random: t('random changes, kept if better'),
  'output only': t('only the output is taught'),
});

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: names().backpropagation,
    x: { label: t('budget (sweeps’ worth of passes)'), format: integer },
    y: { label: t('right of 64'), domain: [0.5, 1], format: roundPercent },
    at: [0, 300, 600, 900, 1200, 1800, 2400, 3000],
    difference: points,
    of: ({ budget, curves }) => {
      const known = curves.find(({ method }) => method === 'backpropagation');
      return known ? { x: budget, y: known.right } : null;
    },
  }),
  mount() {
    const curves = linePlot({
      title: t('Right answers as the budget is spent'),
      hint: t(
        'Mean of all nets; the band goes from the worst net to the best. Always saying “not symmetric” gives 87.5%.',
      ),
      x: { label: t('budget (sweeps’ worth of passes)'), format: integer },
      y: { label: t('right of 64'), domain: [0.6, 1], format: roundPercent },
      band: t('worst to best net'),
      named: true,
    });
    const solved = barPlot({
      title: t('Nets that answered all 64 rightly within the budget'),
      value: { label: t('share of nets'), domain: [0, 1], format: roundPercent },
    });
    const weights = heatGrid({
      title: t('What the hidden units of the first solved net learned'),
      hint: t(
        'Weights from the six inputs. Mirror places have equal size and opposite sign, so a symmetric row of bits cancels out.',
      ),
      value: t('weight'),
      kind: 'signed',
      columnLabel: t('input'),
      rowLabel: t('hidden unit'),
      format: (value) => value.toFixed(1),
      numbers: true,
    });
    const checks = scatterPlot({
      title: t('Every gradient against its finite difference'),
      hint: t('One point for each weight of the first net, before it learns. On the dotted line both agree.'),
      x: { label: t('finite difference') },
      y: { label: t('backpropagation') },
      diagonal: true,
    });
    return {
      lead: curves.element,
      element: h('div', { class: 'plots' }, weights.element, solved.element, checks.element),
      draw(result) {
        const name = names();
        checks.set([
          {
            name: t('weights'),
            points: result.checks.map(({ weight, analytic, numeric }) => ({ x: numeric, y: analytic, name: weight })),
          },
        ]);
        curves.set(
          result.curves.map(({ method, right, low, high }) => ({
            name: name[method],
            x: result.budget,
            y: right,
            low: method === 'backpropagation' ? low : undefined,
            high: method === 'backpropagation' ? high : undefined,
          })),
        );
        solved.set(
          result.curves.map(({ method, solvedAfter }, series) => ({
            name: name[method],
            value: solvedAfter.filter((sweeps) => sweeps !== null).length / solvedAfter.length,
            series,
          })),
        );
        curves.describe(
          result.curves
            .map(({ method, right }) => t('{0}: {1} right at the end.', name[method], roundPercent(right.at(-1) ?? 0)))
            .join(' '),
        );
        if (result.weights) {
          const { into } = result.weights;
          weights.set({
            rows: into.map((_, unit) => `h${unit + 1}`),
            columns: into[0].map((_, at) => `x${at + 1}`),
            values: into,
          });
        }
      },
    };
  },
};
