import assert from 'node:assert/strict';
import { heatScale, STEPS } from '../../../../../src/shared/color';
import { mapColors, paintHeadMap } from '../../../../../webview/explain/heads/headMaps';
import type { LayerMaps } from '../../../../../src/protocol/explanation';

describe('small maps', () => {
  const heat = heatScale([0, 0, 0], true);
  /** Two heads of 4 × 4; the second has one strong weight at query 3, key 1. */
  const maps: LayerMaps = {
    layer: 0,
    size: 4,
    values: Uint8Array.from({ length: 32 }, (_, i) => (i === 16 + 3 * 4 + 1 ? 255 : 0)),
    scales: Float32Array.of(1, 0.5),
  };
  const paint = (side: number): Uint32Array => {
    const pixels = new Uint32Array(side * side);
    paintHeadMap(pixels, side, 0, 0, side, maps, 1, mapColors(heat, 0.5, 0.5));
    return pixels;
  };

  it('a single strong weight stays visible when the map shrinks', () => {
    assert.equal(paint(2)[2], heat.pixels[STEPS - 1]);
  });

  it('weights are repeated when the map grows, and masked ones stay clear', () => {
    const pixels = paint(8);
    for (const at of [6 * 8 + 2, 6 * 8 + 3, 7 * 8 + 2, 7 * 8 + 3]) assert.equal(pixels[at], heat.pixels[STEPS - 1]);
    assert.equal(pixels[5], 0, 'query 0, key 2');
    assert.equal(pixels[6 * 8], heat.pixels[0], 'query 3, key 0');
  });

  it('what lies outside a window stays clear, too, and nothing that is seen', () => {
    const pixels = new Uint32Array(16);
    const half = 2 / 4;
    paintHeadMap(pixels, 4, 0, 0, 4, maps, 1, mapColors(heat, 0.5, 0.5), { window: half });
    const drawn = Array.from(pixels, (pixel, at) => (pixel === 0 ? [] : [[Math.floor(at / 4), at % 4]])).flat();
    // A cell stands for several weights in a longer text: that of query 3, key 1 has some that are seen.
    assert.deepEqual(drawn, [[0, 0], [1, 0], [1, 1], [2, 0], [2, 1], [2, 2], [3, 1], [3, 2], [3, 3]]); // prettier-ignore
  });

  it('weights above the scale’s end have the colour of its end', () => {
    const colors = mapColors(heat, 1, 0.5);
    assert.equal(colors[255], heat.pixels[STEPS - 1]);
    assert.equal(colors[128], heat.pixels[STEPS - 1]);
    assert.equal(colors[0], heat.pixels[0]);
  });
});
