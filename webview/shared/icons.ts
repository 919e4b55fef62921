/** Small signs of actions, drawn: not every font has them as characters. */
import { s } from './plot/svg';

const drawn = (...paths: string[]): SVGElement =>
  s(
    'svg',
    { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', class: 'icon' },
    ...paths.map((d) => s('path', { d })),
  );

/** Two sheets. */
export const copyIcon = (): SVGElement => drawn('M5.5 5.5h7v8h-7z', 'M10.5 5V2.5h-7v8H5');
/** A pen. */
export const penIcon = (): SVGElement => drawn('M11 2.5L13.5 5 5.5 13H3v-2.5z', 'M9 4.5L11.5 7');
/** Scissors. */
export const cutIcon = (): SVGElement =>
  drawn('M4.5 9.5L12.5 2M11.5 9.5L3.5 2', 'M3.3 9.6a2 2 0 1 0 .1 0z', 'M12.7 9.6a2 2 0 1 0 .1 0z');
/** An arrow into a tray. */
export const saveIcon = (): SVGElement => drawn('M8 2.5v7.5M5 7l3 3 3-3', 'M2.5 11v2.5h11V11');
