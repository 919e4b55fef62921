/** The measure of what the reasoner knows that it knows: its arithmetic, and the problems that it is asked. */
import assert from 'node:assert/strict';
import { auroc, school, threshold } from '../../../bench/model/confidence';

const outcomes = (...pairs: [right: 0 | 1, confidence: number][]) =>
  pairs.map(([right, confidence]) => ({ right: right === 1, confidence }));

describe('confidence of the reasoner', () => {
  it('AUROC: the share of pairs in which the right one is surer; ties count half', () => {
    assert.equal(auroc(outcomes([1, -1], [0, -2])), 1);
    assert.equal(auroc(outcomes([1, -2], [0, -1])), 0);
    assert.equal(auroc(outcomes([1, -1], [0, -1])), 0.5);
    assert.equal(auroc(outcomes([1, -1], [1, -3], [0, -2], [0, -4])), 0.75);
  });

  it('the threshold is the least confidence down to which at most a twentieth is wrong', () => {
    const sure = Array.from({ length: 20 }, (_, i): [1, number] => [1, -i]);
    assert.equal(threshold(outcomes(...sure, [0, -20], [0, -21])), -20);
    assert.equal(threshold(outcomes([0, -1], [1, -2])), Infinity);
  });

  it('there are fifty school problems in each language, each with a whole number as its answer', () => {
    for (const language of ['en', 'zh'] as const) {
      const problems = school(language);
      assert.equal(problems.length, 50);
      assert.equal(new Set(problems.map(({ question }) => question)).size, 50);
      for (const { question, answer } of problems) {
        assert.match(answer, /^\d+$/, question);
        assert.equal(/\p{Script=Han}/u.test(question), language === 'zh', question);
      }
    }
  });
});
