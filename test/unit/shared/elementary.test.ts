/** exp and log by plain arithmetic agree with the engine's own, also at the ends. */
import assert from 'node:assert/strict';
import { exp, log } from '../../../src/shared/elementary';

describe('elementary functions', () => {
  it('agree with the engine’s to fourteen digits', () => {
    for (let at = -1000; at <= 1000; at++) {
      const x = at * 0.037;
      for (const [own, theirs] of [
        [exp(x), Math.exp(x)],
        [log(exp(x)), x],
        [log(1 + at * at), Math.log(1 + at * at)],
      ]) {
        assert.ok(Math.abs(own - theirs) <= 1e-14 * Math.max(Math.abs(theirs), 1e-3), `${x}: ${own}, ${theirs}`);
      }
    }
  });

  it('have ends', () => {
    assert.deepEqual(
      [exp(-1e9), exp(1e9), exp(0), log(0), log(1), log(Infinity)],
      [0, Infinity, 1, -Infinity, 0, Infinity],
    );
    assert.ok(Number.isNaN(log(-1)) && Number.isNaN(exp(NaN)));
    assert.ok(Math.abs(log(5e-324) - Math.log(5e-324)) < 1e-12);
  });
});
