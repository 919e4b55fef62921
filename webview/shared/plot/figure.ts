/** What all plots share: title, drawing area that follows the width, legend, table twin. */
import { freshId, h, oncePerFrame } from '../dom';
import { onResize } from '../surface';
import { tableTwin, type TableRows } from '../tableTwin';
import { s, seriesClass } from './svg';

export interface PlotFigure {
  readonly element: HTMLElement;
  /** What is in the picture, in a sentence; for screen readers. */
  describe(summary: string): void;
  /** Something has changed: draws in the next frame. */
  redraw(): void;
}

export interface FigureOptions {
  title: string;
  /** A sentence under the title: how to read it. */
  hint?: string;
  /** Draws into an empty area of this many CSS pixels. */
  draw(area: SVGSVGElement, width: number): number;
  table(): TableRows | null;
  /** What the legend names; none or one: no legend. `series`: its place by default. */
  legend?(): readonly { name: string; series?: number }[];
}

/** `draw` returns the height it took. */
export function plotFigure({ title, hint, draw, table, legend }: FigureOptions): PlotFigure {
  const titleId = freshId('plot');
  const area = s('svg', { role: 'img', 'aria-labelledby': titleId, class: 'plot-area' });
  const description = h('span', { class: 'only-read-out' });
  const names = h('ul', { class: 'plot-legend', 'aria-hidden': 'true' });
  const box = h('div', { class: 'plot-box' }, area);
  const twin = tableTwin(table);
  const element = h(
    'figure',
    { class: 'plot' },
    h('figcaption', { id: titleId }, h('span', { class: 'plot-title' }, title), description),
    hint && h('p', { class: 'hint' }, hint),
    names,
    box,
    twin.element,
  );
  let width = 0;
  const redraw = oncePerFrame(() => {
    if (width === 0) return;
    area.replaceChildren();
    const height = draw(area, width);
    area.setAttribute('width', String(width));
    area.setAttribute('height', String(height));
    area.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const listed = legend?.() ?? [];
    names.hidden = listed.length < 2;
    names.replaceChildren(...listed.map(({ name, series }, index) => h('li', {}, swatch(series ?? index), name)));
    twin.invalidate();
  });
  onResize(box, (now) => {
    width = now;
    redraw();
  });
  return {
    element,
    describe: (summary) => description.replaceChildren(` ${summary}`),
    redraw,
  };
}

function swatch(index: number): SVGSVGElement {
  return s(
    'svg',
    { width: 24, height: 10, class: 'plot-swatch' },
    s('line', { x1: 1, x2: 23, y1: 5, y2: 5, class: `plot-line ${seriesClass(index)}` }),
    s('circle', { cx: 12, cy: 5, r: 3, class: `plot-dot ${seriesClass(index)}` }),
  );
}
