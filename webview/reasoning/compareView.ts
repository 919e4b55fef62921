/** Direct against step by step on fresh problems, by number of steps: runs live, with intervals. */
import type { CompareRow } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';
import { linePlot, type LineSeries } from '../shared/plot';
import { withTimeLeft } from '../shared/timeLeft';
import { button } from '../shared/toolkit';
import type { ModelView, Stage } from './stage';
import { number } from './startView';

const STEPS = [1, 2, 3, 4, 5, 6, 7, 8];

export function compareView(stage: Stage): ModelView {
  const problems = number(t('Problems for each'), 20, 1, 500);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const unseen = h('input', { type: 'checkbox', id: 'unseen' });
  const sentence = h('p', { class: 'sentence-small' });
  const plot = linePlot({
    title: t('Right answers by number of steps'),
    x: { label: t('steps in the problem'), domain: [1, STEPS.length] },
    y: { label: t('right'), domain: [0, 1], format: roundPercent },
    band: t('95% interval'),
  });
  let rows: CompareRow[] = [];
  let modelName = '';

  const run = (): void => {
    const count = Number(problems.input.value);
    rows = [];
    stage.run(t('Solving fresh problems…'), async (signal, progress) => {
      const started = performance.now();
      await stage.host.call(
        'compare',
        { seed: Number(seed.input.value), count, steps: STEPS, language: 'both', unseen: unseen.checked },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'rows') return;
            rows = report.rows;
            const total = count * rows.filter(({ tooLong }) => tooLong === null).length;
            const words = t('Solving fresh problems: {0} of {1}', report.done, total);
            progress(withTimeLeft(words, report.done, total, performance.now() - started));
            draw();
          },
        },
      );
      stage.say(sentence.textContent ?? '');
    });
  };
  const element = h(
    'details',
    { class: 'compare', 'data-section': 'compare' },
    h('summary', {}, t('Do steps help? Direct against step by step')),
    h(
      'p',
      { class: 'hint' },
      t(
        'The bundled model was trained with worked steps as well as with direct answers, so a gain here shows that writing sums down helps a small network compute, not that steps emerge. The paper’s claim (Wei et al. 2022) is another: large models that were not trained so gain from examples with steps, above roughly 100 billion parameters, and small ones do not.',
      ),
    ),
    h(
      'div',
      { class: 'row' },
      button(t('Run'), run),
      problems.label,
      seed.label,
      h('label', { class: 'number' }, unseen, ' ', t('Scenes that the bundled model never saw')),
    ),
    sentence,
    plot.element,
  );
  const draw = oncePerFrame(() => {
    show(sentence, rows.length > 0);
    show(plot.element, rows.length > 0);
    sentence.textContent = rows.length > 0 ? t('{0}: {1}', modelName, sentenceOf(rows)) : '';
    plot.set(seriesOf(rows));
  });
  draw();
  return {
    element,
    model(name) {
      if (name !== modelName) rows = [];
      modelName = name;
      draw();
    },
  };
}

function sentenceOf(rows: readonly CompareRow[]): string {
  const trials = rows.reduce((sum, row) => sum + row.trials, 0);
  const share = (way: 'direct' | 'stepwise'): string => {
    const right = rows.reduce((sum, row) => sum + row[way].right, 0);
    return trials > 0 ? roundPercent(right / trials) : '–';
  };
  const result = t(
    'After {0} problems: directly {1} right, step by step {2}.',
    trials,
    share('direct'),
    share('stepwise'),
  );
  return [result, ...leftOut(rows)].join(' ');
}

/** Which problems the model's context has no room for. */
function leftOut(rows: readonly CompareRow[]): string[] {
  const left = rows.filter(({ tooLong }) => tooLong !== null);
  if (left.length === 0) return [];
  const steps = left.map((row) => row.steps).join(', ');
  const { context, withExamples } = left[0].tooLong!;
  const tokens = Math.max(...left.map(({ tooLong }) => tooLong!.tokens));
  return [
    withExamples
      ? t(
          'Left out: problems of {0} steps. The model’s context is {1} tokens, and these with their worked examples take up to {2}, without a solution. Choose a model with a longer context, or one with a chat template, which needs no worked examples.',
          steps,
          context,
          tokens,
        )
      : t(
          'Left out: problems of {0} steps. The model’s context is {1} tokens, and these take up to {2}, without a solution. Choose a model with a longer context.',
          steps,
          context,
          tokens,
        ),
  ];
}

/** What the plot draws: both ways, with their intervals, over the number of steps. */
function seriesOf(rows: readonly CompareRow[]): LineSeries[] {
  const tried = rows.filter(({ trials }) => trials > 0);
  const series = (name: string, way: 'direct' | 'stepwise'): LineSeries => ({
    name,
    x: tried.map(({ steps }) => steps),
    y: tried.map((row) => row[way].right / row.trials),
    low: tried.map((row) => row[way].interval[0]),
    high: tried.map((row) => row[way].interval[1]),
    dots: true,
  });
  return tried.length > 0 ? [series(t('directly'), 'direct'), series(t('step by step'), 'stepwise')] : [];
}
