/** Strokes as a small grey picture: white lines (1) on black (0), edges smoothed. */
import type { Stroke } from './strokes';

/** Pixels of a side. */
export const SIZE = 28;
export const PIXELS = SIZE * SIZE;

/** Blank pixels around the longer side of what is fitted. */
const MARGIN = 2;
/** Pixels from the middle to there. */
export const ROOM = SIZE / 2 - MARGIN;

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

export interface Fit {
  /** What is brought to the middle and to one size; without it, what the strokes take. */
  box?: Bounds;
  /** Of the room inside the margin that the longer side takes. */
  scale?: number;
  /** Off the middle, in pixels. */
  shift?: readonly [x: number, y: number];
  /** Half the width of the pen, in pixels. */
  pen?: number;
}

/**
 * The strokes, brought to the middle and to one size, as [SIZE][SIZE] brightness 0 … 1; proportions are kept. The
 * drawings of "Quick, Draw!" are fitted in the same way. Without a point: all black.
 */
export function rasterize(
  strokes: readonly Stroke[],
  { box, scale = 1, shift = [0, 0], pen = 0.7 }: Fit = {},
): Float32Array {
  const pixels = new Float32Array(PIXELS);
  const points = strokes.flat();
  if (points.length === 0) return pixels;
  const [left, top, right, bottom] = box ?? bounds(points);
  const room = 2 * ROOM * scale;
  const zoom = room / Math.max(right - left, bottom - top, 1e-9);
  const place = ([x, y]: readonly [number, number]): [number, number] => [
    (x - (left + right) / 2) * zoom + SIZE / 2 + shift[0],
    (y - (top + bottom) / 2) * zoom + SIZE / 2 + shift[1],
  ];
  for (const stroke of strokes) {
    let before = place(stroke[0]);
    for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) {
      const now = place(point);
      drawLine(pixels, before, now, pen);
      before = now;
    }
  }
  return pixels;
}

/** Strokes on a sheet of side 1, left where they are. */
export function rasterizeInPlace(strokes: readonly Stroke[]): Float32Array {
  return rasterize(strokes, { box: [0, 0, 1, 1], scale: SIZE / (2 * ROOM) });
}

function bounds(points: readonly (readonly [number, number])[]): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return [left, top, right, bottom];
}

/** The picture moved by whole pixels; what leaves the sheet is gone. */
export function movedPixels(pixels: Float32Array, [right, down]: readonly [number, number]): Float32Array<ArrayBuffer> {
  return Float32Array.from(pixels, (_, at) => {
    const [x, y] = [(at % SIZE) - right, Math.floor(at / SIZE) - down];
    return x >= 0 && x < SIZE && y >= 0 && y < SIZE ? pixels[y * SIZE + x] : 0;
  });
}

/** Brightness falls off over one pixel beyond the pen; crossing lines do not add up. */
function drawLine(pixels: Float32Array, [ax, ay]: number[], [bx, by]: number[], pen: number): void {
  const reach = pen + 0.5;
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const first = (a: number, b: number): number => Math.max(0, Math.floor(Math.min(a, b) - reach - 0.5));
  const last = (a: number, b: number): number => Math.min(SIZE - 1, Math.ceil(Math.max(a, b) + reach - 0.5));
  const [left, right, bottom] = [first(ax, bx), last(ax, bx), last(ay, by)];
  for (let row = first(ay, by); row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const x = column + 0.5 - ax;
      const y = row + 0.5 - ay;
      const along = length2 > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / length2)) : 0;
      const [offX, offY] = [x - along * dx, y - along * dy];
      const distance2 = offX * offX + offY * offY;
      if (distance2 >= reach * reach) continue;
      const at = row * SIZE + column;
      pixels[at] = Math.max(pixels[at], Math.min(1, reach - Math.sqrt(distance2)));
    }
  }
}
