/** Where the names of points go: beside them, where no other name and no point is. */

export interface Point {
  x: number;
  y: number;
}

export interface Named extends Point {
  name: string;
}

export interface Place extends Point {
  anchor: 'start' | 'end' | 'middle';
}

export interface Bounds {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Height of a name in plot.css's 11 pixels, and how far it stands from its point. */
const LINE = 12;
const BESIDE = 6;

/**
 * The first free of eight places around each point; a name that has none is left out (null), not written over another.
 * @param points come first in line in their order; all are kept free of names; '' has no name
 * @param width of a name in CSS pixels
 * @returns [points]: of the name's text, y its base line
 */
export function placeNames(
  points: readonly Named[],
  bounds: Bounds,
  width: (name: string) => number,
): (Place | null)[] {
  const taken: Bounds[] = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  return points.map(({ x, y, name }, index) => {
    if (name === '') return null;
    const long = width(name);
    for (const place of around(x, y)) {
      const left = place.x - { start: 0, middle: long / 2, end: long }[place.anchor];
      const box = { left, right: left + long, top: place.y - LINE + 3, bottom: place.y + 3 };
      const inside = left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top;
      if (!inside || box.bottom > bounds.bottom) continue;
      if (taken.some((other, at) => at !== index && meet(box, other))) continue;
      taken.push(box);
      return place;
    }
    return null;
  });
}

function around(x: number, y: number): Place[] {
  const [above, level, below] = [y - BESIDE, y + 4, y + BESIDE + 9];
  return [
    { x: x + BESIDE, y: level, anchor: 'start' },
    { x: x - BESIDE, y: level, anchor: 'end' },
    { x: x + BESIDE - 2, y: above, anchor: 'start' },
    { x: x - BESIDE + 2, y: above, anchor: 'end' },
    { x, y: above, anchor: 'middle' },
    { x, y: below, anchor: 'middle' },
    { x: x + BESIDE - 2, y: below, anchor: 'start' },
    { x: x - BESIDE + 2, y: below, anchor: 'end' },
  ];
}

function meet(a: Bounds, b: Bounds): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
