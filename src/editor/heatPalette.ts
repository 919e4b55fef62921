/** Colours of the heat on the editor's text: a faint tint, and a line under it that carries the scale. Knows no editor. */
import { amber, FLOOR, viridis, type Rgb } from '../shared/color';

export type HeatKind = 'attention' | 'surprisal';

/** A decoration type each: the panel's scale in so many even steps from weak to strong. */
export const HEAT_STEPS = 8;

/** The strongest tint: the theme's own colours for code stay readable on it. */
export const MOST_TINT = 0.1;

export interface HeatColor {
  own: Rgb;
  /** How much of it lies under the text. */
  tint: number;
}

/** Weak to strong; on a light theme the scale is turned round, so that strong is dark. */
export function heatPalette(kind: HeatKind, light: boolean): HeatColor[] {
  const ramp = kind === 'surprisal' ? amber : viridis;
  return Array.from({ length: HEAT_STEPS }, (_, step) => {
    const strength = step / (HEAT_STEPS - 1);
    const place = FLOOR + (1 - FLOOR) * strength;
    return { own: ramp(light ? 1 - place : place), tint: MOST_TINT * (0.25 + 0.75 * strength) };
  });
}

/** Step of a place on the scale, 0 … 1. undefined: too little to be coloured. */
export function heatStep(place: number): number | undefined {
  const step = Math.floor(place * HEAT_STEPS);
  return step > 0 ? Math.min(HEAT_STEPS - 1, step) : undefined;
}
