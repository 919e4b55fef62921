import assert from 'node:assert/strict';
import { answerKl } from '../../../../src/reasoning/ablation/resample';
import { divergence } from '../../../../src/shared/softmax';
import { assertClose } from '../../../support/close';

describe('scores of a cut', () => {
  it('KL of next-token distributions and of answers', () => {
    const p = Float32Array.of(Math.log(0.5), Math.log(0.5));
    const q = Float32Array.of(Math.log(0.25) + 3, Math.log(0.75) + 3);
    assertClose(divergence(p, q), 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 1e-6);
    assert.equal(divergence(p, p), 0);
    assert.equal(answerKl(['1', '2'], ['2', '1']), 0);
    assert.ok(answerKl(['1', '1'], ['2', '2']) > 1);
  });
});
