import assert from 'node:assert/strict';
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
