/** Names at their lines: near their own, on none, and left out where there is no room. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../../src/shared/random';
import { nameLines } from '../../../../../webview/shared/plot/lineNames';

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

  it('of any lines neither overlap nor lie on a line', () => {
    const random = seededRandom(3);
    let named = 0;
    for (let round = 0; round < 60; round++) {
      const lines = ['one', 'another', 'a third one'].map((name) =>
        line(name, ...Array.from({ length: 5 }, () => 200 * random())),
      );
      const boxes = nameLines(lines, frame, width).flatMap((place, at) => {
        if (!place) return [];
        const half = width(lines[at].name) / 2;
        return [{ left: place.x - half, right: place.x + half, top: place.y - 9, bottom: place.y + 3 }];
      });
      named += boxes.length;
      boxes.forEach((box, at) => {
        for (const other of boxes.slice(at + 1))
          assert.ok(
            box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top,
          );
        for (const { points } of lines)
          for (let x = box.left; x <= box.right; x++) {
            const [from, to] = [points[Math.floor(x / 75)], points[Math.min(4, Math.floor(x / 75) + 1)]];
            const y = from.y + ((x - from.x) / 75) * (to.y - from.y);
            assert.ok(y <= box.top || y >= box.bottom, `${round}: ${x} ${y} ${JSON.stringify(box)}`);
          }
      });
    }
    assert.ok(named > 60, `${named}`);
  });

  it('make way for each other between two lines', () => {
    const lines = [line('upper', 100, 100), line('lower', 128, 128)];
    // Only between both is there room.
    const [upper, lower] = nameLines(lines, { ...frame, top: 92, bottom: 136 }, width);
    assert.ok(upper && lower);
    assert.ok(Math.abs(upper.x - lower.x) >= width('upper') || Math.abs(upper.y - lower.y) >= 12);
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
