/** The answer of a text, and the mark that gives it, told from what only looks like them. */
import assert from 'node:assert/strict';
import { finalAnswer } from '../../../../src/reasoning/import/answer';
import { withAnswerLine } from '../../../../src/reasoning/import/answerLine';
import { importTraces } from '../../../../src/reasoning/import/importTrace';

describe('answers of chains of thought', () => {
  const same = (cases: Record<string, string | null>): void => {
    for (const [text, answer] of Object.entries(cases)) assert.equal(finalAnswer(text), answer, text);
  };

  it('behind a mark: its first number, in a sum the result, in one spelling', () => {
    same({
      '#### 18 (9 + 9)': '18',
      '#### 12 of 20': '12',
      '#### １２．５': '12.5',
      '先算３＋４＝７。\n所以答案是１５。': '15',
      '#### 9 + 9 = 18 (checked in 2 ways)': '18',
      '#### 18（9 + 9）': '18',
      '#### -$1,080.50': '-1080.5',
      '#### 1 000 000': '1000000',
      '#### 1\u202f000': '1000',
      '#### .5': '0.5',
      '#### -.50': '-0.5',
      '#### 1e5': '100000',
      '#### 2.5e-3': '0.0025',
      '#### 3/4': '3/4',
      '#### -3/4 cup': '-3/4',
      '#### 1 1/2': '3/2',
      '#### **18**': '18',
      '#### $\\boxed{18}$': '18',
      '#### x = 5': '5',
      '#### 100%': '100',
      '#### yes': 'yes',
    });
  });

  it('in a box: braces within it, fractions, units, roots', () => {
    same({
      'so \\boxed{\\frac{3}{4}}.': '3/4',
      '\\boxed{-\\dfrac{3}{4}}': '-3/4',
      '\\boxed{2\\frac{1}{2}}': '5/2',
      '\\boxed{5\\text{ cm}^2} is it': '5',
      '\\boxed{1{,}000\\,\\text{m}}': '1000',
      '\\boxed{\\$18} or 2': '18',
      '\\boxed{\\text{(C)}}': '(C)',
      '\\boxed{3\\sqrt{2}}': '3\\sqrt{2}',
      '\\boxed{12': '12',
      '\\boxed{} 7': '7',
    });
  });

  it('in words: what the last line calls the answer, else the last number', () => {
    same({
      'Final Answer: 42 (checked in 2 ways)': '42',
      'Work: 7.\n**Answer:** 42 pens in 2 boxes': '42',
      'The answer is 8. That took 2 steps.': '8',
      'The answer is 5 + 3 = 8.': '8',
      'The answer is not 5 but 8': '8',
      'The answer is 5.\nNo: 8.': '8',
      "1/2 + 1/3 = 2/5. No, wait, it's 5/6.": '5/6',
      'It is 5/6.5 of that.': '6.5',
      '答案是8，用了2步': '8',
      'It is GPT-4': '4',
      'in the range 5-7': '7',
      'It fell by −4': '-4',
      '(5)-3': '3',
      'It has 5 cm^2': '5',
      'half of it, 1,000,000.50': '1000000.5',
      'He ate 3/4 of it': '3/4',
      'There are 1000 of 12': '12',
      'v1.2.3': '1.2',
      '3 + 5 = 8': '8',
    });
  });

  it('a measure, a power, a ratio are said whole; numbers of other places and fractions of one sign are read', () => {
    same({
      'That is 5 h 25 min.': '5 h 25 min',
      'The answer is 2 hours and 5 minutes.': '2 hours and 5 minutes',
      '一共是2小时零5分。': '2小时零5分',
      '一共花了3元5角。': '3元5角',
      'He is 5 feet 7 inches tall': '5 feet 7 inches',
      'It took 5 minutes and 3 minutes': '3',
      'Therefore it is 2^10.': '2^10',
      'So it is 3.5 × 10^8 m/s': '3.5 × 10^8',
      'The ratio is 3:4.': '3:4',
      'Week 3:210 pages': '210',
      'So x = -3 or x = 5.': 'x = -3 or x = 5',
      'So 2½ cups.': '5/2',
      'We need 1¼': '5/4',
      'Réponse : 1 225 €': '1225',
      'Cela fait 1\u00a0234,50 €.': '1234.5',
      'Er fährt 12,5 km.': '12.5',
      'In 2024 150 people came': '150',
      "Es kostet CHF 1'732.20": '1732.2',
      'so it is $\\frac{7}{12}$.': '7/12',
      'It costs 4.50 € per 100 g.': '4.5',
    });
  });

  it('a date, a time and a list of numbers are kept as they are written; the dash of an item is no minus', () => {
    same({
      'The meeting is on 2026-11-29.': '2026-11-29',
      'We meet on 29 November 2026.': '29 November 2026',
      'The answer is March 15, 2024.': 'March 15, 2024',
      '#### 3/15/2024': '3/15/2024',
      '所以答案是2024年3月15日。': '2024年3月15日',
      那天是2024年3月15日: '2024年3月15日',
      'It was 29.11.2026': '29.11.2026',
      'The train leaves at 14:05.': '14:05',
      'At 2:05 pm they arrive': '2:05 pm',
      'On 15 March 2024 he has 12 apples': '12',
      '3, 5, 7, 11': '3, 5, 7, 11',
      'So the primes are:\n3, 5 and 7.': '3, 5 and 7',
      'x = 3, y = 5': 'x = 3, y = 5',
      '\\boxed{3, 5, 7}': '3, 5, 7',
      '#### 3, 5': '3, 5',
      '#### 18, as 19 is wrong': '18',
      'In 2010, 15 people came': '15',
      '- eggs\n- 3 apples': '3',
      'It is\n-3': '-3',
    });
  });

  it('is no base, no modulus and no remainder alone', () => {
    same({
      'So 101_2 + 11_2 = 1000_2': '1000_2',
      'Hence 9 + 5 = 2 (mod 12)': '2 (mod 12)',
      'Hence 3^4 = 1 \\pmod{5}.': '1 \\pmod{5}',
      '17÷5=3余2': '3余2',
      '17 / 5 = 3 R 2': '3 R 2',
      '17 / 5 = 3 remainder 2.': '3 remainder 2',
      'x_1 = 4': '4',
    });
  });

  it('headings of level four are no answers; they stay in the steps', () => {
    const [trace] = importTraces('#### Step 1: Add\n2+2=4\n#### Step 2: Double\n4*2=8\nSo the answer is 8.');
    assert.deepEqual([trace.answer, trace.format], ['8', 'list']);
    assert.deepEqual(
      trace.steps.map(({ text }) => text),
      ['#### Step 1: Add\n2+2=4', '#### Step 2: Double\n4*2=8\nSo the answer is 8.'],
    );
    const [after] = importTraces('<think>…3+5.</think>\n#### 1. Work\n3+5=8\n\nThe answer is 8.');
    assert.equal(after.answer, '8');
    const [broken] = importTraces('#### Step 1: Add\n2+2=4\n#### Step 2: Double');
    assert.equal(broken.steps.length, 2);
    const [titled] = importTraces('Add: 2+2=4.\n#### Final answer\n4 apples');
    assert.deepEqual([titled.answer, titled.steps.length], ['4', 3]);
    same({ '##### 5\nnine 9': '9', '#### 2 reasons\nSo 7.': '7', '#### 7\n\nQuestion: 2 of them?': '7' });
  });

  it('a line of the answer follows the last step; a heading does not', () => {
    const last = (text: string): string | undefined => {
      const [{ text: own, steps }] = importTraces(text);
      return withAnswerLine(own, steps).find(({ isAnswer }) => isAnswer)?.text;
    };
    assert.equal(last('2+2=4\n#### 4 apples'), '#### 4 apples');
    assert.equal(last('2+2=4\n#### 4\nQuestion: and then?'), undefined);
    assert.equal(last('<think>2+2=4\n#### 4 apples\n</think>\n4'), '#### 4 apples');
    const chat = { reasoning_content: '2+2=4', content: '#### Result\nThere are 4.' };
    assert.equal(last(JSON.stringify(chat)), undefined);
    assert.equal(last(JSON.stringify({ ...chat, content: '#### 4 apples' })), '#### 4 apples');
  });
});
