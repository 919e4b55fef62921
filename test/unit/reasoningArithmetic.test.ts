/** Sums in text are found where people write them, and checked exactly. */
import assert from 'node:assert/strict';
import { findEquations } from '../../src/reasoning/arithmetic/equations';
import { evaluate, lexemes } from '../../src/reasoning/arithmetic/expression';
import { toNumber } from '../../src/reasoning/arithmetic/rational';
import { seededRandom } from '../../src/engine/random';

const sums = (text: string): [string, boolean][] => findEquations(text).map(({ text: sum, right }) => [sum, right]);

describe('arithmetic of reasoning steps', () => {
  it('checks plain sums, several in a step, and chains', () => {
    assert.deepEqual(sums('John buys 3: 5 + 3 = 8'), [['5 + 3 = 8', true]]);
    assert.deepEqual(sums('约翰买了3：5 + 3 = 9。'), [['5 + 3 = 9', false]]);
    assert.deepEqual(sums('2*3 = 6, and 6 - 1 = 4.'), [
      ['2*3 = 6', true],
      ['6 - 1 = 4', false],
    ]);
    assert.deepEqual(sums('2 + 2 + 2 = 2 * 3 = 6'), [
      ['2 + 2 + 2 = 2 * 3', true],
      ['2 * 3 = 6', true],
    ]);
  });

  it('takes a Chinese remainder, a smaller unit or a numeral for a part of the number, a thousandfold unit not', () => {
    for (const text of ['17÷5=3余2', '5/2=2余1', '45+45=1小时30分', '2.5+1=3元5角', '30+35=1分5秒', '12 + 5 = 2万元'])
      assert.deepEqual(sums(text), [], text);
    assert.deepEqual(sums('12 + 5 = 18千克'), [['12 + 5 = 18', false]]);
    assert.deepEqual(sums('所以 12 + 5 = 18 千米。'), [['12 + 5 = 18', false]]);
    assert.deepEqual(sums('10 + 5 = 16百分点'), [['10 + 5 = 16', false]]);
  });

  it('reads marks once, whatever is written around them', () => {
    assert.deepEqual(sums('She sold 48/2 = <<48/2=24>>24 clips, $<<2*.5=1>>1.'), [
      ['48/2=24', true],
      ['2*.5=1', true],
    ]);
    assert.deepEqual(sums('<<12=12>> <<+1+2=3>> <<560//10=56>> <<7//2=4>>'), [
      ['12=12', true],
      ['+1+2=3', true],
      ['560//10=56', true],
      ['7//2=4', false],
    ]);
  });

  it('knows other signs, brackets, currencies, percentages and thousands', () => {
    for (const text of ['1,200 × 15% = $180', '（3 ＋ 4） ÷ 2 = 3.5', '0.2 x 50 = 10', '2^10 = 1024', '5 − 7 = -2']) {
      assert.deepEqual(sums(text), [[text, true]], text);
    }
  });

  it('finds a sum after a comma, with the sign of its money', () => {
    assert.deepEqual(sums('First, 12 + 5 = 17. Step 1, 12 + 5 = 18; x, 3 + 4 = 8'), [
      ['12 + 5 = 17', true],
      ['12 + 5 = 18', false],
      ['3 + 4 = 8', false],
    ]);
    assert.deepEqual(sums('We get $12 + $5 = $18'), [['$12 + $5 = $18', false]]);
  });

  it('finds sums that stand in a Chinese sentence without spaces, but no parts of its numbers', () => {
    assert.deepEqual(sums('他买了5 + 3 = 8个苹果，再加4*2=9个。共17个'), [
      ['5 + 3 = 8', true],
      ['4*2=9', false],
    ]);
    for (const text of ['2万5 + 3 = 8', '5 + 4 = 8万', '24个苹果 * 1/2 = 12']) assert.deepEqual(sums(text), [], text);
  });

  it('is exact where floating point is not, and says when a result is only rounded', () => {
    assert.deepEqual(sums('0.1 + 0.2 = 0.3'), [['0.1 + 0.2 = 0.3', true]]);
    assert.deepEqual(sums('99999999999999999999 + 1 = 100000000000000000001')[0][1], false);
    const [third] = findEquations('100 / 3 = 33.33');
    assert.deepEqual([third.right, third.rounded], [true, true]);
    assert.equal(findEquations('100 / 3 = 33.34')[0].right, false);
    assert.equal(findEquations('7 / 2 = 3')[0].right, false, 'a whole number claims to be exact');
  });

  it('has no value for a division by zero', () => {
    const [sum] = findEquations('5 / 0 = 5');
    assert.deepEqual([sum.computed, sum.right], [null, false]);
  });

  it('leaves alone what is no sum: assignments, algebra, shares, pieces of longer sums', () => {
    for (const text of ['x = 5', '3x - 5 = 16', '26 = 5 + 3x', 'He eats 1/3 = 9 of them', '24 apples * 1/2 = 12']) {
      assert.deepEqual(sums(text), [], text);
    }
    assert.deepEqual(sums('S + 143 = 184'), []);
  });

  it('agrees with JavaScript on random sums of small whole numbers', () => {
    const random = seededRandom(7);
    const whole = (): number => 1 + Math.floor(random() * 30);
    for (let i = 0; i < 300; i++) {
      const signs = ['+', '-', '*', '/'];
      const sign = (): string => signs[Math.floor(random() * 4)];
      const text = `${whole()}${sign()}(${whole()}${sign()}${whole()})${sign()}${whole()}`;
      const value = evaluate(lexemes(text)!)!.value;
      const expected = Function(`return ${text}`)() as number;
      if (value === null) assert.ok(!Number.isFinite(expected), text);
      else assert.ok(Math.abs(toNumber(value) - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), text);
    }
  });

  it('stays fast on hostile text', () => {
    assert.deepEqual(findEquations('('.repeat(20_000) + '=' + ')'.repeat(20_000)), []);
    assert.ok(findEquations('1+1='.repeat(5_000)).length > 0);
    assert.ok(findEquations(`${'9'.repeat(100_000)} + 1 = 2`).length <= 1);
  });
});
