/** Dense net against mixtures, the load with and without the balance loss, and the bundled model's experts on a text. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, percent } from '../../shared/numbers';
import { barPlot, heatGrid, linePlot, scatterPlot } from '../../shared/plot';
import { computeTo, lossAt } from '../../../src/shared/learningCurve';
import {
  controls,
  type BundledLoad,
  type Curve,
  type Options,
  type Result,
  type TopicOrToken,
} from '../../../src/milestones/sparse-experts/options';
import { mean } from '../../../src/shared/statistics';
import { trial } from '../../../src/milestones/sparse-experts/trial';

const nameOf = ({ experts }: Curve): string => (experts === 1 ? t('dense') : t('{0} experts', experts));

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('the most experts'),
    x: { label: t('operations (millions), the router’s among them'), format: integer },
    y: { label: t('loss (bits a fact)'), domain: [0, 6], format: decimal },
    at: [100, 600, 1100, 1600, 2100, 2600],
    difference: (value) => t('{0} bits', decimal(value)),
    of({ curves }) {
      const most = curves.at(-1);
      return most?.end && most.experts > 1 ? { x: most.compute, y: most.loss } : null;
    },
  }),
  mount() {
    const losses = linePlot({
      title: t('Loss as compute is spent'),
      hint: t(
        'On facts that were never shown. Every net sees the same others in the same number of steps. Further left at one height: less compute.',
      ),
      x: { label: t('operations (millions), the router’s among them'), format: integer },
      y: { label: t('loss (bits a fact)'), format: decimal },
      named: true,
    });
    const saved = barPlot({
      title: t('Compute of the dense net over theirs, to the same loss'),
      value: { label: t('times less compute'), format: decimal },
      reference: { value: 1, name: t('dense') },
    });
    const shares = scatterPlot({
      title: t('More experts: a smaller active share, a lower loss'),
      hint: t('Each point is a net when as much compute is spent as the dense net got.'),
      x: { label: t('share of the parameters that a token uses'), scale: 'log', format: (value) => percent(value) },
      y: { label: t('loss at equal compute (bits a fact)'), format: decimal },
    });
    const load = linePlot({
      title: t('Collapse: who gets the work, with and without the balance loss'),
      hint: t('Experts of the largest net from the busiest to the idlest, after the last step.'),
      x: { label: t('expert, by rank'), format: integer },
      y: { label: t('share of the facts'), format: (value) => percent(value) },
    });
    const bundled = heatGrid({
      title: t('The bundled model’s experts on your selection'),
      hint: t('Without a selection: a sample with English, code, Chinese and a word problem.'),
      value: t('share of the choices'),
      kind: 'amount',
      rowLabel: t('layer'),
      columnLabel: t('expert'),
      format: (value) => percent(value),
    });
    const topics = barPlot({
      title: t('Topic or token? What tells the bundled model’s first expert'),
      hint: t(
        'Of tokens that stand in two topics or more, less what chance gives with so few. Mean over the layers; all that there is to tell is the last bar.',
      ),
      value: { label: t('bits'), format: decimal },
    });
    return {
      lead: losses.element,
      element: h(
        'div',
        { class: 'plots' },
        saved.element,
        shares.element,
        load.element,
        bundled.element,
        topics.element,
      ),
      draw(result) {
        losses.set(result.curves.map((curve) => ({ name: nameOf(curve), x: curve.compute, y: curve.loss })));
        drawComparison(result);
        load.set(loadLines(result));
        if (result.bundled) drawBundled(result.bundled);
        if (result.topics) drawTopics(result.topics);
      },
    };

    function drawComparison({ curves: [dense, ...mixtures] }: Result): void {
      if (!dense?.end) return;
      const { loss } = dense.end;
      const spent = dense.compute.at(-1)!;
      const done = mixtures.filter(({ end }) => end !== null);
      const savings = done.map((mixture) => ({ mixture, times: spent / computeTo(mixture, loss) }));
      saved.set(
        savings
          .filter(({ times }) => Number.isFinite(times))
          .map(({ mixture, times }) => ({ name: nameOf(mixture), value: times, series: 1 })),
      );
      shares.set([
        {
          name: t('nets'),
          points: [dense, ...done].map((curve) => ({ x: curve.active, y: lossAt(curve, spent), label: nameOf(curve) })),
        },
      ]);
      losses.describe(
        [dense, ...done]
          .map((curve) => t('{0}: {1} bits at the end.', nameOf(curve), decimal(curve.end!.loss)))
          .join(' '),
      );
    }

    function drawTopics({ texts, places, tokens, layers }: TopicOrToken): void {
      topics.set([
        { name: t('the token'), value: mean(layers.map(({ token }) => token)) },
        { name: t('the topic, beyond the token'), value: mean(layers.map(({ topic }) => topic)), series: 1 },
        { name: t('all there is to tell'), value: mean(layers.map(({ expert }) => expert)), series: 2 },
      ]);
      const names = { english: t('English'), chinese: t('Chinese'), problems: t('word problems'), code: t('code') };
      topics.describe(
        [
          t('Texts: {0}.', texts.map(({ name, texts: count }) => t('{0} {1}', integer(count), names[name])).join(', ')),
          t('{0} places, {1} different tokens.', integer(places), integer(tokens)),
          t(
            'Layer by layer the topic tells {0} bits; dealt out anew it tells as much in {1} of the deals.',
            layers.map(({ topic }) => decimal(topic)).join(', '),
            layers.map(({ asMuch }) => percent(asMuch)).join(', '),
          ),
        ].join(' '),
      );
    }

    function drawBundled({ title, tokens, experts, used, load: rows, variation, chance }: BundledLoad): void {
      bundled.set({
        rows: rows.map((_, layer) => String(layer + 1)),
        columns: rows[0].map((_, expert) => String(expert)),
        values: rows,
      });
      const idle = rows.flat().filter((share) => share === 0).length;
      bundled.describe(
        [
          title === null ? t('Sample text, {0} tokens.', tokens) : t('{0}: {1} tokens.', title, tokens),
          t('Each token uses {0} of {1} experts in a layer.', used, experts),
          t(
            'The load varies by {0} to {1} of its mean over the layers; even routers would show {2} by chance.',
            decimal(Math.min(...variation)),
            decimal(Math.max(...variation)),
            decimal(chance),
          ),
          t('{0} of {1} experts were not used at all.', idle, rows.flat().length),
        ].join(' '),
      );
    }
  },
};

function loadLines({ curves, unbalanced }: Result): { name: string; x: number[]; y: number[] }[] {
  const lines = [
    { name: t('with the balance loss'), curve: curves.at(-1) },
    { name: t('without'), curve: unbalanced },
  ];
  return lines.flatMap(({ name, curve }) => {
    if (!curve?.end || curve.experts === 1) return [];
    const falling = [...curve.end.load].sort((a, b) => b - a);
    return [{ name, x: falling.map((_, rank) => rank + 1), y: falling }];
  });
}
