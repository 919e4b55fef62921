/** A picture from a file, made into a small drawing like the generator's: white lines on black, fitted to the sheet. */
import { median } from '../statistics';
import { PIXELS, SIZE } from './raster';

const MARGIN = 2;
/** Fainter than this, next to the strongest, is paper. */
const FAINT = 0.25;

/**
 * @param brightness [height][width], 0 … 1
 * @returns [SIZE][SIZE], 0 … 1: how far each place differs from the paper, which is what most of the border shows; null
 *   where nothing stands out
 */
export function sheetOf(brightness: Float32Array, width: number, height: number): Float32Array | null {
  const paper = median(border(brightness, width, height));
  const ink = brightness.map((value) => Math.abs(value - paper));
  const strongest = ink.reduce((most, value) => Math.max(most, value), 0);
  if (strongest < 0.05) return null;
  for (let at = 0; at < ink.length; at++) ink[at] = ink[at] < FAINT * strongest ? 0 : ink[at] / strongest;
  let [left, top, right, bottom] = [width, height, 0, 0];
  ink.forEach((value, at) => {
    if (value === 0) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  });
  /** Source pixels for one of the sheet's. */
  const zoom = Math.max(right - left, bottom - top) / (SIZE - 2 * MARGIN);
  const sheet = new Float32Array(PIXELS);
  const origin = { x: (left + right) / 2 - (SIZE / 2) * zoom, y: (top + bottom) / 2 - (SIZE / 2) * zoom };
  for (let at = 0; at < PIXELS; at++) {
    const [x, y] = [origin.x + (at % SIZE) * zoom, origin.y + Math.floor(at / SIZE) * zoom];
    sheet[at] = areaMean(ink, width, height, x, y, zoom);
  }
  // Thin lines of a large picture have faded.
  const most = sheet.reduce((so, value) => Math.max(so, value), 0);
  return sheet.map((value) => value / most);
}

function border(values: Float32Array, width: number, height: number): number[] {
  return [...values].filter((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
}

/** Mean over a square, by the share of each pixel that lies in it; outside the picture is 0. */
function areaMean(values: Float32Array, width: number, height: number, x: number, y: number, side: number): number {
  const overlap = (at: number, from: number): number => Math.max(0, Math.min(at + 1, from + side) - Math.max(at, from));
  let sum = 0;
  for (let row = Math.max(0, Math.floor(y)); row < Math.min(height, y + side); row++) {
    for (let column = Math.max(0, Math.floor(x)); column < Math.min(width, x + side); column++) {
      sum += values[row * width + column] * overlap(column, x) * overlap(row, y);
    }
  }
  return sum / (side * side);
}
