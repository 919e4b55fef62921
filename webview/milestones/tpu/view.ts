/** Size against quality, drift and router flips by layer, speed; the systolic array; the capacity sum. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, percent } from '../../shared/numbers';
import { barPlot, linePlot, scatterPlot, type LineSeries } from '../../shared/plot';
import {
  controls,
  generationSpeed,
  PRECISIONS,
  promptSpeed,
  type Options,
  type Precision,
  type Result,
  type TextRow,
} from '../../../src/milestones/tpu/options';
import { bitsPerByte, moved, perplexity } from '../../../src/milestones/tpu/summary';
import { arrayView } from './viewArray';
import { capacityView } from './viewCapacity';
import { trial } from '../../../src/milestones/tpu/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const names: Record<Precision, string> = {
      f32: t('floats, 32 bits'),
      int8: t('8 bits'),
      int4: t('4 bits'),
      ternary: t('−1, 0, 1'),
    };
    const summary = h('p', { 'data-section': 'read' });
    const trade = scatterPlot({
      title: t('Smaller weights, and what they cost'),
      hint: t('Bits per byte of text: fewer is better; 8 would be knowing nothing. To the left: less memory.'),
      x: {
        label: t('weights with their scales (MB)'),
        scale: 'log',
        format: (value) => String(Number(value.toPrecision(3))),
      },
      y: { label: t('bits per byte'), domain: [0, undefined], format: decimal },
    });
    const drift = linePlot({
      title: t('How far attention moves'),
      hint: t(
        'Share of a token’s attention that lies elsewhere than in floats (total variation distance), mean over heads and tokens; the band is the 95% interval over texts.',
      ),
      x: { label: t('layer'), format: integer },
      y: { label: t('attention moved'), domain: [0, undefined], format: (value) => percent(value) },
      band: t('95% interval'),
    });
    const flips = linePlot({
      title: t('Router flips'),
      hint: t('Share of the tokens that a layer sends to other experts than in floats.'),
      x: { label: t('layer'), format: integer },
      y: { label: t('tokens sent elsewhere'), domain: [0, undefined], format: (value) => percent(value) },
      band: t('95% interval'),
    });
    const speed = barPlot({
      title: t('Speed on this machine, one thread'),
      hint: t('Medians of five runs that took turns. −1, 0, 1 has no kernel of its own and runs in the 4-bit one.'),
      value: { label: t('tokens per second'), domain: [0, undefined], format: integer },
    });
    const capacity = capacityView(stage, names);
    return {
      lead: trade.element,
      element: h(
        'div',
        {},
        summary,
        h('div', { class: 'plots' }, drift.element, flips.element, speed.element, arrayView(stage), capacity.element),
      ),
      draw(result, _options, _final, timings) {
        const { texts, selection, sizes } = result;
        summary.textContent = told(result);
        trade.set(
          [
            { name: t('all texts'), rows: texts },
            { name: t('your selection'), rows: selection ? [selection] : [] },
          ]
            .filter(({ rows }) => rows.length > 0)
            .map(({ name, rows }, series) => ({
              name,
              points: PRECISIONS.map((precision) => ({
                x: sizes[precision] / 1e6,
                y: bitsPerByte(rows, precision),
                label: series === 0 ? names[precision] : undefined,
                name: t('{0}, perplexity {1}', names[precision], decimal(perplexity(rows, precision))),
              })),
            })),
        );
        drift.set(lines(texts, 'drift'));
        flips.set(lines(texts, 'flips'));
        show(speed.element, timings !== undefined);
        if (timings) {
          speed.set(
            PRECISIONS.flatMap((precision) => [
              { name: t('{0}: reading', names[precision]), value: timings[promptSpeed(precision)], series: 0 },
              { name: t('{0}: writing', names[precision]), value: timings[generationSpeed(precision)], series: 1 },
            ]),
          );
        }
        capacity.draw(timings);
      },
    };

    function lines(texts: readonly TextRow[], measure: 'drift' | 'flips'): LineSeries[] {
      if (texts.length === 0) return [];
      const layers = texts[0].readings.f32.drift.map((_, layer) => layer);
      return PRECISIONS.slice(1).map((precision) => {
        const estimates = layers.map((layer) => moved(texts, precision, measure, layer));
        return {
          name: names[precision],
          x: layers,
          y: estimates.map(({ value }) => value),
          low: estimates.map(({ interval: [low] }) => low),
          high: estimates.map(({ interval: [, high] }) => high),
          dots: true,
        };
      });
    }
  },
};

function told({ texts, stories, selection }: Result): string {
  if (texts.length === 0) return '';
  return [
    stories
      ? t('{0} stories of this history were read: the workspace has too few texts.', texts.length)
      : t('{0} files of the workspace were read, the beginning of each.', texts.length),
    ...(selection ? [t('Your selection: {0}, {1} tokens.', selection.name, selection.predicted + 1)] : []),
  ].join(' ');
}
