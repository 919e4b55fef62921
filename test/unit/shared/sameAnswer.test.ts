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

  it('compares dates by the day, and is no sum over their parts', () => {
    for (const [one, other] of [
      ['2024-03-15', '2024-3-15'],
      ['2024-03-15', 'March 15, 2024'],
      ['15 March 2024', 'Mar. 15th, 2024'],
      ['15.03.2024', '2024年3月15日'],
      ['3/15/2024', '15/3/2024'],
      ['Friday, 15 March 2024', '2024-03-15'],
      ['3/4/2024', '2024-04-03'],
      ['3/4/2024', '2024-03-04'],
      ['5 May', 'May 5'],
    ])
      assert.ok(sameAnswer(one, other) && sameAnswer(other, one), `${one} | ${other}`);
    for (const [one, other] of [
      ['2024-03-15', '2006'],
      ['3/4/2024', '4/3/2024'],
      ['2024-03-15', '2024-03-16'],
      ['5 May', '5 May 2024'],
      ['15.03.2024', '15'],
      ['May 5', '5'],
    ])
      assert.ok(!sameAnswer(one, other) && !sameAnswer(other, one), `${one} | ${other}`);
  });

  it('in every notation named: other scripts and places, LaTeX, per cent, ratios, residues, bases, intervals, sets, units, money', () => {
    const pairs: [string, string][] = [
      ['1.234', '1234'],
      ['1’234', '1234'],
      ["1'234.5", '1234.5'],
      ['1\u202f234,5', '1234.5'],
      ['١٢', '12'],
      ['１２', '12'],
      ['3,5', '3.5'],
      ['0,5', '1/2'],
      ['.5', '0.5'],
      ['5.', '5'],
      ['+5', '5'],
      ['12万', '120000'],
      ['1.2万', '12000'],
      ['1.5 million', '1500000'],
      ['2 thousand', '2000'],
      ['three', '3'],
      ['十二', '12'],
      ['½', '0.5'],
      ['2½', '2.5'],
      ['¾', '3/4'],
      ['2\u00bd', '5/2'],
      [tex`\dfrac{7}{3}`, '7/3'],
      [tex`2\frac{1}{2}`, '2.5'],
      [tex`-\frac{1}{2}`, '-0.5'],
      [tex`\frac{-1}{2}`, '-1/2'],
      [tex`$\boxed{42}$`, '42'],
      [tex`\(5\)`, '5'],
      [tex`5\%`, '5%'],
      [tex`12{,}345`, '12345'],
      [tex`12\,345`, '12345'],
      [tex`3\sqrt{2}`, '3√2'],
      [tex`2\pi`, '2π'],
      [tex`\tfrac{1}{3}`, '1/3'],
      ['5‰', '0.005'],
      ['25 percent', '25%'],
      ['25 per cent', '0.25'],
      ['百分之25', '25%'],
      ['1:2', '1/2'],
      ['2：4', '1:2'],
      ['1 to 2', '1:2'],
      ['3比4', '3:4'],
      ['5 mod 12', '5'],
      [tex`5 \pmod{12}`, '5'],
      ['5 (mod 12)', '17 (mod 12)'],
      [tex`x \equiv 5 \pmod{12}`, '5 mod 12'],
      ['0x1F', '31'],
      ['0b101', '5'],
      ['1010₂', '10'],
      ['17_8', '15'],
      ['0o17', '15'],
      [tex`1F_{16}`, '31'],
      ['ff_{16}', '255'],
      ['[0, 1]', '0 <= x <= 1'],
      ['(0,1)', '0 < x < 1'],
      ['x ∈ [0,1)', '[0,1)'],
      ['[0; 1)', '[0, 1)'],
      [tex`(-\infty, 3]`, '(-∞, 3]'],
      ['x > 3', '(3, ∞)'],
      [tex`x \ge 3`, 'x ≥ 3'],
      ['{1; 2}', '{2; 1}'],
      ['x = 1 or x = 2', '{1, 2}'],
      ['1, 2', '2 and 1'],
      ['x=1, x=2', '1 and 2'],
      [tex`\{1, \frac12\}`, '{0.5, 1}'],
      ['∅', tex`\emptyset`],
      ['a=1,b=2', 'b=2, a=1'],
      ['5 kg', '5000 g'],
      ['5 kg', '5000g'],
      ['1.5 h', '90 min'],
      ['2小时', '120分钟'],
      ['3 米', '300 厘米'],
      ['5 km/h', '5 km/h'],
      ['100 cm²', '0.01 m²'],
      ['20 °C', '20°C'],
      ['1 dozen', '12'],
      ['5 ft', '60 inches'],
      ['€5', '5 €'],
      ['5 EUR', '€5'],
      ['£3.50', '3.5'],
      ['R$ 5', '5'],
      ['¥500', '500 yen'],
      ['$1,000.00', '1000'],
      ['5 dollars', '$5'],
      ['50¢', '$0.50'],
      ['1.000,50 €', '1000.5'],
      ['₹1,23,456', '123456'],
      ['USD 5', '$5'],
      ['5美元', '5'],
      ['12:30', '12:30'],
      ['2 h 15 min', '135 min'],
      ['2小时15分', '135分钟'],
      ['A', '(A)'],
      ['A', 'A.'],
      ['option B', 'B'],
      ['true', 'True'],
      ['是', '是。'],
      ['10^6', '1000000'],
      ['1.2e-3', '0.0012'],
      ['√16', '4'],
      ['10²', '100'],
      ['2³', '8'],
    ];
    for (const [one, other] of pairs) assert.ok(sameAnswer(one, other) && sameAnswer(other, one), `${one} | ${other}`);
  });

  it('in none of them are two answers the same that differ', () => {
    const pairs: [string, string][] = [
      ['1.234', '1235'],
      ['3,5', '35'],
      ['5 mod 12', '6 mod 12'],
      ['5 (mod 12)', '5 (mod 7)'],
      ['0x1F', '1F'],
      ['[0,1]', '(0,1)'],
      ['x > 3', 'x < 3'],
      ['2 h 15 min', '2.15 h'],
      ['€5', '€6'],
      ['1:2', '12'],
      ['5 kg', '5 g'],
      ['A', 'B'],
      ['½', '1/3'],
      ['25%', '26%'],
      ['12万', '12'],
      ['x=1,y=2', 'x=2,y=1'],
      ['17_8', '17'],
      ['∅', '0'],
      ['10²', '102'],
      ['1010₂', '1010'],
      ['3比4', '4比3'],
      ['(1,2)', '1.2'],
      ['-5', '5'],
      ['5‰', '5%'],
    ];
    for (const [one, other] of pairs) assert.ok(!sameAnswer(one, other), `${one} | ${other}`);
  });
});
