/** Pairs of words in a plane, an arrow from the first to the second: where a relation is a direction, they are parallel. */
import { t } from '../../shared/l10n';
import { decimal, roundPercent } from '../../shared/numbers';
import { labelWidth, placeNames, plotFigure, svg as s, type PlotFigure } from '../../shared/plot';
import { drawAxes } from '../../shared/plot/axes';
import type { SectionMap } from '../../../src/milestones/word2vec/options';

export interface ArrowPlot extends PlotFigure {
  set(map: SectionMap): void;
}

/** Of an arrow's head, in CSS pixels. */
const HEAD = 6;

export function arrowPlot(title: string, hint: string): ArrowPlot {
  let map: SectionMap | undefined;
  const axis = (number: 1 | 2): { label: string; format: (value: number) => string } => ({
    label: t('component {0} ({1} of variance)', number, roundPercent(map?.shares[number - 1] ?? 0)),
    format: (value) => value.toFixed(1),
  });
  const figure = plotFigure({
    title,
    hint,
    draw(area, width) {
      const ends = map?.pairs.flatMap(({ at, end }) => [at, end]) ?? [];
      const frame = drawAxes(
        area,
        width,
        axis(1),
        axis(2),
        ends.map(([x]) => x),
        ends.map(([, y]) => y),
      );
      const pairs = (map?.pairs ?? []).map(({ from, to, at, end }) => [
        { name: from, x: frame.x(at[0]), y: frame.y(at[1]) },
        { name: to, x: frame.x(end[0]), y: frame.y(end[1]) },
      ]);
      for (const [a, b] of pairs) area.append(s('path', { d: arrow(a.x, a.y, b.x, b.y), class: 'plot-whisker' }));
      const words = pairs.flat();
      const places = placeNames(words, frame, labelWidth);
      words.forEach(({ name, x, y }, index) => {
        const dot = s('circle', { cx: x, cy: y, r: 3, class: `plot-dot series-${index % 2}` }, s('title', {}, name));
        area.append(dot);
        const place = places[index];
        if (place)
          area.append(s('text', { x: place.x, y: place.y, 'text-anchor': place.anchor, class: 'plot-name' }, name));
      });
      return frame.height;
    },
    table: () =>
      map
        ? {
            caption: title,
            columns: [t('from'), 'x', 'y', t('to'), 'x', 'y'],
            rows: map.pairs.map(({ from, to, at, end }) => [from, ...at.map(decimal), to, ...end.map(decimal)]),
          }
        : null,
  });
  return {
    ...figure,
    set(now) {
      map = now;
      figure.describe(t('{0} pairs of words.', now.pairs.length));
      figure.redraw();
    },
  };
}

function arrow(x1: number, y1: number, x2: number, y2: number): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const side = (turn: number): string =>
    `M${x2},${y2}L${x2 - HEAD * Math.cos(angle + turn)},${y2 - HEAD * Math.sin(angle + turn)}`;
  return `M${x1},${y1}L${x2},${y2}${side(0.45)}${side(-0.45)}`;
}
