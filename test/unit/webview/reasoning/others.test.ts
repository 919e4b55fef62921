/** Several chains of thought of one problem: how their answers part, by value, and at which step. */
import assert from 'node:assert/strict';
import { align } from '../../../../src/reasoning/alignment/align';
import { finalAnswer } from '../../../../src/reasoning/import/answer';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';
import { answerGroups } from '../../../../webview/reasoning/others';
import type { Shown } from '../../../../webview/reasoning/state';

const shown = (text: string): Shown => {
  const steps = stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines'));
  const origin = { kind: 'import' as const, title: 'a.jsonl', format: 'plain' as const, others: 0 };
  return {
    origin,
    question: 'How many?',
    expected: null,
    direct: null,
    text,
    steps,
    answer: finalAnswer(text),
    logprobs: [],
  };
};

describe('several chains of thought of one problem', () => {
  const own = shown('She buys 3: 5 + 3 = 8\ngives 2 away: 8 - 2 = 6\nhalf of them: 6 / 2 = 3\n#### 3');
  const groups = (...others: string[]): [string | null, number, boolean, number | null][] => {
    const all = others.map(shown);
    const alignments = all.map(({ steps }) => align(own.steps, steps));
    return answerGroups(own, all, alignments).map(({ answer, count, isOwn, partsAt }) => [
      answer,
      count,
      isOwn,
      partsAt,
    ]);
  };

  it('are told by their answers, the commonest first, and where the first of another answer parts', () => {
    assert.deepEqual(
      groups(
        'She buys 3: 5 + 3 = 8\ngives 2 away: 8 - 2 = 5\nhalf of them: 5 / 2 = 2.5\n#### 2.5',
        'She buys 3: 5 + 3 = 9\ngives 2 away: 9 - 2 = 7\nhalf of them: 7 / 2 = 3.5\n#### 5/2',
        'She buys 3: 5 + 3 = 8\ngives 2 away: 8 - 2 = 6\nhalf of them: 6 / 2 = 3\n#### 3.0',
        'I do not know.',
        'She buys 3: 5 + 3 = 8\n#### $2\\frac{1}{2}$',
      ),
      [
        ['2.5', 3, false, 1],
        ['3', 2, true, null],
        [null, 1, false, null],
      ],
    );
  });

  it('that come to the same are one group, in whatever notation', () => {
    assert.deepEqual(groups('#### 3', 'The answer is 3.00.', 'So we get \\boxed{\\frac{6}{2}}.'), [
      ['3', 4, true, null],
    ]);
  });
});
