/** Horizontal bars, one for each name, with intervals: readable names at any width. */
import { scaleOf } from './axes';
import type { Axis } from './axis';
import { plotFigure, type PlotFigure } from './figure';
import { figures } from './figures';
import { t } from '../l10n';
import { s, seriesClass } from './svg';
import { ticksOf } from './ticks';

export interface Bar {
  name: string;
  /** NaN: none yet; a dash stands for it. */
  value: number;
  /** 95 % interval. */
  low?: number;
  high?: number;
  /** Colour; bars of one kind share it. Default: 0. */
  series?: number;
}

export interface BarPlotOptions {
  title: string;
  hint?: string;
  /** Of the lengths. */
  value: Axis;
  /** A line across all bars: chance, the paper's number. */
  reference?: { value: number; name: string };
}

export interface BarPlot extends PlotFigure {
  set(bars: readonly Bar[]): void;
}

const ROW = 40;
const BAR = 14;
const FOOT = 40;
/** Labels of ticks nearer to the left end than this begin at their tick. */
const EDGE = 10;

export function barPlot({ title, hint, value: axis, reference }: BarPlotOptions): BarPlot {
  let bars: readonly Bar[] = [];
  const figure = plotFigure({
    title,
    hint,
    draw(area, width) {
      const ends = bars.flatMap(({ value, low = value, high = value }) => [value, low, high]);
      const fromZero: Axis = {
        ...axis,
        domain: axis.domain ?? (axis.scale === 'log' ? undefined : [undefined, undefined]),
      };
      const least = axis.scale === 'log' ? [] : [0];
      const scale = scaleOf(fromZero, [...ends, ...least, ...(reference ? [reference.value] : [])]);
      scale.range([4, width - 64]);
      const height = bars.length * ROW + FOOT;
      const zero = axis.scale === 'log' ? scale.range()[0] : scale(0);
      const count = Math.max(2, Math.floor(width / 110));
      for (const tick of ticksOf(scale, axis, count, (each) => figures(each, axis))) {
        const at = scale(tick);
        area.append(
          s('line', { x1: at, x2: at, y1: 0, y2: height - FOOT, class: 'plot-grid' }),
          s(
            'text',
            // At the very edge a label in the middle would be cut.
            { x: at, y: height - FOOT + 14, 'text-anchor': at < EDGE ? 'start' : 'middle', class: 'plot-text' },
            figures(tick, axis),
          ),
        );
      }
      bars.forEach((bar, index) => {
        const top = index * ROW + 16;
        const isKnown = Number.isFinite(bar.value);
        const end = isKnown ? scale(bar.value) : zero;
        area.append(s('text', { x: 4, y: top - 4, class: 'plot-name' }, bar.name));
        if (isKnown) {
          area.append(
            s('rect', {
              x: Math.min(zero, end),
              y: top,
              width: Math.max(1, Math.abs(end - zero)),
              height: BAR,
              class: `plot-bar ${seriesClass(bar.series ?? 0)}`,
            }),
          );
        }
        let right = Math.max(zero, end);
        if (isKnown && bar.low !== undefined && bar.high !== undefined) {
          const [a, b, middle] = [scale(bar.low), scale(bar.high), top + BAR / 2];
          right = Math.max(right, b);
          area.append(
            s('path', {
              d: `M${a},${middle}H${b}M${a},${middle - 4}v8M${b},${middle - 4}v8`,
              class: 'plot-whisker',
            }),
          );
        }
        area.append(
          s('text', { x: right + 6, y: top + BAR / 2, dy: '0.35em', class: 'plot-value' }, figures(bar.value, axis)),
        );
      });
      if (reference) {
        const at = scale(reference.value);
        // Behind the names, which it would strike through.
        area.prepend(s('line', { x1: at, x2: at, y1: 0, y2: height - FOOT, class: 'plot-reference' }));
      }
      const label = reference ? `${axis.label} (┆ ${reference.name}: ${figures(reference.value, axis)})` : axis.label;
      area.append(s('text', { x: 4, y: height - 6, class: 'plot-label' }, label));
      return height;
    },
    table: () =>
      bars.length > 0
        ? {
            caption: `${title}: ${axis.label}`,
            columns: ['', axis.label, t('95% interval')],
            rows: bars.map(({ name, value, low, high }) => [
              name,
              figures(value, axis),
              Number.isFinite(value) && low !== undefined && high !== undefined
                ? `${figures(low, axis)} – ${figures(high, axis)}`
                : '–',
            ]),
          }
        : null,
  });
  return {
    ...figure,
    set(now) {
      bars = now;
      figure.redraw();
    },
  };
}
