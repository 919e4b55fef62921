/** Where the names of lines go: above or below where a line is furthest from the others, and on no line. No DOM. */
import type { Bounds, Point } from './labels';

export interface NamedLine {
  name: string;
  /** In CSS pixels, x rising. */
  points: readonly Point[];
}

/** Of a name, in CSS pixels: its height, and how far its nearer edge may stand from its line: further where that is steep. */
const HEIGHT = 12;
const GAPS = [4, 9, 15];
/** Places along the lines that are looked at, so far apart. */
const STEP = 6;

/**
 * @param taken what must not be written over either
 * @returns for each line the middle of its name's base line; null where there is no room
 */
export function nameLines(
  lines: readonly NamedLine[],
  bounds: Bounds,
  width: (name: string) => number,
  taken: readonly Bounds[] = [],
): (Point | null)[] {
  const full = [...taken];
  const free = (box: Bounds): boolean =>
    box.left >= bounds.left &&
    box.right <= bounds.right &&
    box.top >= bounds.top &&
    box.bottom <= bounds.bottom &&
    full.every(
      (other) =>
        box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top,
    ) &&
    lines.every((line) => !crosses(line, box));
  return lines.map((line) => {
    const half = width(line.name) / 2;
    for (const { x, y } of roomiest(line, lines)) {
      for (const top of GAPS.flatMap((gap) => [y - gap - HEIGHT, y + gap])) {
        const box = { left: x - half, right: x + half, top, bottom: top + HEIGHT };
        if (!free(box) || isAmbiguous(line, lines, x, top + HEIGHT / 2)) continue;
        full.push(box);
        return { x, y: box.bottom - 3 };
      }
    }
    return null;
  });
}

/** Whether what is written there might be taken for another line's name. */
function isAmbiguous(line: NamedLine, lines: readonly NamedLine[], x: number, y: number): boolean {
  const own = Math.abs(heightAt(line, x) - y);
  return lines.some((other) => other !== line && Math.abs(heightAt(other, x) - y) < own + HEIGHT / 2);
}

/** Places on the line, those furthest from all others first; of equal ones the last. */
function roomiest(line: NamedLine, lines: readonly NamedLine[]): Point[] {
  const [first, last] = [line.points[0], line.points[line.points.length - 1]];
  const places: (Point & { room: number })[] = [];
  for (let x = last?.x ?? 0; first && x >= first.x; x -= STEP) {
    const y = heightAt(line, x);
    if (!Number.isFinite(y)) continue;
    const others = lines.flatMap((other) => (other === line ? [] : [Math.abs(heightAt(other, x) - y)]));
    places.push({ x, y, room: Math.min(...others.filter(Number.isFinite), 4 * HEIGHT) });
  }
  return places.sort((a, b) => b.room - a.room);
}

function crosses(line: NamedLine, { left, right, top, bottom }: Bounds): boolean {
  for (let x = left; x <= right; x += STEP / 2) {
    const y = heightAt(line, x);
    if (y > top - 1 && y < bottom + 1) return true;
  }
  return false;
}

/** NaN where the line is not. */
function heightAt({ points }: NamedLine, x: number): number {
  for (let at = 0; at + 1 < points.length; at++) {
    const [from, to] = [points[at], points[at + 1]];
    if (x < from.x || x > to.x) continue;
    return to.x === from.x ? from.y : from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
  }
  return NaN;
}
