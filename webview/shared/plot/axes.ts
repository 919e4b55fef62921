/** Scales with labelled axes, units and grid lines. */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Axis, Scale } from './axis';
import { s } from './svg';
import { labelWidth, ticksOf } from './ticks';
import { wrapped } from './wrapped';

export interface Frame {
  x: Scale;
  y: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
  height: number;
}

const MARGIN = { left: 58, right: 14, top: 8, bottom: 42 };
const HEIGHT = 260;
/** Height of a label. */
const LINE = 12;
/** Between the y axis and its numbers, and what its own label takes beside them. */
const [GAP, LABEL] = [6, 19];

/** Draws both axes and returns the scales. Values that are not finite (or not positive on a log axis) do not count. */
export function drawAxes(
  area: SVGSVGElement,
  width: number,
  x: Axis,
  y: Axis,
  xs: readonly number[],
  ys: readonly number[],
): Frame {
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const yScale = scaleOf(y, ys).range([bottom, top]).clamp(true);
  const heights = ticksOf(
    yScale,
    y,
    5,
    (each) => write(y, each),
    () => LINE,
  );
  const widest = Math.max(0, ...heights.map((tick) => labelWidth(write(y, tick))));
  const left = Math.max(MARGIN.left, Math.ceil(LABEL + widest + GAP));
  const right = Math.max(left + 40, width - MARGIN.right);
  // Centred under its axis, it may reach as far beyond the axis as there is room on both sides.
  const name = wrapped(x.label, right - left + 2 * MARGIN.right);
  const frame = { left, right, top, bottom, height: HEIGHT + (name.length - 1) * LINE };
  // What lies outside a fixed domain ends at the frame.
  const xScale = scaleOf(x, xs).range([left, right]).clamp(true);
  const axes = s('g', { class: 'plot-axes', 'aria-hidden': 'true' });
  for (const tick of heights) {
    const at = yScale(tick);
    axes.append(
      s('line', { x1: left, x2: right, y1: at, y2: at, class: 'plot-grid' }),
      s('text', { x: left - GAP, y: at, dy: '0.32em', 'text-anchor': 'end' }, write(y, tick)),
    );
  }
  const across = Math.max(2, Math.floor((right - left) / 80));
  for (const tick of ticksOf(xScale, x, across, (each) => write(x, each))) {
    const at = xScale(tick);
    axes.append(
      s('line', { x1: at, x2: at, y1: bottom, y2: bottom + 4, class: 'plot-tick' }),
      s('text', { x: at, y: bottom + 16, 'text-anchor': 'middle' }, write(x, tick)),
    );
  }
  axes.append(
    s('line', { x1: left, x2: right, y1: bottom, y2: bottom, class: 'plot-tick' }),
    ...name.map((line, at) => s('text', { x: (left + right) / 2, y: HEIGHT - 8 + at * LINE, 'text-anchor': 'middle', class: 'plot-label' }, line)), // prettier-ignore
    s(
      'text',
      {
        transform: `translate(12 ${(top + bottom) / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        class: 'plot-label',
      },
      y.label,
    ),
  );
  area.append(axes);
  return { ...frame, x: xScale, y: yScale };
}

/** At least as wide as `domain` says, rounded to whole ticks where it says nothing. */
export function scaleOf({ scale = 'linear', domain = [undefined, undefined] }: Axis, values: readonly number[]): Scale {
  const usable = values.filter((value) => Number.isFinite(value) && (scale === 'linear' || value > 0));
  const floor = scale === 'log' ? 1 : 0;
  let low = domain[0] ?? usable.reduce((least, value) => Math.min(least, value), Infinity);
  let high = domain[1] ?? usable.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!Number.isFinite(low)) low = Number.isFinite(high) ? Math.min(floor, high) : floor;
  if (!Number.isFinite(high)) high = Math.max(low, floor + 1);
  if (high <= low) high = scale === 'log' ? low * 10 : low + 1;
  const made = scale === 'log' ? scaleLog() : scaleLinear();
  made.domain([low, high]);
  const nice = made.copy().nice().domain();
  return made.domain([domain[0] ?? nice[0], domain[1] ?? nice[1]]);
}

function write(axis: Axis, tick: number): string {
  return axis.format ? axis.format(tick) : compact(tick);
}

function compact(tick: number): string {
  if (Math.abs(tick) >= 10_000) {
    return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(tick);
  }
  if (tick !== 0 && Math.abs(tick) < 1e-3) return tick.toExponential(0);
  return String(Number(tick.toPrecision(4)));
}
