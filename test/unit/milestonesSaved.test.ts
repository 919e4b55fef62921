/** What the Milestone History page keeps over a reload of the window. */
import assert from 'node:assert/strict';
import { FRESH, restore } from '../../webview/milestones/saved';

describe('milestones: kept state', () => {
  it('comes back as it was kept', () => {
    const kept = {
      ...FRESH,
      ...{ tab: 'verdicts', entry: 'tpu', seed: 7, options: { tpu: { texts: 9 } }, verdict: 'wrong', search: 'cat' },
    };
    assert.deepEqual(restore(JSON.parse(JSON.stringify(kept))), kept);
  });

  it('what does not fit gives way to a fresh one, part by part', () => {
    for (const state of [undefined, null, 'x', {}, { ...FRESH, version: 2, entry: 'tpu' }]) {
      assert.deepEqual(restore(state), FRESH);
    }
    assert.deepEqual(restore({ ...FRESH, entry: 'gone', tab: 3, seed: -1, options: null, search: 'cat' }), {
      ...FRESH,
      search: 'cat',
    });
  });
});
