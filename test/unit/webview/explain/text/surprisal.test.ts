import assert from 'node:assert/strict';
import { largestBy } from '../../../../../webview/explain/token/edges';
import { ranked } from '../../../../../webview/explain/heads/headOrder';
import { laneOrder } from '../../../../../webview/explain/experts/lanes';
import { isTaken } from '../../../../../src/shared/roleStrength';
import { surprisalBits } from '../../../../../src/shared/surprisal';
import { expectedBefore } from '../../../../../webview/explain/text/surprisal';
import { assertClose } from '../../../../support/close';

describe('surprisal on the page', () => {
  it('is −log₂ p', () => {
    assert.ok(Number.isNaN(surprisalBits(NaN)));
    assertClose(surprisalBits(Math.log(0.25)), 2, 1e-12);
    assertClose(surprisalBits(0), 0, 1e-12);
  });

  it('what was expected in a token’s place is what came after the one before', () => {
    const all = {
      entropy: new Float32Array(2),
      top: 2,
      ids: Int32Array.of(5, 6, 7, 8),
      probabilities: Float32Array.of(0.5, 0.25, 0.125, 0.0625),
      labels: { 5: 'five', 6: '\n', 7: 'seven', 8: 'eight' },
    };
    assert.deepEqual(expectedBefore(all, 0), []);
    assert.deepEqual(expectedBefore(all, 1), [
      { id: 5, label: 'five', probability: 0.5 },
      { id: 6, label: '⏎', probability: 0.25 },
    ]);
  });
});

describe('edges worth telling', () => {
  it('are the largest by size, signs left aside', () => {
    assert.deepEqual(largestBy([0.1, -3, 2, 2, 0], 3), [1, 2, 3]);
  });
});

describe('lanes of experts', () => {
  it('stand by load, without those that took nothing', () => {
    const ids = Uint16Array.of(3, 1, 3, 0, 3, 1, 5, 0);
    assert.deepEqual(laneOrder({ ids, experts: 6 }, 8), [3, 0, 1, 5]);
    assert.deepEqual(laneOrder({ ids, experts: 6 }, 2), [3, 0]);
  });
});

describe('heads by role', () => {
  it('stand strongest first, equal ones by layer and head', () => {
    const scores = Float32Array.of(0.25, 0.5, 0.5, 0.75);
    const order = ranked({ role: 'bracket', threshold: 0.3, queries: 3, chance: 0.1, scores }, 2);
    assert.deepEqual(
      order.map(({ layer, head }) => [layer, head]),
      [
        [1, 1],
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('are offered for a role only where one does it, against the baseline', () => {
    const scores = Float32Array.of(0.1, 0.5);
    const role = { role: 'bracket', threshold: 0.3, queries: 3, chance: 0.1, scores } as const;
    assert.equal(isTaken(role), true);
    assert.equal(isTaken({ ...role, baselines: Float32Array.of(0, 0.3) }), false);
    assert.equal(isTaken({ ...role, chance: 0.4 }), false);
  });
});
