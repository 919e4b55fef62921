/** Which colour an expert has. More than eight cannot be told apart by colour alone: its number stands beside it. */
import { CATEGORIES, mix, type Rgb } from '../../../src/shared/color';

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** Shades of the eight colours, in the order in which they are taken. */
const SHADES: readonly (readonly [Rgb, number])[] = [
  [BLACK, 0],
  [WHITE, 0.45],
  [BLACK, 0.4],
  [WHITE, 0.7],
];

export function expertColor(expert: number): Rgb {
  const [toward, share] = SHADES[Math.floor(expert / CATEGORIES.length) % SHADES.length];
  return mix(CATEGORIES[expert % CATEGORIES.length], toward, share);
}
