/** Lines over a common axis, with bands (intervals, or lowest to highest); pointing reads the values out. */
import { area as areaShape, line as lineShape } from 'd3-shape';
import { h } from '../dom';
import { t } from '../l10n';
import { drawAxes, type Frame } from './axes';
import type { Axis } from './axis';
import { plotFigure, type PlotFigure } from './figure';
import { nameLines } from './lineNames';
import { labelWidth } from './ticks';
import { figures } from './figures';
import { s, seriesClass } from './svg';

export interface LineSeries {
  name: string;
  /** [points], rising. */
  x: readonly number[];
  /** [points]; NaN leaves a gap. */
  y: readonly number[];
  /** [points]: the band around the line. */
  low?: readonly number[];
  high?: readonly number[];
  /** A mark on every point, for few measured points. */
  dots?: boolean;
  /** Colour and dashes, where a line keeps them in several pictures; its place among the lines by default. */
  series?: number;
}

export interface LinePlotOptions {
  title: string;
  hint?: string;
  x: Axis;
  y: Axis;
  /** What the band is, for the table: "95 % interval", "lowest", … */
  band?: string;
  /** Names stand at their lines, for few lines; those of all in a legend where one has no room. */
  named?: boolean;
}

/** A place on the x axis that means something: a line across the picture, with its name at the top. */
export interface LineMark {
  x: number;
  name: string;
}

export interface LinePlot extends PlotFigure {
  set(series: readonly LineSeries[], mark?: LineMark): void;
}

export function linePlot({ title, hint, x, y, band = t('band'), named = false }: LinePlotOptions): LinePlot {
  let series: readonly LineSeries[] = [];
  let mark: LineMark | undefined;
  let frame: Frame | undefined;
  let allNamed = false;
  const readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  const figure = plotFigure({
    title,
    hint,
    draw(area, width) {
      const ys = series.flatMap((each) => [...each.y, ...(each.low ?? []), ...(each.high ?? [])]);
      frame = drawAxes(
        area,
        width,
        x,
        y,
        series.flatMap((each) => [...each.x]),
        ys,
      );
      if (mark) drawMark(area, frame, mark);
      series.forEach((each, index) => drawSeries(area, frame!, each, each.series ?? index));
      allNamed = named && series.length > 1 && drawNames(area, frame, series, mark);
      return frame.height;
    },
    table: () => {
      if (series.length === 0) return null;
      const made = lineTable(title, x, y, band, series);
      return mark ? { ...made, caption: `${made.caption} (${mark.name}: ${figures(mark.x, x)})` } : made;
    },
    legend: () => (allNamed ? [] : series),
  });
  const area = figure.element.querySelector('svg.plot-area')!;
  area.after(readout);
  area.addEventListener('pointermove', (event) => {
    if (!frame || series.length === 0) return;
    const left = (event as PointerEvent).clientX - area.getBoundingClientRect().left;
    const at = frame.x.invert(Math.min(frame.right, Math.max(frame.left, left)));
    const parts = series.flatMap((each) => {
      const point = nearest(each.x, at);
      return Number.isFinite(each.y[point]) ? [`${each.name}: ${figures(each.y[point], y)}`] : [];
    });
    const shown = series[0].x[nearest(series[0].x, at)];
    readout.textContent = `${x.label} ${figures(shown, x)} · ${parts.join(' · ')}`;
  });
  return {
    ...figure,
    set(now, place) {
      series = now;
      mark = place;
      figure.redraw();
    },
  };
}

/** The name stands on the side that has more room. */
function drawMark(area: SVGSVGElement, { x, left, right, top, bottom }: Frame, mark: LineMark): void {
  const at = x(mark.x);
  const before = at - left > right - at;
  area.append(
    s('line', { x1: at, x2: at, y1: top, y2: bottom, class: 'plot-reference' }),
    s(
      'text',
      { x: before ? at - 5 : at + 5, y: top + 10, 'text-anchor': before ? 'end' : 'start', class: 'plot-text' },
      mark.name,
    ),
  );
}

function drawSeries(area: SVGSVGElement, { x, y }: Frame, series: LineSeries, index: number): void {
  const points = [...series.x.keys()];
  const { low, high } = series;
  if (low && high) {
    const band = areaShape<number>()
      .defined((point) => Number.isFinite(low[point]) && Number.isFinite(high[point]))
      .x((point) => x(series.x[point]))
      .y0((point) => y(low[point]))
      .y1((point) => y(high[point]));
    area.append(s('path', { d: band(points), class: `plot-band ${seriesClass(index)}` }));
  }
  const line = lineShape<number>()
    .defined((point) => Number.isFinite(series.y[point]))
    .x((point) => x(series.x[point]))
    .y((point) => y(series.y[point]));
  area.append(s('path', { d: line(points), class: `plot-line ${seriesClass(index)}` }));
  if (!series.dots) return;
  for (const point of points.filter((each) => Number.isFinite(series.y[each]))) {
    const [cx, cy] = [x(series.x[point]), y(series.y[point])];
    area.append(s('circle', { cx, cy, r: 3, class: `plot-dot ${seriesClass(index)}` }));
  }
}

/** Whether all have room; without, none is drawn. */
function drawNames(area: SVGSVGElement, frame: Frame, series: readonly LineSeries[], mark?: LineMark): boolean {
  const { x, y, left, right, top } = frame;
  const lines = series.map((each) => ({
    name: each.name,
    points: [...each.x.keys()]
      .filter((point) => Number.isFinite(each.y[point]))
      .map((point) => ({ x: x(each.x[point]), y: y(each.y[point]) })),
  }));
  // A mark's name may stand on either side of it.
  const wide = mark ? labelWidth(mark.name) + 8 : 0;
  const taken = mark ? [{ left: x(mark.x) - wide, right: x(mark.x) + wide, top, bottom: top + 14 }] : [];
  const places = nameLines(lines, { left, right, top, bottom: frame.bottom }, labelWidth, taken);
  if (places.some((place) => place === null)) return false;
  places.forEach((place, at) => {
    area.append(s('text', { ...place!, 'text-anchor': 'middle', class: 'plot-name' }, series[at].name));
  });
  return true;
}

/** Rows of the table at most; lines with more points are thinned evenly. */
const ROWS = 60;

function lineTable(
  title: string,
  x: Axis,
  y: Axis,
  band: string,
  series: readonly LineSeries[],
): { caption: string; columns: string[]; rows: string[][] } {
  const all = [...new Set(series.flatMap((each) => [...each.x]))].sort((a, b) => a - b);
  const every = Math.ceil(all.length / ROWS);
  const places = all.filter((_, at) => at % every === 0 || at === all.length - 1);
  const cell = (each: LineSeries, place: number): string => {
    const point = each.x.indexOf(place);
    if (point < 0 || !Number.isFinite(each.y[point])) return '–';
    const range =
      each.low && each.high ? ` (${band} ${figures(each.low[point], y)} – ${figures(each.high[point], y)})` : '';
    return figures(each.y[point], y) + range;
  };
  return {
    caption: `${title}: ${y.label}`,
    columns: [x.label, ...series.map(({ name }) => name)],
    rows: places.map((place) => [figures(place, x), ...series.map((each) => cell(each, place))]),
  };
}

function nearest(values: readonly number[], to: number): number {
  let best = 0;
  values.forEach((value, at) => {
    if (Math.abs(value - to) < Math.abs(values[best] - to)) best = at;
  });
  return best;
}
