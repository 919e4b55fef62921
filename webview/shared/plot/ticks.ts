/** Ticks of an axis whose labels do not touch. */
import type { Axis, Scale } from './axis';

/** Least space between two labels, in CSS pixels. */
const APART = 8;

/**
 * A linear axis takes d3's about `count` round numbers, fewer where two would be written alike. A log axis takes powers of
 * ten first, then their doubles and fives, each where its label has room; others only where those are fewer than two.
 * @param label how a tick is written
 * @param room how much of the axis a label takes, in CSS pixels
 */
export function ticksOf(
  scale: Scale,
  axis: Axis,
  count: number,
  label: (tick: number) => string,
  room = labelWidth,
): number[] {
  const all = scale.ticks(count);
  if (axis.scale !== 'log') {
    const alike = new Set(all.map(label)).size < all.length;
    return alike && count > 1 ? ticksOf(scale, axis, count - 1, label, room) : all;
  }
  const kept: number[] = [];
  for (const rank of [0, 1, 2]) {
    if (rank === 2 && kept.length >= 2) break;
    for (const tick of all.filter((each) => rankOf(each) === rank)) {
      const free = kept.every((other) => {
        const between = Math.abs(scale(tick) - scale(other));
        return between >= (room(label(tick)) + room(label(other))) / 2 + APART;
      });
      if (free) kept.push(tick);
    }
  }
  return kept.sort((a, b) => a - b);
}

function rankOf(tick: number): 0 | 1 | 2 {
  const lead = Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9));
  return lead === 1 ? 0 : lead === 2 || lead === 5 ? 1 : 2;
}

/** About how wide a label is in plot.css's 11 pixels. */
export const labelWidth = (label: string): number => textWidth(label, 6.5, 11);

/** Of letters and of Chinese signs that are so wide. */
export const textWidth = (text: string, letter: number, sign: number): number =>
  [...text].reduce((width, each) => width + (each >= '\u2e80' ? sign : letter), 0);
