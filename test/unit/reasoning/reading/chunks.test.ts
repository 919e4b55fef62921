import assert from 'node:assert/strict';
import { chunksOf } from '../../../../src/reasoning/reading/chunks';
import { stepOfTokens, tokenRanges } from '../../../../src/reasoning/reading/segments';

describe('parts of a trace', () => {
  it('a token belongs to the step of its first visible character; line ends to the step before', () => {
    const text = 'one\n two\nthree';
    const steps = [
      { start: 0, end: 3 },
      { start: 5, end: 8 },
      { start: 9, end: 14 },
    ];
    const tokens = [
      [0, 3],
      [3, 4],
      [4, 8],
      [8, 14],
    ].map(([start, end]) => ({ start, end }));
    const owner = stepOfTokens(tokens, steps, text);
    assert.deepEqual([...owner], [0, 0, 1, 2]);
    assert.deepEqual(tokenRanges(owner, 3), [
      { from: 0, to: 2 },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
    ]);
  });

  it('a long trace is read in chunks, each with the question and the latest steps before it in sight', () => {
    const lengths = Array.from({ length: 100 }, (_, i) => 5 + (i % 11));
    const sum = (from: number, to: number): number => lengths.slice(from, to).reduce((all, own) => all + own, 0);
    assert.deepEqual(chunksOf(lengths, 50, 2000), [{ firstStep: 0, ownStep: 0, endStep: 100, withQuestion: true }]);
    for (const prompt of [50, 900]) {
      const chunks = chunksOf(lengths, prompt, 150);
      const room = 150 - (prompt === 50 ? 50 : 1);
      assert.ok(chunks.length > 5 && chunks.every(({ withQuestion }) => withQuestion === (prompt === 50)));
      assert.deepEqual(
        chunks.map(({ ownStep }) => ownStep),
        [0, ...chunks.slice(0, -1).map(({ endStep }) => endStep)],
        'every step is some chunk’s own, once',
      );
      assert.equal(chunks.at(-1)!.endStep, 100);
      for (const { firstStep, ownStep, endStep } of chunks) {
        assert.ok(sum(firstStep, endStep) <= room, 'it fits');
        const latest = sum(firstStep, ownStep);
        if (ownStep > 0) assert.ok(latest > room / 3 - 16 && latest <= room / 3, `latest steps in sight: ${latest}`);
        if (endStep < 100) assert.ok(sum(firstStep, endStep + 1) > room, 'no more would fit');
      }
    }
    assert.deepEqual(
      chunksOf([20, 500, 20], 10, 100).map(({ firstStep, ownStep, endStep }) => [firstStep, ownStep, endStep]),
      [
        [0, 0, 1],
        [1, 1, 2],
        [2, 2, 3],
      ],
      'a step that is longer than the room is read by itself, as far as it goes',
    );
    assert.deepEqual(chunksOf([], 900, 100), [{ firstStep: 0, ownStep: 0, endStep: 0, withQuestion: false }]);
  });
});
