/** Accuracy by number of steps, the ways of asking, and one problem in full. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, points, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot, type Bar, type LineSeries } from '../../shared/plot';
import { shareInterval } from '../../../src/shared/statistics';
import {
  controls,
  type CorruptedRow,
  type LengthRow,
  type Options,
  type PromptRow,
  type Result,
  type Sample,
} from '../../../src/milestones/chain-of-thought/options';
import { trial } from '../../../src/milestones/chain-of-thought/trial';

/** Opened from here: Step Through Chain of Thought. */
const STEP_THROUGH = 'command:attentionExplainer.stepThrough';

const count = (right: readonly boolean[]): number => right.filter(Boolean).length;

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('step by step'),
    x: { label: t('steps that the problem needs'), format: integer },
    y: { label: t('right answers'), domain: [0, 1], format: roundPercent },
    at: [1, 2, 3, 4, 5, 6],
    difference: points,
    of: ({ lengths }) => {
      const { x, y } = lengthSeries('', lengths, (row) => row.worked);
      return x.length > 0 ? { x, y } : null;
    },
  }),
  mount() {
    const lengths = linePlot({
      title: t('Right answers by number of steps'),
      hint: t('The same problems twice: answered at once, and step by step. The bands are 95% intervals.'),
      // Ticks fall between whole steps too; those stay empty.
      x: {
        label: t('steps that the problem needs'),
        format: (steps) => (Number.isInteger(steps) ? integer(steps) : ''),
      },
      y: { label: t('right answers'), domain: [0, 1], format: roundPercent },
      band: t('95% interval'),
      named: true,
    });
    const prompts = barPlot({
      title: t('Worked examples in the prompt'),
      hint: t(
        'English problems of two to four steps. “Q: … A: …” is the paper’s form, which this model never saw in training.',
      ),
      value: { label: t('right answers'), domain: [0, 1], format: roundPercent },
    });
    const corrupted = barPlot({
      title: t('A step with a wrong number, and the model goes on'),
      hint: t(
        'In right solutions of four steps or more: which number the next step begins with. The control leaves the steps as they are and puts a line of full stops before them.',
      ),
      value: { label: t('solutions'), domain: [0, 1], format: roundPercent },
    });
    const sample = h('div', { class: 'sample' });
    const open = h('p', {}, h('a', { href: STEP_THROUGH }, t('Step through a chain of thought')));
    return {
      lead: lengths.element,
      element: h('div', { class: 'plots' }, corrupted.element, prompts.element, sample, open),
      draw(result) {
        const series = [
          lengthSeries(t('at once'), result.lengths, (row) => row.direct),
          lengthSeries(t('step by step'), result.lengths, (row) => row.worked),
        ];
        lengths.set(series);
        lengths.describe(series.map(({ name, y }) => t('{0}: {1}.', name, y.map(roundPercent).join(' → '))).join(' '));
        prompts.set(
          result.prompts
            .filter(({ right }) => right.length > 0)
            .map((row) => {
              const value = count(row.right) / row.right.length;
              const [low, high] = shareInterval(value, row.right.length);
              return { name: promptName(row), value, low, high, series: row.form === 'trained' ? 1 : 0 };
            }),
        );
        show(corrupted.element, result.corrupted.wrong.length > 0);
        corrupted.set(corruptedBars(result.corrupted));
        sample.replaceChildren(...(result.sample ? sampleParts(result.sample) : []));
      },
    };
  },
};

function lengthSeries(
  name: string,
  rows: readonly LengthRow[],
  of: (row: LengthRow) => readonly boolean[],
): LineSeries & { y: number[] } {
  const asked = rows.filter((row) => row.worked.length > 0);
  const intervals = asked.map((row) => shareInterval(count(of(row)) / of(row).length, of(row).length));
  return {
    name,
    x: asked.map(({ steps }) => steps),
    y: asked.map((row) => count(of(row)) / of(row).length),
    low: intervals.map(([low]) => low),
    high: intervals.map(([, high]) => high),
    dots: true,
  };
}

function corruptedBars({ wrong, strange }: CorruptedRow): Bar[] {
  const bar = (name: string, cases: readonly boolean[], series = 0): Bar => {
    const value = count(cases) / cases.length;
    const [low, high] = shareInterval(value, cases.length);
    return { name, value, low, high, series };
  };
  const begun = (outcome: CorruptedRow['wrong'][number]): boolean[] => wrong.map((each) => each === outcome);
  return [
    bar(t('with the wrong number'), begun('propagated')),
    bar(t('with the right one again'), begun('restored')),
    bar(t('with neither'), begun('other')),
    bar(t('control: with the right one'), strange, 1),
  ];
}

function promptName({ form, examples, worked }: PromptRow): string {
  if (form === 'trained') return t('as trained, {0} worked examples', examples);
  return worked ? t('Q: … A: …, {0} worked examples', examples) : t('Q: … A: …, {0} examples, answers only', examples);
}

function sampleParts({ question, expected, direct, worked, text }: Sample): HTMLElement[] {
  return [
    h('h4', {}, t('One of the problems')),
    h('p', {}, question),
    h('p', {}, t('Right: {0}. At once: {1}. Step by step: {2}.', expected, direct ?? '–', worked ?? '–')),
    h('pre', { class: 'worked-solution' }, text),
  ];
}
