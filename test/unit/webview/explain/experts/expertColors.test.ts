import assert from 'node:assert/strict';
import { contrast, READABLE, readableOn } from '../../../../../src/shared/color';
import { expertColor } from '../../../../../webview/explain/experts/expertColors';

describe('the colours of experts', () => {
  it('of the first 32 are 32, and a number can be read on each', () => {
    const colors = Array.from({ length: 32 }, (_, expert) => expertColor(expert));
    assert.equal(new Set(colors.map(String)).size, 32);
    for (const color of colors) assert.ok(contrast(readableOn(color, [204, 204, 204]), color) >= READABLE);
  });
});
