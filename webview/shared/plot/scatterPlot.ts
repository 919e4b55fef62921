/** Points in two dimensions, by series, some with names; a diagonal where both axes measure the same. */
import { drawAxes } from './axes';
import type { Axis } from './axis';
import { plotFigure, type PlotFigure } from './figure';
import { figures } from './figures';
import { placeNames } from './labels';
import { s, seriesClass } from './svg';
import { labelWidth } from './ticks';

export interface ScatterPoint {
  x: number;
  y: number;
  /** Written beside the point. */
  label?: string;
  /** For the table and the tooltip when there is no label in the picture. */
  name?: string;
}

export interface ScatterSeries {
  name: string;
  points: readonly ScatterPoint[];
}

export interface ScatterPlotOptions {
  title: string;
  hint?: string;
  x: Axis;
  y: Axis;
  diagonal?: boolean;
}

export interface ScatterPlot extends PlotFigure {
  set(series: readonly ScatterSeries[]): void;
}

const TABLE_ROWS = 200;

export function scatterPlot({ title, hint, x, y, diagonal = false }: ScatterPlotOptions): ScatterPlot {
  let series: readonly ScatterSeries[] = [];
  const points = (): readonly ScatterPoint[] => series.flatMap((each) => each.points);
  const figure = plotFigure({
    title,
    hint,
    draw(area, width) {
      const [xs, ys] = [points().map((point) => point.x), points().map((point) => point.y)];
      const frame = drawAxes(area, width, x, y, xs, ys);
      if (diagonal) {
        const low = Math.max(frame.x.domain()[0], frame.y.domain()[0]);
        const high = Math.min(frame.x.domain()[1], frame.y.domain()[1]);
        const [x1, x2, y1, y2] = [frame.x(low), frame.x(high), frame.y(low), frame.y(high)];
        area.append(s('line', { x1, x2, y1, y2, class: 'plot-reference' }));
      }
      const drawn = series.flatMap((each, index) =>
        each.points.map((point) => ({
          point,
          index,
          name: point.label ?? '',
          x: frame.x(point.x),
          y: frame.y(point.y),
        })),
      );
      const inside = drawn.filter(({ x: cx, y: cy }) => Number.isFinite(cx) && Number.isFinite(cy));
      const places = placeNames(inside, frame, labelWidth);
      inside.forEach(({ point, index, x: cx, y: cy }, at) => {
        const dot = s('circle', { cx, cy, r: 4, class: `plot-dot ${seriesClass(index)}` });
        const name = point.name ?? point.label;
        if (name) dot.append(s('title', {}, name));
        area.append(dot);
        const place = places[at];
        if (!point.label || !place) return;
        area.append(
          s('text', { x: place.x, y: place.y, 'text-anchor': place.anchor, class: 'plot-name' }, point.label),
        );
      });
      return frame.height;
    },
    table() {
      const rows = series.flatMap((each) => each.points.map((point) => ({ point, series: each.name })));
      if (rows.length === 0) return null;
      return {
        caption: title,
        columns: ['', '', x.label, y.label],
        rows: rows
          .slice(0, TABLE_ROWS)
          .map(({ point, series: of }) => [
            of,
            point.label ?? point.name ?? '',
            figures(point.x, x),
            figures(point.y, y),
          ]),
      };
    },
    legend: () => series,
  });
  return {
    ...figure,
    set(now) {
      series = now;
      figure.redraw();
    },
  };
}
