/** A bar in its track, for a number that stands beside it. */
import { h, type Child } from './dom';

/** As long as the value's share of `largest`; a negative one has another colour. `marks`: in the track, too. */
export function shareBar(
  value: number,
  { largest = 1, color = '', marks = [] }: { largest?: number; color?: string; marks?: readonly Child[] } = {},
): HTMLElement {
  const bar = h('span', { class: value < 0 ? 'bar negative' : 'bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', String(largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0));
  bar.style.backgroundColor = color;
  return h('span', { class: 'track' }, bar, ...marks);
}
