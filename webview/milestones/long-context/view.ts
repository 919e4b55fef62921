/** Needles found by length of the haystack, what look-alikes do, and what attention needs of memory and time. */
import {
  attentionTime,
  controls,
  GATE,
  type Level,
  type Options,
  type Result,
} from '../../../src/milestones/long-context/options';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, duration, integer, points, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { written } from '../cardView';
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { turnedView } from './viewTurned';
import { trial } from '../../../src/milestones/long-context/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('one needle'),
    x: { label: t('statements in the haystack'), scale: 'log', format: integer },
    y: { label: t('share'), domain: [0, 1], format: roundPercent },
    at: [64, 256, 1024, 4096, 16384],
    difference: points,
    of: ({ levels }) =>
      levels.length > 0 ? { x: levels.map(({ length }) => length), y: levels.map(({ found }) => found) } : null,
  }),
  mount() {
    const learning = linePlot({
      title: t('Learning to find one among 64'),
      x: { label: t('steps'), format: integer },
      y: { label: t('loss in nats'), domain: [0, undefined], format: decimal },
    });
    const byLength = linePlot({
      title: t('Found, by length of the haystack'),
      hint: t(
        'One haystack for each length, kept while it is asked for many needles. Learned with 64 statements; what lies to the right was never met.',
      ),
      x: { label: t('statements in the haystack'), scale: 'log', format: integer },
      y: { label: t('share'), domain: [0, 1], format: roundPercent },
      named: true,
    });
    const attentive = linePlot({
      title: t('Attention on the needle'),
      x: { label: t('statements in the haystack'), scale: 'log', format: integer },
      y: { label: t('share'), domain: [0, 1], format: roundPercent },
    });
    const alike = barPlot({
      title: t('Found among 1,024, by what the others look like'),
      hint: t('Without the needle the thing can only be guessed: 1 of 16.'),
      value: { label: t('share'), domain: [0, 1], format: roundPercent },
      reference: { value: 1 / 16, name: t('chance') },
    });
    const memory = linePlot({
      title: t('Memory of attention, beside what goes in and comes out'),
      hint: t('One head of 32 numbers, the same result both ways: the whole map grows with the square of the length.'),
      x: { label: t('tokens'), scale: 'log', format: integer },
      y: { label: t('bytes'), scale: 'log', format: (value) => written(value, 'bytes') },
    });
    const times = h('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': t('Measured times') });
    const said = h('p', {});
    const turned = turnedView();
    return {
      lead: byLength.element,
      element: h(
        'div',
        { class: 'plots' },
        learning.element,
        said,
        ...turned.elements,
        attentive.element,
        alike.element,
        memory.element,
        times,
      ),
      draw(result, _options, _final, timings = {}) {
        const { losses, levels, distractors } = result;
        learning.set([{ name: t('loss'), x: losses.map((_, step) => step + 1), y: losses }]);
        const line = (name: string, of: (level: Level) => number) => ({
          name,
          x: levels.map(({ length }) => length),
          y: levels.map(of),
          dots: true,
        });
        const lines = [
          line(t('one needle'), ({ found }) => found),
          line(t('one needle, sharper scores'), ({ sharpened }) => sharpened),
          line(t('all ten of ten, asked one by one'), ({ together }) => together),
          line(t('sum of two'), ({ summed }) => summed),
        ];
        attentive.set([line(t('attention on the needle'), ({ attention }) => attention)]);
        byLength.set(lines);
        byLength.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(roundPercent).join(' → '))).join(' '));
        const gate = levels.find(({ length }) => length === GATE.length);
        said.textContent = gate ? gateSaid(gate) : '';
        alike.set(
          distractors
            ? [
                { name: t('none shares half of the key'), value: distractors.none },
                { name: t('all that share half of the key'), value: distractors.all, series: 1 },
                { name: t('without the needle'), value: distractors.absent, series: 2 },
              ]
            : [],
        );
        turned.draw(result.turned);
        memory.set(
          (['whole', 'streamed'] as const).map((way) => ({
            name: wayName(way),
            x: result.memory.map(({ tokens }) => tokens),
            y: result.memory.map((each) => each[way]),
            dots: true,
          })),
        );
        times.replaceChildren(timesTable(result, timings));
        for (const element of [memory.element, times]) show(element, result.memory.length > 0);
        for (const { element } of [byLength, attentive]) show(element, levels.length > 0);
        show(alike.element, distractors !== null);
      },
    };
  },
};

function gateSaid({ length, found }: Level): string {
  return found >= GATE.share
    ? t('The gate is passed: {0} found among {1}, where {2} were asked for.', roundPercent(found), length, roundPercent(GATE.share))
    : t('The gate is not passed: {0} found among {1}, where {2} were asked for. Nothing is claimed about longer haystacks.', roundPercent(found), length, roundPercent(GATE.share)); // prettier-ignore
}

const wayName = (way: 'whole' | 'streamed'): string =>
  ({ whole: t('whole map'), streamed: t('streamed, 64 keys at a time') })[way];

function timesTable({ memory }: Result, timings: Readonly<Record<string, number>>): HTMLElement {
  const ms = (way: 'whole' | 'streamed', tokens: number): string => {
    const value = timings[attentionTime(way, tokens)];
    return value === undefined ? '–' : duration(value);
  };
  return simpleTable(
    t('Time of the same, measured on one thread'),
    [t('tokens'), wayName('whole'), wayName('streamed')],
    memory.map(({ tokens }) => [integer(tokens), ms('whole', tokens), ms('streamed', tokens)]),
  );
}
