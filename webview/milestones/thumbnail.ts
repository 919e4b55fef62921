/** An experiment in small: the checked numbers that its prediction is about, as bars beside each other. */
import type { MilestoneId } from '../../src/shared/history/timeline';
import { s } from '../shared/plot/svg';
import { pages } from './pages';
import { PREDICTABLE } from './predictable';

/** In CSS pixels: how high the largest bar is, how wide each, and from one to the next. */
const [HIGH, WIDE, STEP] = [11, 2.5, 3.5];

/** @param x of its middle @param y of its foot @returns null without two numbers, or where none is above zero */
export function thumbnail(id: MilestoneId, x: number, y: number): SVGElement | null {
  const rows = pages[id]?.checked?.rows ?? [];
  const values = (PREDICTABLE[id] ?? []).flatMap((name) => rows.find((row) => row.name === name)?.value ?? []);
  const most = Math.max(...values);
  if (values.length < 2 || most <= 0) return null;
  const left = x - (WIDE + STEP * (values.length - 1)) / 2;
  const bars = values.map((value, at) => {
    const height = Math.max(1, (HIGH * value) / most);
    return s('rect', { x: left + STEP * at, y: y - height, width: WIDE, height });
  });
  return s('g', { class: 'thumbnail' }, ...bars);
}

/** The same as a picture of its own. */
export function thumbnailPicture(id: MilestoneId): SVGElement | null {
  const bars = thumbnail(id, 8, HIGH + 1);
  return bars && s('svg', { width: 16, height: HIGH + 1, viewBox: `0 0 16 ${HIGH + 1}`, 'aria-hidden': 'true' }, bars);
}
