import assert from 'node:assert/strict';
import { reachOf } from '../../../../src/reasoning/ablation/reach';

describe('how far back an answer looks', () => {
  it('an answer after a late step sees the question and the latest steps, which move on in strides', () => {
    const lengths = Array.from({ length: 40 }, (_, i) => 5 + (i % 7));
    const sum = (from: number, to: number): number => lengths.slice(from, to).reduce((all, own) => all + own, 0);
    assert.deepEqual(reachOf(lengths, 20, 1000), { starts: Array(41).fill(0), whole: 40, withQuestion: true });
    for (const prompt of [20, 70]) {
      const { starts, whole, withQuestion } = reachOf(lengths, prompt, 120);
      const room = 120 - (prompt === 20 ? 20 : 1);
      assert.equal(withQuestion, prompt === 20);
      assert.ok(prompt + sum(0, whole) <= 120 && prompt + sum(0, whole + 1) > 120);
      starts.forEach((start, done) => {
        assert.ok(sum(start, done) <= room, `after ${done}`);
        if (start > 0)
          assert.ok(sum(start, done) > room * 0.75 - 11, `after ${done}: no more is left out than must be`);
      });
      assert.ok(new Set(starts).size < 16, 'strides, not a step at a time');
    }
    assert.deepEqual(reachOf([5, 500, 5], 10, 100), { starts: [0, 0, NaN, 2], whole: 1, withQuestion: true });
  });
});
