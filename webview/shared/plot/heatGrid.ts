/** A small matrix as coloured cells: one hue for amounts, two for signed values. At most a few hundred cells. */
import { css, mix, readableOn, stepOf, type Rgb } from '../../../src/shared/color';
import { t } from '../l10n';
import { onThemeChange, theme } from '../theme';
import { plotFigure, type PlotFigure } from './figure';
import { figures } from './figures';
import { s } from './svg';
import { labelWidth } from './ticks';

export interface HeatGridData {
  rows: readonly string[];
  columns: readonly string[];
  /** [rows][columns]; NaN is an empty cell. */
  values: readonly (readonly number[])[];
}

export interface HeatGridOptions {
  title: string;
  hint?: string;
  /** What a cell is, with its unit. */
  value: string;
  /** 'amount' from 0 up, 'signed' around 0. */
  kind: 'amount' | 'signed';
  rowLabel?: string;
  columnLabel?: string;
  format?: (value: number) => string;
  /** Numbers in the cells, where there is room. */
  numbers?: boolean;
}

export interface HeatGrid extends PlotFigure {
  set(data: HeatGridData): void;
}

/** Room for the names of the rows: as much as they take, at most this. */
const MOST_LEFT = 92;
const TOP = 22;
const ROW = 24;

/** Ends of the signed scale: blue and orange differ for every common kind of colour vision. */
const BELOW: Rgb = [0, 114, 178];
const ABOVE: Rgb = [213, 94, 0];

export function heatGrid({
  title,
  hint,
  value,
  kind,
  rowLabel,
  columnLabel,
  format,
  numbers,
}: HeatGridOptions): HeatGrid {
  let { rows, columns, values }: HeatGridData = { rows: [], columns: [], values: [] };
  const axis = { format };
  const colorOf = (cell: number, largest: number): Rgb => {
    const { heat, background } = theme();
    const place = largest > 0 ? Math.min(1, Math.abs(cell) / largest) : 0;
    if (kind === 'amount') return heat.colors[stepOf(place)];
    return mix(background, cell < 0 ? BELOW : ABOVE, place);
  };
  const figure = plotFigure({
    title,
    hint,
    draw(area, width) {
      const left = Math.min(MOST_LEFT, 10 + Math.max(0, ...rows.map(labelWidth)));
      const cellWidth = Math.max(3, Math.min(64, (width - left - 4) / Math.max(1, columns.length)));
      const rowHeight = Math.min(ROW, Math.max(12, cellWidth));
      const largest = values
        .flat()
        .reduce((most, cell) => (Number.isFinite(cell) ? Math.max(most, Math.abs(cell)) : most), 0);
      const every = Math.ceil(26 / cellWidth);
      columns.forEach((name, column) => {
        if (column % every !== 0) return;
        const x = left + (column + 0.5) * cellWidth;
        area.append(s('text', { x, y: TOP - 7, 'text-anchor': 'middle', class: 'plot-text' }, name));
      });
      rows.forEach((name, row) => {
        const y = TOP + row * rowHeight;
        area.append(
          s(
            'text',
            { x: left - 6, y: y + rowHeight / 2, dy: '0.35em', 'text-anchor': 'end', class: 'plot-text' },
            name,
          ),
        );
        columns.forEach((columnName, column) => {
          const cell = values[row]?.[column];
          if (cell === undefined || !Number.isFinite(cell)) return;
          const color = colorOf(cell, largest);
          const x = left + column * cellWidth;
          const box = s('rect', {
            x,
            y,
            width: cellWidth - (cellWidth < 5 ? 0.5 : 1),
            height: rowHeight - 1,
            fill: css(color),
            // Outlines of narrow cells would hide their colours in high contrast.
            class: cellWidth < 12 ? null : 'plot-cell',
          });
          box.append(s('title', {}, `${name}, ${columnName}: ${figures(cell, axis)}`));
          area.append(box);
          if (!numbers || cellWidth < 34) return;
          const fill = css(readableOn(color, theme().foreground));
          area.append(
            s(
              'text',
              {
                x: x + cellWidth / 2,
                y: y + rowHeight / 2,
                dy: '0.35em',
                'text-anchor': 'middle',
                fill,
                class: 'plot-number',
              },
              figures(cell, axis),
            ),
          );
        });
      });
      const bottom = TOP + rows.length * rowHeight + 16;
      const scale =
        kind === 'signed' ? `−${figures(largest, axis)} … ${figures(largest, axis)}` : `0 … ${figures(largest, axis)}`;
      const label = [columnLabel && `→ ${columnLabel}`, rowLabel && `↓ ${rowLabel}`, `${value}: ${scale}`];
      area.append(s('text', { x: 4, y: bottom, class: 'plot-label' }, label.filter(Boolean).join(' · ')));
      return bottom + 8;
    },
    table: () =>
      rows.length > 0
        ? {
            caption: `${title}: ${value}`,
            columns: [rowLabel ?? t('row'), ...columns],
            rows: rows.map((name, row) => [
              name,
              ...columns.map((_, column) => figures(values[row]?.[column] ?? NaN, axis)),
            ]),
          }
        : null,
  });
  onThemeChange(figure.redraw);
  return {
    ...figure,
    set(data) {
      ({ rows, columns, values } = data);
      figure.redraw();
    },
  };
}
