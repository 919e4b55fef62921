/** Answers are compared by value, in every notation that could be meant. */
import assert from 'node:assert/strict';
import { sameAnswer } from '../../../src/shared/sameAnswer';

const tex = String.raw;

describe('same answer', () => {
  it('is the same number however it is written', () => {
    for (const [one, other] of [
      ['1,234', '1234'],
      ['1.234,56', '1234.56'],
      ['12,34,567', '1234567'],
      ['1 234 567', '1234567'],
      ['1/2', '0.5'],
      [tex`\frac12`, '0.5'],
      [tex`\frac{3}{4}`, '0.75'],
      ['1 1/2', '1.5'],
      ['50%', '0.5'],
      ['50%', '50'],
      [tex`3 \times 10^{8}`, '300000000'],
      ['2^{10}', '1024'],
      ['10^{-3}', '0.001'],
      ['1e3', '1000'],
      [tex`0.\overline{3}`, '1/3'],
      ['004', '4'],
      ['-3', '−3'],
      ['x = 5', '5'],
      [tex`\sqrt{16}`, '4'],
    ])
      assert.ok(sameAnswer(one, other) && sameAnswer(other, one), `${one} | ${other}`);
  });

  it('knows ratios, units, currencies, bases, intervals, tuples and sets', () => {
    for (const [one, other] of [
      ['1:2', '2:4'],
      ['2 km', '2000 m'],
      ['90 minutes', '1.5 hours'],
      ['5 km', '5'],
      ['$5', '5'],
      ['$0.50', '50 cents'],
      ['5 元', '5'],
      ['12 apples', '12'],
      ['1010_2', '10'],
      ['[0, 1)', '[0,1)'],
      ['(1, 0.5)', tex`\left(1, \frac{1}{2}\right)`],
      [tex`\{1,2,3\}`, '{3, 2, 1}'],
      ['1 and 2', '{2, 1}'],
      [tex`\text{(C)}`, '(C)'],
      ['Yes', 'yes'],
    ])
      assert.ok(sameAnswer(one, other) && sameAnswer(other, one), `${one} | ${other}`);
  });

  it('tells apart what differs', () => {
    for (const [one, other] of [
      ['1234', '1235'],
      ['1/2', '1/3'],
      ['[0, 1)', '[0, 1]'],
      ['(1, 2)', '(2, 1)'],
      ['{1, 2, 2}', '{1, 1, 2}'],
      ['2 km', '2 m'],
      ['5 hours', '5 minutes'],
      ['1:2', '2:1'],
      ['-3', '3'],
      ['yes', 'no'],
      ['1010_2', '11'],
      ['5', '5!'],
      ['x<3', '3'],
    ])
      assert.ok(!sameAnswer(one, other) && !sameAnswer(other, one), `${one} | ${other}`);
    assert.equal(sameAnswer(null, null), true);
    assert.equal(sameAnswer(null, '0'), false);
  });
});
