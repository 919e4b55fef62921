/** Steps in Markdown, in text of other programs, and where a full stop ends no sentence. */
import assert from 'node:assert/strict';
import { importTraces } from '../../../../src/reasoning/import/importTrace';
import { decodedText } from '../../../../src/reasoning/import/incoming';

const stepsOf = (text: string): string[] => importTraces(text)[0].steps.map((step) => step.text);

describe('steps of imported chains of thought', () => {
  it('titles, points of a list, bold and circled numbers begin items', () => {
    for (const items of [
      ['### Step 1:\n\n2 + 2 = 4', '### Step 2:\n\n4 * 2 = 8'],
      ['### Step 1\n2 + 2 = 4', '### Step 2\n4 * 2 = 8'],
      ['- **Step 1**\n\n  2 + 2 = 4', '- **Step 2**\n\n  4 * 2 = 8'],
      ['① 2 + 2 = 4', '② 4 * 2 = 8'],
      ['## 1. Add\n2 + 2 = 4', '## 2. Double\n4 * 2 = 8'],
    ]) {
      assert.deepEqual(stepsOf(items.join('\n\n')), items);
    }
    assert.deepEqual(stepsOf('1. Add 2.\n\nA remark.\n\n2. Add 3.'), ['1. Add 2.', 'A remark.', '2. Add 3.']);
    assert.deepEqual(stepsOf('## 1. Add\n\nOne.\n\nTwo.\n\n## 2. Go'), ['## 1. Add\n\nOne.', 'Two.', '## 2. Go']);
  });

  it('an empty line in an item’s code does not cut it, nor do lines of code begin items', () => {
    const items = ['1. Run this:\n```\na = 1\n\n2. b = 2\n```', '2. It gives 3.'];
    assert.deepEqual(stepsOf(items.join('\n')), items);
    assert.deepEqual(stepsOf('1. Open:\n```\na\n\n2. Go.').length, 2);
  });

  it('a code block, a table and a quotation are one step each', () => {
    const [code, table, quote] = [
      '```py\nx = 1. + 2\n\nprint(x)\n```',
      '| a | b |\n|---|---|\n| 1. | 2. |',
      '> One. Two.\n> Three.',
    ];
    assert.deepEqual(
      stepsOf(`<think>\nI run it.\n${code}\nIt gives this.\n${table}\nThe text says:\n${quote}\nDone.\n</think>\n3`),
      ['I run it.', code, 'It gives this.', table, 'The text says:', quote, 'Done.'],
    );
  });

  it('a line that begins with a sign of equality goes on with the line before', () => {
    const sums = (text: string): [number, string, boolean][] =>
      importTraces(text)[0].steps.flatMap(({ equations }, step) =>
        equations.map(({ text: sum, right }): [number, string, boolean] => [step, sum, right]),
      );
    assert.deepEqual(sums('12 × 3 + 4\n= 36 + 4\n= 41\nSo 41.'), [
      [1, '12 × 3 + 4 = 36 + 4', true],
      [2, '36 + 4 = 41', false],
    ]);
    assert.deepEqual(
      sums('原式＝(45+55)×2\n＝100×2＝200\n＝200+10\n＝220').map(([step, , right]) => [step, right]),
      [
        [1, true],
        [1, true],
        [3, false],
      ],
    );
    const align = 'A &= \\pi 5^2 - 9 \\\\\n&\\approx 78.54 - 9 \\\\[2pt]\n&= 69.4\\\\';
    assert.deepEqual(
      sums(align).map(([step, , right]) => [step, right]),
      [[2, false]],
    );
    for (const text of ['It is 5 + 3\n=====\nand so on', 'We add 5 + 3\n=> 9 of them', '5 + x\n= 9'])
      assert.deepEqual(sums(text), [], text);
  });

  it('a trace’s sums with decimal commas build on one another; one letter behind a number ends a sentence', () => {
    const { steps } = importTraces('Es sind 1.249,90 €. Es ist 3 × 4,95 = 14,75. So ist 14,75 + 1,00 = 15,75.')[0];
    assert.deepEqual(
      steps.map(({ buildsOn }) => buildsOn),
      [undefined, undefined, [1]],
    );
    assert.deepEqual(stepsOf('It has 450 L. Left are 5 m. Then J. Smith goes.'), [
      'It has 450 L.',
      'Left are 5 m.',
      'Then J. Smith goes.',
    ]);
  });

  it('“no.” ends a sentence unless a number follows', () => {
    assert.deepEqual(stepsOf('The answer is no. Then go on. See No. 5 and fig. 2 there.'), [
      'The answer is no.',
      'Then go on.',
      'See No. 5 and fig. 2 there.',
    ]);
  });

  it('lines that end with CR alone', () => {
    assert.deepEqual(stepsOf('1. Two.\r2. Three.\r\r#### 3\r'), ['1. Two.', '2. Three.']);
  });

  it('UTF-16 with a byte order mark is text; without one it is not', () => {
    const text = '1. 两个。\n2. Three.';
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16(), Buffer.from(`\uFEFF${text}`)]) {
      assert.deepEqual(stepsOf(decodedText(bytes, 'a file')), text.split('\n'));
    }
    assert.throws(() => decodedText(little.subarray(2), 'a file'), { code: 'input-binary' });
  });
});
