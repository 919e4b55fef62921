/** Made-up signs with made-up words, so that the shipped weights learn to find any named thing; none is on a table that is tested. */
import { chanceFrom, type Chance } from '../../shared/drawings/chance';
import { arc, box, curve, type Point, type Stroke } from '../../shared/drawings/strokes';
import { seededRandom } from '../../shared/random';

export const SIGNS = 160;
/** How far a hand strays from a sign's own numbers. */
const STRAY = 0.08;

/** Two to four strokes, of the sorts that drawings are made of, are a sign's own; a hand moves them a little. */
export function signStrokes(sign: number, hand: Chance): Stroke[] {
  const own = chanceFrom(seededRandom(7_000_003 + sign));
  const stray = (low: number, high: number): number => own.between(low, high) + hand.between(-STRAY, STRAY);
  const point = (): Point => [stray(-1, 1), stray(-1, 1)];
  return Array.from({ length: 2 + Math.floor(own.between(0, 3)) }, (): Stroke => {
    const sort = own.between(0, 4);
    if (sort < 1) return [point(), point()];
    if (sort < 2) return curve(point(), point(), point());
    if (sort < 3) {
      const [from, part] = [own.between(0, 1), own.yes(0.5) ? 1 : 0.5];
      return arc([stray(-0.5, 0.5), stray(-0.5, 0.5)], stray(0.25, 0.6), stray(0.25, 0.6), from, from + part);
    }
    const [left, top] = [stray(-0.9, 0), stray(-0.9, 0)];
    return box(left, top, left + stray(0.4, 0.9), top + stray(0.4, 0.9));
  });
}
