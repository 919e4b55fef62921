/** Pixels of the small maps of all heads. No DOM. */
import type { LayerMaps } from '../../../src/protocol/explanation';
import { placeOf, stepOf, type HeatScale } from '../../../src/shared/color';

/**
 * One head's map in side × side pixels, little-endian RGBA, written at (x, y) of a picture that is `stride` wide.
 * Smaller than the map: the largest weight of each pixel stays, as in the map itself. Larger: cells are repeated.
 * Cells above the diagonal are masked and stay clear, and so do those that lie wholly outside the window.
 */
export function paintHeadMap(
  pixels: Uint32Array,
  stride: number,
  x: number,
  y: number,
  side: number,
  maps: LayerMaps,
  head: number,
  colors: Uint32Array, // [256], see mapColors
  /** Share of the text that a query sees, and whether it sees what is behind it, too. */
  { window = Infinity, bothWays = false } = {},
): void {
  const { size, values } = maps;
  const map = values.subarray(head * size * size, (head + 1) * size * size);
  for (let row = 0; row < side; row++) {
    const [r0, r1] = cellsOf(row, side, size);
    for (let col = 0; col < side; col++) {
      const [c0, c1] = cellsOf(col, side, size);
      if (c0 >= r1 && !bothWays) break;
      if (Math.max(r0 - c1, c0 - r1) >= window * size) continue;
      let largest = 0;
      for (let r = r0; r < r1; r++) {
        for (let c = c0; c < c1; c++) largest = Math.max(largest, map[r * size + c]);
      }
      pixels[(y + row) * stride + x + col] = colors[largest];
    }
  }
}

/** Cells that one of `side` pixels stands for: at least one. */
function cellsOf(pixel: number, side: number, size: number): [number, number] {
  const from = Math.floor((pixel * size) / side);
  return [from, Math.max(from + 1, Math.floor(((pixel + 1) * size) / side))];
}

/** Colour of each 8-bit value of a picture whose 255 is `scale`, where colours run from 0 to the weight `largest`. */
export function mapColors(heat: HeatScale, scale: number, largest: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, value) => heat.pixels[stepOf(placeOf((value / 255) * scale, largest))]);
}
