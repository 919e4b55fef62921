/** Sums in text are found where people write them, and checked exactly. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { evaluate, lexemes } from '../../../../src/shared/expression';
import { seededRandom } from '../../../../src/shared/random';
import { toNumber } from '../../../../src/shared/rational';
import { dataFile } from '../../../support/data';
import { isLong } from '../../../support/long';
import { assertClose } from '../../../support/close';

/** Written with backslashes as they are. */
const tex = String.raw;
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
    for (const text of ['45+45=1小时30分', '2.5+1=3元5角', '30+35=1分5秒', '12 + 5 = 2万元'])
      assert.deepEqual(sums(text), [], text);
    assert.deepEqual(sums('17÷5=3余2，5/2=2余2'), [
      ['17÷5=3余2', true],
      ['5/2=2余2', false],
    ]);
    assert.deepEqual(sums('12 + 5 = 18千克'), [['12 + 5 = 18', false]]);
    assert.deepEqual(sums('所以 12 + 5 = 18 千米。'), [['12 + 5 = 18', false]]);
    assert.deepEqual(sums('10 + 5 = 16百分点'), [['10 + 5 = 16', false]]);
  });

  it('tells in fractions what comes out where that is how the sum is written', () => {
    const told = (text: string): unknown =>
      findEquations(text).map(({ computed, computedText }) => computedText ?? computed);
    assert.deepEqual(told('1/2 + 1/3 = 2/5'), ['5/6']);
    assert.deepEqual(told('1/2 + 1/3 = 1'), ['5/6']);
    assert.deepEqual(told('1/2 - 3/4 = 1/4'), ['-1/4']);
    assert.deepEqual(told('1/2 + 1/2 = 2/4'), [1]);
    assert.deepEqual(told('7 / 2 = 3'), [3.5]);
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

  it('knows that a sum ends with its line', () => {
    assert.deepEqual(sums('there are 5\n3 + 4 = 8\n(so 8)\n* 2 + 2 = 5\n- 7 - 2 = 5\n+ 1 more'), [
      ['3 + 4 = 8', false],
      ['2 + 2 = 5', false],
      ['7 - 2 = 5', true],
    ]);
  });

  it('raises no alarm where a number is a time, a label, a part, in another unit, or where the text goes on', () => {
    const doubtful = [
      ['6:00+48=6:48', 'from 6:15 + 5 = 11', '15 + 5 = 6:20', '0900-0130 = 0730', '9 + 4 = 1 pm'],
      [
        'Week 1 + Week 2 = 35 + 35',
        'Subtract from Weeks 1-2 = 96 - 70',
        '第1周 + 第2周 = 35 + 35',
        'In weeks 1 + 2 = 70 hours',
      ],
      ['Remaining 10 = 62,300/10', 'half of 10 + 5 = 10', '$0.25G/$0.25 = $20/$0.25', '(¾ x 3/3 = 9/12)'],
      ['$2.50 - $2.24 = 26 cents', '60 + 30 = 1.5 hours', '30 + 60 = 1.5小时'],
      ['25 / 1/3 = 75', '$10/3=$3 and $1/3', '100 / 6= 16 and (2/3)', '13 / 6 = 2 cycles, with a remainder of 1'],
      ['3/2 = 1.50+3.00=4.50', '14, 400 / 80 = 180', 'a total of $100+($100*(10/100) = $110'],
    ].flat();
    for (const text of doubtful)
      assert.deepEqual(
        sums(text).filter(([, right]) => !right),
        [],
        text,
      );
    // The same without the doubt.
    assert.deepEqual(sums('10 + 2 = 13, 96 - 70 = 27, $2.50 - $2.24 = 0.27, 25 / 3 = 75, 13 / 6 = 2 cycles'), [
      ['10 + 2 = 13', false],
      ['96 - 70 = 27', false],
      ['$2.50 - $2.24 = 0.27', false],
      ['25 / 3 = 75', false],
      ['13 / 6 = 2', false],
    ]);
  });

  it('takes a percentage as a number or as a unit, whichever is meant; sums that mix them are left alone', () => {
    for (const text of ['(15/60) * 100 = 25%', '15/60 = 25%', '1.2 x 100% = 120', '45 + 21 + 28 = 94%', '2/3 = 67%']) {
      assert.deepEqual(sums(text), [[text, true]], text);
    }
    assert.deepEqual(sums('48 = 100% + 20% = 120%'), [['100% + 20% = 120%', true]]);
    for (const text of ['200 + 10% = 220', '$7500/75% = $100', '$45/$300 = 15% of $300']) {
      assert.deepEqual(sums(text), [], text);
    }
    for (const text of ['(15/60) * 100 = 26%', '15/60 = 26%', '1200 * 15% = 18000', '1/3 = 33.7%']) {
      assert.deepEqual(sums(text), [[text, false]], text);
    }
    assert.deepEqual(sums('50% of 20 = 11, and 75 + 10% of 150 = 75 + 15 = 90'), [
      ['50% of 20 = 11', false],
      ['75 + 10% of 150 = 75 + 15', true],
      ['75 + 15 = 90', true],
    ]);
  });

  it('reads LaTeX and Markdown, and knows the place of what it read', () => {
    const cases: [string, string, boolean][] = [
      [tex`\(12 \times 3 = 37\)`, '12 * 3 = 37', false],
      [tex`\[5 \cdot \$3 = \$15\]`, '5 * $3 = $15', true],
      [tex`\frac{1}{2} + \dfrac{1}{3} = \frac{5}{6}`, '1/2 + 1/3 = 5/6', true],
      [tex`\frac{2 + 4}{3} \div 2 = 2`, '((2 + 4)/3) / 2 = 2', false],
      [tex`2^{3} + 25\% = \boxed{8.25}`, '2^(3) + 25% = 8.25', true],
      [tex`\left(1 + 2\right) \times 1{,}000 &= 3\,000`, '(1 + 2) * 1000 = 3000', true],
      ['2 + 2 = **5**', '2 + 2 = 5', false],
      ['**2** + **2** = **4**', '2 + 2 = 4', true],
      ['2**3 = 8', '2^3 = 8', true],
      ['- 5 + 3 = 8', '5 + 3 = 8', true],
      ['* 5 + 3 = 9', '5 + 3 = 9', false],
    ];
    for (const [text, shown, right] of cases) assert.deepEqual(sums(text), [[shown, right]], text);
    for (const [text, shown] of [
      [tex`So $17 \times 23 = 381$ square centimetres.`, '17 * 23 = 381'],
      [tex`$$3 + 4 &= 8$$`, '3 + 4 = 8'],
      ['We get $12 + $5 = $18 and $5 more', '$12 + $5 = $18'],
      ['It costs $3 + 4 = 8 and $5 more', '$3 + 4 = 8'],
    ])
      assert.deepEqual(sums(text), [[shown, false]], text);
    const text = tex`So \(12 \times 3 = 37\), and **2** + **2** = **5** apples.`;
    const places = findEquations(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(places, [tex`12 \times 3 = 37`, '2** + **2** = **5']);
    for (const unread of [tex`\frac{x}{2} + 3 = 5`, tex`\sqrt{5} + 1 = 4`, 'a**2 + 1 = 3', '{1, 2} = 3 + 4']) {
      assert.deepEqual(sums(unread), [], unread);
    }
  });

  it('reads numbers with their unit, and with spaces that do not break', () => {
    assert.deepEqual(sums('1 apple + 2 apples = 3 apples'), [['1 apple + 2 apples = 3', true]]);
    assert.deepEqual(sums('3 apples + 4 apples = 8 apples'), [['3 apples + 4 apples = 8', false]]);
    assert.deepEqual(sums('3个苹果 + 4个苹果 = 7个苹果'), [['3个苹果 + 4个苹果 = 7', true]]);
    for (const text of ['12\u00a0+\u20093\u202f=\u00a015', '5 ⋅ 3 ＝ 15']) assert.deepEqual(sums(text), [[text, true]]);
    assert.deepEqual(sums('1\u202f000 + 2 = 1\u202f002'), [['1\u202f000 + 2 = 1\u202f002', true]]);
    for (const text of ['3x + 4x = 8x', '2x + 3x = 10', '3 apples + 4 pears = 8 fruits'])
      assert.deepEqual(sums(text), [], text);
    assert.deepEqual(sums('2 hours + 30 minutes = 3 hours'), [['2 hours + 30 minutes = 3 hours', false]]);
    assert.deepEqual(sums('<<5 km*2=10 km>> <<2**3=8>> <<5 km*2=11 km>> <<x+1=3>>'), [
      ['5 km*2=10 km', true],
      ['2**3=8', true],
      ['5 km*2=11 km', false],
    ]);
  });

  it('what is too large to check, or a root, is left alone and takes no time; negative powers are read', () => {
    const nines = '9'.repeat(100);
    for (const text of [
      `((${nines}^64)^64)^64 = 1`,
      `(${nines}/1${nines})^500 = 1`,
      '2^513 = 1',
      '9^99999999999 = 1',
      '4^0.5 = 3',
      '<<2^999=5>>',
    ]) {
      assert.deepEqual(sums(text), [], text);
    }
    for (const text of ['2^-1 = 0.5', '2^100 = 1267650600228229401496703205376', '(-1)^99999999999 = -1', '0^0 = 1']) {
      assert.deepEqual(sums(text), [[text, true]], text);
    }
    const { computed, right } = findEquations(`${nines} * ${nines.slice(50)} = 2`)[0];
    assert.deepEqual([right, Number.isFinite(computed)], [false, true]);
    assert.deepEqual(findEquations('0^-1 = 5')[0].computed, null);
  });

  it('in GSM8K’s solutions without their marks, alarms are as few as the errors in them', function () {
    const files = (isLong ? ['train', 'test'] : ['test']).map((name) => dataFile(`gsm8k/${name}.jsonl.gz`));
    if (files.some((file) => !file)) return this.skip();
    const counts = { sums: 0, alarms: 0, alarmsBesideMarks: 0 };
    for (const file of files) {
      for (const line of gunzipSync(readFileSync(file!)).toString().trim().split('\n')) {
        const { answer } = JSON.parse(line) as { answer: string };
        const plain = findEquations(answer.replace(/<<[^<>]*>>/g, ''));
        counts.sums += plain.length;
        counts.alarms += plain.filter(({ right }) => !right).length;
        counts.alarmsBesideMarks += findEquations(answer).filter(({ right }) => !right).length;
      }
    }
    // All of them read by hand, one of them a sum in words: one is no error but a stray dot, "because .8 + . 84 + .82 = 2.46".
    assert.deepEqual(
      counts,
      isLong ? { sums: 25_028, alarms: 28, alarmsBesideMarks: 22 } : { sums: 3838, alarms: 2, alarmsBesideMarks: 1 },
    );
  });

  it('a comma is the decimal sign where a text shows that it is, and no number has a point', () => {
    const shows = 'Es kostet 1.249,90 €. ';
    assert.deepEqual(sums(`${shows}1.249,90 × 0,2 = 249,98 und 3 × 4,95 = 14,75`), [
      ['1.249,90 × 0,2 = 249,98', true],
      ['3 × 4,95 = 14,75', false],
    ]);
    assert.equal(findEquations(`${shows}3 × 4,95 = 14,75`)[0].computedText, '14,85');
    assert.deepEqual(sums('Cela fait 1 234,50 € et 1 300 × 0,95 = 1 225 €'), [['1 300 × 0,95 = 1 225', false]]);
    for (const text of [
      '3 × 4,95 = 14,75',
      `${shows}It is 1.5 times: 3 × 4,95 = 14,75`,
      'f(2,5) = 3,5 and (1,2) + 3 = 4',
    ])
      assert.deepEqual(
        sums(text).filter(([, right]) => !right),
        [],
        text,
      );
  });

  it('numbers as India and Switzerland group them, parts of amounts, and results that never end', () => {
    assert.deepEqual(sums('1,62,500 − 32,500 = 1,20,000'), [['1,62,500 − 32,500 = 1,20,000', false]]);
    assert.deepEqual(sums("1'600 + 123.2 = 1'732.20"), [["1'600 + 123.2 = 1'732.20", false]]);
    assert.deepEqual(sums('2/3 of 72 = 46'), [['2/3 of 72 = 46', false]]);
    for (const text of ['3/3 - 2/3 = 1/3 of $150', '2 1/3 of 6 = 15', '1/2 of the 10 = 6']) {
      assert.deepEqual(
        sums(text).filter(([, right]) => !right),
        [],
        text,
      );
    }
    assert.equal(findEquations('61 / 4.25 = 14.53')[0].computedText, '14.3529…');
    const [fraction] = findEquations(tex`\frac{10 - 3}{12} = \frac{8}{12}`);
    assert.deepEqual([fraction.text, fraction.computedText], ['(10 - 3)/12 = 8/12', '7/12']);
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
      else assertClose(toNumber(value), expected, 1e-9 * Math.max(1, Math.abs(expected)), text);
    }
  });

  it('stays fast on hostile text', () => {
    assert.deepEqual(findEquations('('.repeat(20_000) + '=' + ')'.repeat(20_000)), []);
    assert.ok(findEquations('1+1='.repeat(5_000)).length > 0);
    assert.ok(findEquations(`${'9'.repeat(100_000)} + 1 = 2`).length <= 1);
    assert.deepEqual(
      findEquations(`${'\\frac{1}{'.repeat(5_000)} ${'** '.repeat(20_000)}${'5 aa'.repeat(20_000)} = 1`),
      [],
    );
  });
});
