/** Points in two dimensions, by series, some with names; a diagonal where both axes measure the same. */
import { drawAxes, type Axis } from './axes';
import { plotFigure, type PlotFigure } from './figure';
import { figures } from './figures';
import { s, seriesClass } from './svg';

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
      series.forEach((each, index) => {
        for (const point of each.points) {
          const [cx, cy] = [frame.x(point.x), frame.y(point.y)];
          if (!Number.isFinite(cx) || !Number.isFinite(cy)) continue;
          const dot = s('circle', { cx, cy, r: 4, class: `plot-dot ${seriesClass(index)}` });
          if (point.name) dot.append(s('title', {}, point.name));
          area.append(dot);
          if (!point.label) continue;
          const nearRight = cx > frame.right - 70;
          const anchor = nearRight ? 'end' : 'start';
          area.append(
            s(
              'text',
              { x: cx + (nearRight ? -7 : 7), y: cy, dy: '0.35em', 'text-anchor': anchor, class: 'plot-name' },
              point.label,
            ),
          );
        }
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
    legend: () => series.map(({ name }) => name),
  });
  return {
    ...figure,
    set(now) {
      series = now;
      figure.redraw();
    },
  };
}
