import assert from 'node:assert/strict';
import { laneOrder } from '../../../../../webview/explain/experts/lanes';

describe('lanes of experts', () => {
  it('stand by load, without those that took nothing', () => {
    const ids = Uint16Array.of(3, 1, 3, 0, 3, 1, 5, 0);
    assert.deepEqual(laneOrder({ ids, experts: 6 }, 8), [3, 0, 1, 5]);
    assert.deepEqual(laneOrder({ ids, experts: 6 }, 2), [3, 0]);
  });
});
