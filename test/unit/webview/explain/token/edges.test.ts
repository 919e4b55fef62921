import assert from 'node:assert/strict';
import { largestBy } from '../../../../../webview/explain/token/edges';

describe('edges worth telling', () => {
  it('are the largest by size, signs left aside', () => {
    assert.deepEqual(largestBy([0.1, -3, 2, 2, 0], 3), [1, 2, 3]);
  });
});
