/** Colours of the heat on the editor's text, chosen so that the text on them can be read. Knows no editor. */
import { mix, mostReadableOn, viridis, type Rgb } from '../shared/color';

/** A decoration type each: the panel's scale in so many even steps from weak to strong. */
export const HEAT_STEPS = 8;

/** Nearly opaque: a selection still shines through. The theme's own colours for code could not be read on most of these. */
export const OPACITY = 0.9;

export interface HeatColor {
  background: string;
  /** Black or white, whichever has more contrast. */
  color: string;
}

/** Weak to strong; on a light theme the scale is turned round, so that strong is dark. */
export function heatPalette(light: boolean): HeatColor[] {
  return Array.from({ length: HEAT_STEPS }, (_, step) => {
    const place = step / (HEAT_STEPS - 1);
    const own = viridis(light ? 1 - place : place);
    const seen = mix(light ? WHITE : DARK, own, OPACITY);
    return {
      background: `rgba(${own.join(', ')}, ${OPACITY})`,
      color: mostReadableOn(seen)[0] > 0 ? '#ffffff' : '#000000',
    };
  });
}

/** Step of a place on the scale, 0 … 1. undefined: too little to be coloured. */
export function heatStep(place: number): number | undefined {
  const step = Math.floor(place * HEAT_STEPS);
  return step > 0 ? Math.min(HEAT_STEPS - 1, step) : undefined;
}

const WHITE: Rgb = [255, 255, 255];
/** What dark themes have behind their text, about. */
const DARK: Rgb = [30, 30, 30];
