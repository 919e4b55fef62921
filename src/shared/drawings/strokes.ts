/** Lines as a pen makes them, before anybody's hand is in them: x to the right, y down, the sheet about −1 … 1. */
import { cos, sin } from '../elementary';

export type Point = readonly [x: number, y: number];
/** [points], joined in their order; a single point is a dot. */
export type Stroke = readonly Point[];

const POINTS_A_TURN = 20;

/** Part of an ellipse, from one angle to another in turns (0: right, ¼: down). */
export function arc([x, y]: Point, rx: number, ry: number, from = 0, to = 1): Stroke {
  const points = Math.max(4, Math.ceil(Math.abs(to - from) * POINTS_A_TURN));
  return Array.from({ length: points + 1 }, (_, at) => {
    const angle = 2 * Math.PI * (from + ((to - from) * at) / points);
    return [x + rx * cos(angle), y + ry * sin(angle)];
  });
}

export function box(left: number, top: number, right: number, bottom: number): Stroke {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ];
}

/** A smooth line through the points (Catmull & Rom 1974). */
export function curve(...points: Point[]): Stroke {
  const at = (index: number): Point => points[Math.min(points.length - 1, Math.max(0, index))];
  const steps = 6;
  const smooth: Point[] = [];
  for (let part = 0; part + 1 < points.length; part++) {
    const [a, b, c, d] = [at(part - 1), at(part), at(part + 1), at(part + 2)];
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      const along = (i: 0 | 1): number =>
        0.5 *
        (2 * b[i] +
          (c[i] - a[i]) * t +
          (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t +
          (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t * t * t);
      smooth.push([along(0), along(1)]);
    }
  }
  return [...smooth, points[points.length - 1]];
}

/** The same strokes seen in the mirror, left for right. */
export function mirrored(strokes: readonly Stroke[]): Stroke[] {
  return strokes.map((stroke) => stroke.map(([x, y]) => [-x, y]));
}

export function moved(strokes: readonly Stroke[], [dx, dy]: Point, scale = 1): Stroke[] {
  return strokes.map((stroke) => stroke.map(([x, y]) => [x * scale + dx, y * scale + dy]));
}
