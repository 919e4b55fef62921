import assert from 'node:assert/strict';
import { gridSize } from '../../../../../webview/explain/heads/gridSize';

describe('the grid of heads', () => {
  it('maps are neither too small to see nor larger than needed', () => {
    assert.deepEqual(gridSize(8, 460), { side: 54, gap: 4 });
    assert.equal(gridSize(4, 1000).side, 96);
    assert.equal(gridSize(32, 320).side, 14);
  });
});
