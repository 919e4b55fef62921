import assert from 'node:assert/strict';
import {
  areaSide,
  axisTicks,
  clampView,
  fittingCell,
  pooling,
  reach,
  TILE_CELLS,
  tilesInView,
  weightAt,
  wholeMatrix,
  zoomAt,
} from '../../../../../webview/explain/matrix/matrixGeometry';
import { seededRandom } from '../../../../../src/shared/random';

const area = { width: 500, height: 500 };

describe('the view of the matrix', () => {
  it('the whole matrix fits, and a small one is not blown up', () => {
    assert.equal(wholeMatrix(1000, area).cell, 0.5);
    assert.equal(fittingCell(5, area), 28);
    assert.equal(areaSide(5, 600), 140);
    assert.equal(areaSide(1000, 300), 300);
    assert.equal(areaSide(1000, 3000), 520);
  });

  it('zooming keeps the weight under the pointer', () => {
    const before = wholeMatrix(1000, area);
    const after = zoomAt(before, 8, 300, 400, 1000, area);
    assert.deepEqual(weightAt(before, 300, 400, 1000), { query: 800, key: 600 });
    assert.deepEqual(weightAt(after, 300, 400, 1000), { query: 800, key: 600 });
    assert.equal(after.cell, 4);
  });

  it('zooming out to the end shows the whole matrix', () => {
    const near = zoomAt(wholeMatrix(1000, area), 50, 10, 490, 1000, area);
    assert.deepEqual(zoomAt(near, 0, 0, 0, 1000, area), wholeMatrix(1000, area));
  });

  it('no zooming and dragging leaves the matrix', () => {
    const random = seededRandom(7);
    let view = wholeMatrix(700, area);
    for (let i = 0; i < 2000; i++) {
      const moved = { ...view, q: view.q + 400 * (random() - 0.5), k: view.k + 400 * (random() - 0.5) };
      view =
        random() < 0.5
          ? clampView(moved, 700, area)
          : zoomAt(view, Math.exp(3 * (random() - 0.5)), random() * 500, random() * 500, 700, area);
      assert.ok(view.q >= 0 && view.k >= 0, JSON.stringify(view));
      assert.ok(view.q + area.height / view.cell <= 700 + 1e-6, JSON.stringify(view));
      assert.ok(view.cell >= fittingCell(700, area) && view.cell <= 48, JSON.stringify(view));
    }
  });

  it('a weight out of view is brought into view, one in view moves nothing', () => {
    const near = { q: 100, k: 0, cell: 10 };
    const there = reach(near, 400, 3, 1000, area);
    assert.ok(there.q <= 400 && there.q + 50 >= 401);
    assert.deepEqual(reach(near, 120, 3, 1000, area), near);
  });

  it('points outside of the matrix are no weights', () => {
    assert.equal(weightAt({ q: 0, k: 0, cell: 28 }, 200, 10, 5), null);
    assert.equal(weightAt({ q: 0, k: 0, cell: 28 }, -1, 10, 5), null);
  });
});

describe('tiles', () => {
  it('a picture’s cell takes one to two device pixels, and a power of two of weights', () => {
    for (const cell of [0.06, 0.1, 0.25, 0.7, 1, 5]) {
      for (const ratio of [1, 1.5, 2]) {
        const pool = pooling(cell, ratio);
        assert.equal(Math.log2(pool) % 1, 0);
        if (pool > 1) assert.ok(pool * cell * ratio > 0.5 && pool * cell * ratio <= 1, `${cell} ${ratio} ${pool}`);
        else assert.ok(cell * ratio > 0.5);
      }
    }
  });

  it('cover every unmasked weight in view, within the matrix, no cell without a weight', () => {
    for (const tokens of [1, 5, 63, 256, 257, 2000, 8192]) {
      for (const zoom of [1, 3, 20]) {
        const view = zoomAt(wholeMatrix(tokens, area), zoom, 120, 480, tokens, area);
        const tiles = tilesInView(view, tokens, area, pooling(view.cell, 1));
        assert.ok(tiles.length <= 30, `${tiles.length} tiles`);
        for (const { q0, q1, k0, k1, rows, cols } of tiles) {
          assert.ok(q1 <= tokens && k1 <= tokens && q0 < q1 && k0 < k1);
          assert.ok(rows >= 1 && rows <= q1 - q0 && rows <= TILE_CELLS);
          assert.ok(cols >= 1 && cols <= k1 - k0 && cols <= TILE_CELLS);
        }
        for (let y = 0; y < 500; y += 7) {
          for (let x = 0; x < 500; x += 7) {
            const at = weightAt(view, x, y, tokens);
            if (!at || at.key > at.query) continue;
            const covering = tiles.filter(
              ({ q0, q1, k0, k1 }) => q0 <= at.query && at.query < q1 && k0 <= at.key && at.key < k1,
            );
            assert.equal(covering.length, 1, `${tokens} ${zoom} ${JSON.stringify(at)}`);
          }
        }
      }
    }
  });

  it('leave out what lies wholly above the diagonal', () => {
    const tiles = tilesInView({ q: 0, k: 0, cell: 0.5 }, 1000, area, 1);
    assert.equal(tiles.length, 10); // of 16
    assert.equal(tilesInView({ q: 0, k: 0, cell: 0.5 }, 1000, area, 1, true).length, 16, 'where later tokens are seen');
  });
});

describe('labels of the axes', () => {
  it('every token where there is room, else round numbers that keep their distance', () => {
    assert.deepEqual(axisTicks(0, 20, 100, 50), { every: 1, ticks: [0, 1, 2, 3, 4] });
    assert.deepEqual(axisTicks(0, 8, 500, 63).ticks.slice(0, 3), [0, 5, 10]);
    const { every, ticks } = axisTicks(0, 0.06, 500, 8192);
    assert.ok(every * 0.06 >= 30 && ticks.length <= 17);
  });

  it('never name a token that is not there', () => {
    assert.ok(axisTicks(3.5, 20, 500, 6).ticks.every((token) => token < 6));
  });
});
