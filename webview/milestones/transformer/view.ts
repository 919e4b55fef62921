/** Loss against compute and against parameters, the gap between the kinds, and one of the texts. */
import type { ExperimentView } from '../experimentView';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, decimal } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { computeTo } from '../../../src/shared/learningCurve';
import {
  controls,
  KINDS,
  type Kind,
  type Options,
  type Result,
  type Run,
} from '../../../src/milestones/transformer/options';
import { trial } from '../../../src/milestones/transformer/trial';

/** Opened from here: Explain Attention on the person's selection. */
const EXPLAIN = 'command:attentionExplainer.explain';

const kindName = (kind: Kind): string => (kind === 'recurrent' ? t('recurrent') : t('attention'));
const nameOf = ({ kind, width }: Run): string => t('{0}, width {1}', kindName(kind), width);

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount() {
    const compute = linePlot({
      title: t('Loss against compute'),
      hint: t('Along one height: how much compute each net needs for the same loss. The scale is logarithmic.'),
      x: { label: t('operations (millions)'), scale: 'log', format: count },
      y: { label: t('loss (bits a question)'), format: decimal },
    });
    const parameters = linePlot({
      title: t('Loss against parameters'),
      hint: t('The last fifth of the training, one point for each size.'),
      x: { label: t('parameters'), scale: 'log', format: count },
      y: { label: t('loss (bits a question)'), format: decimal },
    });
    const gaps = barPlot({
      title: t('Compute to the best recurrent net’s loss'),
      value: { label: t('operations (millions)'), scale: 'log', format: count },
    });
    const sample = h('p', {});
    const open = h('p', {}, h('a', { href: EXPLAIN }, t('Explain attention on your selection')));
    return {
      lead: compute.element,
      element: h('div', { class: 'plots' }, sample, parameters.element, gaps.element, open),
      draw({ runs, sample: { statements, question, answer } }) {
        sample.textContent = t('One text: {0}. Asked: {1}. Right: {2}.', statements.join(', '), question, answer);
        compute.set(runs.map((run) => ({ name: nameOf(run), x: run.compute, y: run.loss })));
        const ended = runs.filter((run) => run.end !== null);
        parameters.set(
          KINDS.map((kind) => {
            const of = ended.filter((run) => run.kind === kind);
            return {
              name: kindName(kind),
              x: of.map((run) => run.parameters),
              y: of.map((run) => run.end!),
              dots: true,
            };
          }),
        );
        parameters.describe(ended.map((run) => t('{0}: {1} bits.', nameOf(run), decimal(run.end!))).join(' '));
        drawGaps(ended);
      },
    };

    function drawGaps(ended: readonly Run[]): void {
      const recurrent = ended.filter(({ kind }) => kind === 'recurrent');
      if (recurrent.length === 0) return;
      const best = Math.min(...recurrent.map(({ end }) => end!));
      gaps.set(
        ended
          .map((run) => ({ name: nameOf(run), value: computeTo(run, best), series: KINDS.indexOf(run.kind) }))
          .filter(({ value }) => Number.isFinite(value)),
      );
    }
  },
};
