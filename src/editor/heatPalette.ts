/** Colours of the heat on the editor's text, chosen so that the text on them can be read. Knows no editor. */

/** Viridis (van der Walt and Smith) at eight even steps from weak to strong, as in the panel on a dark theme. */
const VIRIDIS = ['440154', '46327e', '365c8d', '277f8e', '1fa187', '4ac16d', 'a0da39', 'fde725'];
export const HEAT_STEPS = VIRIDIS.length;

/** Nearly opaque: a selection still shines through. The theme's own colours for code could not be read on most of these. */
const OPACITY = 0.9;

export type Rgb = readonly [red: number, green: number, blue: number];

export interface HeatColor {
  background: string;
  /** Black or white, whichever has more contrast. */
  color: string;
}

/** Weak to strong; on a light theme the scale is turned round, so that strong is dark. */
export function heatPalette(light: boolean): HeatColor[] {
  const colors = VIRIDIS.map(rgbOf);
  return (light ? colors.reverse() : colors).map((own) => {
    const seen = over(own, light ? WHITE : DARK);
    return {
      background: `rgba(${own.join(', ')}, ${OPACITY})`,
      color: contrast(seen, WHITE) > contrast(seen, BLACK) ? '#ffffff' : '#000000',
    };
  });
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** What dark themes have behind their text, about. */
const DARK: Rgb = [30, 30, 30];

export function rgbOf(hex: string): Rgb {
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** What is seen of the colour over a background. */
export function over(color: Rgb, background: Rgb): Rgb {
  return color.map((value, i) => value * OPACITY + background[i] * (1 - OPACITY)) as unknown as Rgb;
}

/** 1 … 21, as WCAG 2 has it. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
