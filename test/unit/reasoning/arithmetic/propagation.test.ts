import assert from 'node:assert/strict';
import { annotated } from '../../../../src/reasoning/import/annotate';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';

/** A letter for each step: b builds on a wrong sum, c states one that is taken back; - neither. */
const marks = (text: string, question: string | null = null): string =>
  annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), question)
    .map(({ buildsOnWrong, corrected }) => (buildsOnWrong ? 'b' : corrected ? 'c' : '-'))
    .join('');

describe('what builds on a wrong sum', () => {
  it('computes with what it came to, and so does what computes with that', () => {
    assert.equal(marks('3 + 4 = 8\n8 - 2 = 6\n6 * 2 = 12\n5 + 5 = 10'), '-bb-');
  });

  it('is not what has the number from the question, or from a sum that is right', () => {
    assert.equal(marks('3 + 4 = 8\n8 - 2 = 6', 'Tom has 8 pens.'), '--');
    assert.equal(marks('3 + 4 = 8\n4 + 4 = 8\n8 - 2 = 6'), '---');
  });

  it('is told up to where the wrong sum is taken back, and not from there on', () => {
    assert.equal(marks('3 + 4 = 8.\n8 - 2 = 6.\nWait, 3 + 4 = 7.\nSo 7 - 2 = 5.'), 'cb--');
  });

  it('is nothing where it is taken back at once', () => {
    assert.equal(marks('3 + 4 = 8, no, wait, it is 7.\nSo 7 - 2 = 5.'), 'c-');
  });
});
