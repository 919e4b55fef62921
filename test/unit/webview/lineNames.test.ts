/** Names at their lines: near their own, on none, and left out where there is no room. */
import assert from 'node:assert/strict';
import { nameLines } from '../../../webview/shared/plot/lineNames';

const frame = { left: 0, right: 300, top: 0, bottom: 200 };
const width = (name: string): number => 6 * name.length;
const line = (name: string, ...heights: number[]) => ({
  name,
  points: heights.map((y, at) => ({ x: (300 * at) / (heights.length - 1), y })),
});

describe('names at lines', () => {
  it('stand by their own line, where it is furthest from the others', () => {
    const [rising, falling] = nameLines([line('rising', 190, 20), line('falling', 20, 190)], frame, width);
    assert.ok(rising && falling);
    for (const [place, from, to] of [
      [rising, 190, 20],
      [falling, 20, 190],
    ] as const) {
      const own = from + (place.x / 300) * (to - from);
      const other = to + (place.x / 300) * (from - to);
      assert.ok(Math.abs(place.y - own) < Math.abs(place.y - other), JSON.stringify(place));
    }
  });

  it('neither overlap nor lie on a line, nor on what is taken', () => {
    const lines = [line('one', 100, 100), line('two', 110, 110), line('three', 180, 120)];
    const taken = [{ left: 0, right: 300, top: 60, bottom: 96 }];
    const places = nameLines(lines, frame, width, taken);
    const boxes = places.map((place, at) => place && { left: place.x - width(lines[at].name) / 2, top: place.y - 9 });
    // Above the first line all is taken, and between it and the second there is no room.
    assert.equal(places[0], null);
    assert.ok(boxes[1] && boxes[1].top >= 110 && boxes[2]);
    assert.equal(nameLines([line('of no line')], frame, width)[0], null);
  });
});
