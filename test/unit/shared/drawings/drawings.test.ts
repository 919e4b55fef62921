/** The generator of drawings, its pen, and pictures from files made small. */
import assert from 'node:assert/strict';
import {
  drawingOf,
  drawings,
  KINDS,
  PIXELS,
  rasterize,
  sheetOf,
  SIZE,
  type Stroke,
} from '../../../../src/shared/drawings';
import { assertClose } from '../../../support/close';

const at = (pixels: Float32Array, row: number, column: number): number => pixels[row * SIZE + column];
const ink = (pixels: Float32Array): number => pixels.reduce((sum, value) => sum + value, 0);

describe('drawings', () => {
  it('are the same for a seed, and others for another', () => {
    const [first, again, other] = [drawings(20, 3), drawings(20, 3), drawings(20, 4)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first.pixels, other.pixels);
    assert.deepEqual(drawingOf('cat', 5), drawingOf('cat', 5));
  });

  it('have each kind in its turn, with ink in the middle and none outside of 0 … 1', () => {
    const { pixels, kinds } = drawings(200, 1);
    kinds.forEach((kind, drawing) => {
      assert.equal(kind, drawing % KINDS.length);
      const one = pixels.subarray(drawing * PIXELS, (drawing + 1) * PIXELS);
      assert.ok(one.every((value) => value >= 0 && value <= 1));
      assert.ok(ink(one) > 30 && ink(one) < 450, `${KINDS[kind]}: ${ink(one)}`);
    });
  });

  it('of one kind differ from hand to hand', () => {
    for (const kind of KINDS) {
      const [a, b] = [drawingOf(kind, 1), drawingOf(kind, 2)];
      const differing = a.filter((value, pixel) => Math.abs(value - b[pixel]) > 0.5).length;
      assert.ok(differing > 30, `${kind}: ${differing}`);
    }
  });
});

describe('drawings: the pen', () => {
  it('fits a line to the sheet and makes it as wide as the pen', () => {
    const line: Stroke[] = [[[5, 9], [105, 9]]]; // prettier-ignore
    const pixels = rasterize(line, { pen: 0.5 });
    // The middle of the sheet lies between two rows: half the ink in each.
    for (const row of [13, 14]) assertClose(at(pixels, row, 14), 0.5, 1e-6);
    assert.equal(at(pixels, 12, 14), 0);
    assert.equal(at(pixels, 13, 0), 0);
    assert.equal(at(pixels, 13, SIZE - 1), 0);
    assert.ok(at(pixels, 13, 2) > 0);
  });

  it('draws by the distance to the line, as measured point by point', () => {
    const pixels = rasterize([[[0, 0], [1, 0.5]]], { pen: 0.8 }); // prettier-ignore
    // The line from (2, 8) to (26, 20), in pixels.
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        let nearest = Infinity;
        for (let step = 0; step <= 4000; step++) {
          const [x, y] = [2 + (24 * step) / 4000, 8 + (12 * step) / 4000];
          nearest = Math.min(nearest, Math.hypot(column + 0.5 - x, row + 0.5 - y));
        }
        assertClose(at(pixels, row, column), Math.min(1, Math.max(0, 1.3 - nearest)), 2e-3);
      }
    }
  });

  it('leaves an empty sheet black, and makes a dot of a single point', () => {
    assert.equal(ink(rasterize([])), 0);
    assert.ok(ink(rasterize([[[3, 3]]])) > 0.5);
  });
});

describe('drawings: pictures from files', () => {
  /** [height][width] of 0 … 1: a frame of lines four wide, from (left, top), `size` along each side. */
  const frame = (
    width: number,
    height: number,
    [left, top, size]: number[],
    paper: number,
    pen: number,
  ): Float32Array =>
    Float32Array.from({ length: width * height }, (_, pixel) => {
      const [x, y] = [(pixel % width) - left, Math.floor(pixel / width) - top];
      const within = x >= 0 && y >= 0 && x < size && y < size;
      return within && (x < 4 || y < 4 || x >= size - 4 || y >= size - 4) ? pen : paper;
    });

  it('does not depend on where it is, on white or black paper, or on how strong the pen is', () => {
    const wanted = sheetOf(frame(100, 100, [10, 10, 48], 0, 1), 100, 100)!;
    assert.deepEqual(sheetOf(frame(140, 80, [60, 20, 48], 1, 0), 140, 80), wanted);
    const faint = sheetOf(frame(100, 100, [10, 10, 48], 0.25, 0.5), 100, 100)!;
    assert.ok(faint.every((value, pixel) => Math.abs(value - wanted[pixel]) < 1e-5));
    // Lines of two pixels, two pixels from the border.
    assert.equal(at(wanted, 14, 2), 1);
    assert.equal(at(wanted, 14, 3), 1);
    assert.equal(at(wanted, 14, 1), 0);
    assert.equal(at(wanted, 14, 14), 0);
  });

  it('finds nothing on an empty sheet', () => {
    assert.equal(sheetOf(new Float32Array(100).fill(0.7), 10, 10), null);
  });
});
