import assert from 'node:assert/strict';
import { columnScores, kurtosis } from '../../../../src/reasoning/reading/receivers';
import { assertClose } from '../../../support/close';

describe('scores of steps', () => {
  it('kurtosis as in scipy', () => {
    assertClose(kurtosis([1, 2, 3, 4, 10]), -0.212, 1e-12);
    assert.equal(kurtosis([1, -1]), -2);
    assert.ok(Number.isNaN(kurtosis([3, 3, 3])));
  });

  it('columns leave out the nearest rows', () => {
    const steps = 7;
    const matrix = new Float32Array(steps * steps);
    for (let i = 0; i < steps; i++) for (let j = 0; j <= i; j++) matrix[i * steps + j] = i - j > 4 ? 10 * j + i : 1000;
    assert.deepEqual(columnScores(matrix, steps), [5.5, 16]);
  });
});
