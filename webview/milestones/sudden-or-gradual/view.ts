/** The same solutions in several measures over one training, when each kind of head formed, one problem at every age. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal, points, roundPercent } from '../../shared/numbers';
import { linePlot, type LinePlot } from '../../shared/plot';
import {
  controls,
  type MeasureName,
  type Options,
  type Result,
  type Role,
} from '../../../src/milestones/sudden-or-gradual/options';
import { trial } from '../../../src/milestones/sudden-or-gradual/trial';
import { chinese } from '../language';
import { simpleTable } from '../simpleTable';

const roleNames = (): Record<Role['name'], string> => ({
  previous: t('previous token'),
  bracket: t('bracket pair'),
  duplicate: t('same token'),
  induction: t('induction (continues repetitions)'),
});

/** The four lines of the first picture, all-or-nothing first. */
const compared = (): [MeasureName, string][] => [
  ['exact', t('wholly right')],
  ['numbers', t('numbers right')],
  ['distance', t('tokens to be changed')],
  ['logprob', t('log-probability')],
];

interface Plots {
  measures: LinePlot;
  product: LinePlot;
  heads: LinePlot;
  loss: LinePlot;
}

function plots(scale: 'log' | 'linear'): Plots {
  const x = { label: t('training tokens seen'), scale, format: count };
  return {
    measures: linePlot({
      title: t('The same solutions in four measures'),
      hint: t(
        'Each from where it began (0 %) to its furthest (100 %). Only the first needs every token of a solution to be right.',
      ),
      x,
      y: { label: t('share of its whole way'), domain: [undefined, 1], format: roundPercent },
      named: true,
    }),
    product: linePlot({
      title: t('Does the smooth measure foretell the other?'),
      hint: t(
        'The product of the probabilities of all tokens, given the right ones before, is how often a solution would be wholly right if each token were drawn.',
      ),
      x,
      y: { label: t('share'), domain: [0, undefined], format: roundPercent },
    }),
    heads: linePlot({
      title: t('When each kind of head formed'),
      hint: t('For each role, the head that is strongest at the end: its mean weight on what the role names.'),
      x,
      y: { label: t('mean attention weight'), domain: [0, undefined], format: roundPercent },
    }),
    loss: linePlot({
      title: t('Loss on code'),
      x,
      y: { label: t('nats per token'), format: decimal },
    }),
  };
}

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('wholly right'),
    x: { label: t('training tokens seen'), scale: 'log', format: count },
    y: { label: t('share of its whole way'), domain: [0, 1], format: roundPercent },
    at: [5e4, 1e5, 2e5, 4e5, 8e5, 1.6e6, 3.2e6, 6.4e6, 12.8e6],
    difference: points,
    of: ({ tokens, measures }) => ({ x: tokens, y: wayOf(measures.exact.values) }),
  }),
  mount() {
    const [lead, box] = [h('div', {}), h('div', { class: 'plots' })];
    const ages = h('div', {
      class: 'table-scroll',
      tabindex: 0,
      role: 'group',
      'aria-label': t('One problem at every age'),
    });
    let drawn: { scale: 'log' | 'linear'; plots: Plots } | undefined;
    return {
      lead,
      element: box,
      draw(result, options) {
        const { tokens: x, measures, loss, roles } = result;
        const scale = options.logAxis ? 'log' : 'linear';
        if (drawn?.scale !== scale) {
          drawn = { scale, plots: plots(scale) };
          const { measures: first, ...others } = drawn.plots;
          lead.replaceChildren(first.element);
          box.replaceChildren(...Object.values(others).map(({ element }) => element), ages);
        }
        const lines = compared().map(([name, title]) => ({
          name: title,
          x,
          y: wayOf(measures[name].values),
          dots: true,
        }));
        drawn.plots.measures.set(lines);
        drawn.plots.measures.describe(
          compared()
            .flatMap(([name, title]) => {
              const { doubling } = measures[name];
              return doubling
                ? t('{0}: {1} of the way within the doubling from {2} tokens on.', title, roundPercent(doubling.share), count(doubling.from)) // prettier-ignore
                : [];
            })
            .join(' '),
        );
        drawn.plots.product.set([
          { name: t('wholly right'), x, y: measures.exact.values, dots: true },
          { name: t('product of the probabilities'), x, y: measures.product.values, dots: true },
        ]);
        const names = roleNames();
        drawn.plots.heads.set(
          roles.map(({ name, layer, head, scores }) => ({
            name: t('{0}: layer {1} head {2}', names[name], layer, head),
            x,
            y: scores,
          })),
        );
        drawn.plots.loss.set([{ name: t('loss'), x, y: loss.values }]);
        ages.replaceChildren(...agesTable(result));
      },
    };
  },
};

/** From 0 at the first value to 1 at the one furthest from it. */
function wayOf(values: readonly number[]): number[] {
  const [start] = values;
  const way = values.reduce((far, value) => (Math.abs(value - start) > Math.abs(far) ? value - start : far), 0);
  return values.map((value) => (way === 0 ? 0 : (value - start) / way));
}

function agesTable({ tokens, examples }: Result): HTMLElement[] {
  const example = examples[chinese ? 'zh' : 'en'];
  if (!example) return [];
  return [
    h('p', {}, example.question),
    simpleTable(
      t('One problem at every age: the numbers that the model wrote; right are {0}', example.numbers.join(', ')),
      [t('tokens seen'), t('numbers written'), t('log-probability of the right solution (nats)')],
      tokens.map((seen, at) => [
        count(seen),
        example.written[at].length > 0 ? example.written[at].join(', ') : t('none'),
        decimal(example.logprob[at]),
      ]),
    ),
  ];
}
