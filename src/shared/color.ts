/**
 * Which colour stands for which weight or surprisal, in the panels and in the editor. Viridis: even in lightness and safe
 * for colour-blind eyes. It runs away from the background (on a light theme it is turned round), and its low end fades into
 * it, so that colour is seen only where there is something.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

/** d3-scale-chromatic's viridis at sixteen even steps (van der Walt and Smith, matplotlib). */
const VIRIDIS = (
  '440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e ' + '1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725'
)
  .split(' ')
  .map(rgbOf);

/** ColorBrewer's YlOrBr, dark to bright: of surprisal, so that nobody takes it for weights. Even in lightness, too. */
const AMBER = '662506 993404 cc4c02 ec7014 fe9929 fec44f fee391 fff7bc'.split(' ').map(rgbOf);

/** Okabe and Ito's palette for the colour-blind, without black: eight experts that can be told apart. */
export const CATEGORIES = '0072b2 e69f00 009e73 cc79a7 56b4e9 d55e00 f0e442 999999'.split(' ').map(rgbOf);

/** Below this place on the scale a colour fades into the background. */
const FADE = 0.2;
/** Where a scale begins on its ramp, here and in the editor: what comes before can hardly be told from the background. */
export const FLOOR = 0.25;

/** Colours of a scale; a picture has 8 bits, so more would not be seen. */
export const STEPS = 256;

/**
 * Place of a weight on the scale, 0 … 1. The square root keeps small weights visible next to one that takes nearly all;
 * the legend's middle mark is therefore a quarter of the largest weight.
 */
export function placeOf(weight: number, largest: number): number {
  if (!(weight > 0) || !(largest > 0)) return 0;
  return Math.sqrt(Math.min(1, weight / largest));
}

/** Bits at the end of the scale of surprisal, the same wherever it is shown: one in about a thousand, or rarer. */
export const MOST_SURPRISAL = 10;

/**
 * Place of a surprisal in bits on the scale, 0 … 1: even, so that colours can be compared from text to text, and twice the
 * bits stand twice as far. NaN, where there was nothing to predict from, counts as nothing.
 */
export function surprisalPlace(bits: number): number {
  return bits > 0 ? Math.min(1, bits / MOST_SURPRISAL) : 0;
}

/** Place of a value that may be negative, 0 … 1: 0 in the middle, from there as `placeOf` both ways. */
export function signedPlace(value: number, largest: number): number {
  return 0.5 + 0.5 * Math.sign(value) * placeOf(Math.abs(value), largest);
}

export interface HeatScale {
  /** [STEPS]: colours over the background, opaque. */
  colors: Rgb[];
  /** [STEPS]: the same as little-endian RGBA, for pictures. */
  pixels: Uint32Array;
  /** The step of 0: the first one, or the middle where values have a sign. */
  zero: number;
}

/** `ramp`: viridis for weights, amber for surprisal. */
export function heatScale(background: Rgb, dark: boolean, ramp: Ramp = viridis): HeatScale {
  const colors = Array.from({ length: STEPS }, (_, step) => {
    const place = step / (STEPS - 1);
    const own = FLOOR + (1 - FLOOR) * place;
    return mix(background, ramp(dark ? own : 1 - own), Math.min(1, place / FADE));
  });
  return { colors, pixels: Uint32Array.from(colors, packed), zero: 0 };
}

/** Of Okabe and Ito's palette, dark and bright: blue below 0, vermilion above, which colour-blind eyes tell apart. */
const SIGNED = { dark: ['56b4e9', 'f5793a'].map(rgbOf), light: ['005b96', 'a83c00'].map(rgbOf) };

/** Of values with a sign: 0 is the background, and each side runs away from it in a colour of its own. */
export function signedScale(background: Rgb, dark: boolean): HeatScale {
  const [below, above] = dark ? SIGNED.dark : SIGNED.light;
  const zero = stepOf(0.5);
  const colors = Array.from({ length: STEPS }, (_, step) => {
    const away = step < zero ? (zero - step) / zero : (step - zero) / (STEPS - 1 - zero);
    return mix(background, step < zero ? below : above, away);
  });
  return { colors, pixels: Uint32Array.from(colors, packed), zero };
}

export function stepOf(place: number): number {
  return Math.round(Math.min(1, Math.max(0, place)) * (STEPS - 1));
}

/** A colour for each place, 0 … 1, dark to bright. */
export type Ramp = (place: number) => Rgb;

export const viridis: Ramp = (place) => between(VIRIDIS, place);
export const amber: Ramp = (place) => between(AMBER, place);

function between(colors: readonly Rgb[], place: number): Rgb {
  const at = Math.min(1, Math.max(0, place)) * (colors.length - 1);
  const lower = Math.min(colors.length - 2, Math.floor(at));
  return mix(colors[lower], colors[lower + 1], at - lower);
}

/** `share` of `over` on `under`. */
export function mix(under: Rgb, over: Rgb, share: number): Rgb {
  const channel = (i: number): number => Math.round(under[i] + (over[i] - under[i]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** 'fde725' */
export function rgbOf(hex: string): Rgb {
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

export function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** WCAG 2 contrast ratio, 1 … 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2 AA for text. */
export const READABLE = 4.5;

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** The text's own colour where it can be read on this background, else black or white. One of these always can. */
export function readableOn(background: Rgb, preferred: Rgb): Rgb {
  if (contrast(background, preferred) >= READABLE) return preferred;
  return mostReadableOn(background);
}

/** Black or white. */
export function mostReadableOn(background: Rgb): Rgb {
  return contrast(background, WHITE) > contrast(background, BLACK) ? WHITE : BLACK;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
