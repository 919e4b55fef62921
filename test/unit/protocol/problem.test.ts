import assert from 'node:assert/strict';
import { Problem, toProblem } from '../../../src/protocol/problem';

describe('problem', () => {
  it('keeps the code and detail of a problem, and makes an internal one of anything else', () => {
    const problem = new Problem('model-invalid', 'short file', { file: 'a.gguf', offset: 12 });
    assert.equal(toProblem(problem), problem);
    assert.equal(toProblem(new Error('x')).code, 'internal');
    assert.equal(toProblem(new RangeError('Array buffer allocation failed')).code, 'out-of-memory');
  });
});
