import assert from 'node:assert/strict';
import { annotated } from '../../../../src/reasoning/import/annotate';
import { verdictOf } from '../../../../src/shared/verdict';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';

/** A letter for each step: b builds on a wrong sum, c states one that is taken back; - neither. */
const marks = (text: string, question: string | null = null): string =>
  annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), question)
    .map(({ buildsOn, mayBuildOn, corrected }) => (buildsOn ? 'b' : mayBuildOn ? 'm' : corrected ? 'c' : '-'))
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

  it('is not taken back by words that only look again, whatever number they name', () => {
    assert.equal(marks('3 + 4 = 8.\nWait, let me re-read: Tom has 7 pens.\nSo 8 - 2 = 6.'), '--b');
    assert.equal(marks('3 + 4 = 8.\nHold on, there is 7 in the picture.\nSo 8 - 2 = 6.'), '--b');
    assert.equal(marks('3 + 4 = 8.\nWait, it is 7, not 8.\nSo 7 - 2 = 5.'), 'c--');
    assert.equal(marks('3 + 4 = 8.\nWait, the ticket is $7.\nSo 8 - 2 = 6.'), '--b');
    assert.equal(marks('3 + 4 = 8.\nActually, he got 7 more.\nSo 8 - 2 = 6.'), '--b');
    assert.equal(marks('3 + 4 = 8.\nWait, is 7 wrong? It is 7 wrong answers.\nSo 8 - 2 = 6.'), '--b');
    assert.equal(marks('3 + 4 = 8.\nWait, the result is 7.\nSo 7 - 2 = 5.'), 'c--');
  });

  it('is taken back by a fraction that is the right value, whose parts are no numbers of their own', () => {
    assert.equal(marks("1/2 + 1/3 = 2/5. No, wait, it's 5/6."), 'c');
    assert.equal(marks('1/2 + 1/3 = 2/5.\nNo, wait, the sum is \\frac{5}{6}.'), 'c-');
    assert.equal(marks('1/2 + 1/3 = 2/5.\nNo, wait, 5/6, not 2/5.'), 'c-');
    assert.equal(marks('1/2 + 1/3 = 2/5.\nNo, wait, it is 5/7.'), '--');
    assert.equal(marks('2 + 2 = 5.\nWait, it is 4/3.'), '--');
  });

  it('is told of a wrong value that is gone on with after words took it back, and of what follows from that', () => {
    assert.equal(marks("5 * 6 = 35.\nHmm, that's wrong. It should be 30.\nSo 35 + 5 = 40.\nThen 40 * 2 = 80."), 'c-bb');
    assert.equal(marks('5 * 6 = 35, no, wait, it is 30.\nSo 35 + 5 = 40.'), 'cb');
    assert.equal(marks("5 * 6 = 35.\nHmm, that's wrong. It should be 30.\nThe answer is 35."), 'c-b');
    assert.equal(marks('5 * 6 = 35.\nWait, 5 * 6 = 30.\n35 + 5 = 40'), 'c-m');
    const tail = (after: string): string => marks(`5 * 6 = 35.\nWait, it is 30, not 35.\n${after}`);
    assert.equal(tail('So 30 + 5 = 35.\nSo 35 * 2 = 70.'), 'c---');
    assert.equal(tail('So the answer is 30, not 35.'), 'c--');
    assert.equal(tail('So I was wrong by 35 - 30 = 5.'), 'c--');
    assert.equal(tail('2 + 2 = 4\n4 + 4 = 8\n9 + 9 = 18\nA deck of 35: 35 * 2 = 70'), 'c-----');
    assert.equal(tail('A bus has 35 seats.\nSo 35 * 2 = 70.'), 'c---');
  });

  it('is not taken back where the right value is named only to be rejected', () => {
    const after = (text: string): string => marks(`5 * 6 = 35.\n${text}`)[0];
    assert.equal(after('5 * 6 = 30 is what a calculator gives, but that is wrong; it is 35.'), '-');
    assert.equal(after('5 * 6 = 30 is what a calculator gives.\nBut that is wrong, it is 35.'), '-');
    assert.equal(after('A calculator gives 30, but that is wrong; it is 35.'), '-');
    assert.equal(after('5 * 6 = 30, but that is wrong; it is 35.\nNo, wait, 5 * 6 = 30.'), 'c');
    assert.equal(after('Wait, 5 * 6 = 30, but I wrote that it is 35.'), 'c');
    assert.equal(after('Wait, it is 30, not 35. That was wrong.'), 'c');
    assert.equal(after('5 * 6 = 30, so that was wrong: it is not 35.'), 'c');
  });

  it('may only build on it where the step itself gives the number before it computes', () => {
    assert.equal(marks('3 + 4 = 8\nTom has 8 brothers. So 8 * 2 = 16'), '-m');
    assert.equal(marks('4 * 6 = 25\nThere are 25 students in the class, so 25 / 5 = 5'), '-m');
    assert.equal(marks('4 * 6 = 25\n一个班有25个学生，所以25÷5=5'), '-m');
    assert.equal(marks('4 * 6 = 25\nSo there are 25 apples, and 25 / 5 = 5'), '-b');
    assert.equal(marks('4 * 6 = 25\nSo 25 / 5 = 5, and Tom has 25 friends.'), '-b');
  });

  it('minds the sign of a number', () => {
    assert.equal(marks('7 - 12 = 5.\nWait, it is -5.\nSo it comes to -10.\nThe answer is -5.'), 'c---');
    assert.equal(marks('7 - 12 = 5.\nThe answer is -5.'), '--');
    assert.equal(marks('3 - 9 = -5\n-5 * 2 = -10\n20 -5 = 15'), '-b-');
    assert.equal(marks('7 - 12 = 5\n20 -5 = 15'), '-b');
  });

  it('holds for a wrong fraction that is used later, which is one number', () => {
    assert.equal(marks('1/2 + 1/3 = 2/5\nSo 2/5 + 1/5 = 3/5\nThe answer is 3/5.'), '-bb');
    assert.equal(marks('\\frac{1}{2} + \\frac{1}{3} = \\frac{2}{5}\nSo \\frac{2}{5} + 1 = \\frac{7}{5}.'), '-b');
    assert.equal(marks('1/2 + 1/3 = 2/5\nThe answer is \\frac{2}{5}.'), '-b');
    assert.equal(marks('1/2 + 1/3 = 2/5\nSo 2/5 + 1/5 = 3/5', 'Tom ate 2/5 of a cake.'), '--', 'the question has it');
    assert.equal(marks('1/2 + 1/3 = 2/5\n1/5 + 1/5 = 2/5\nSo 2/5 + 1/5 = 3/5'), '---', 'a right sum has it');
    assert.equal(marks('2 + 3 = 4\nSo 8/2 + 1 = 5'), '--', 'a whole quotient is what a sum computes');
  });

  it('is told apart from what is silently stated rightly later, in whatever order', () => {
    const of = (text: string): unknown =>
      annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), null)[0].corrected;
    assert.deepEqual(of('3 * 4 = 13\n5 + 5 = 10\n4 × 3 = 12'), { by: 2, isTakenBack: false });
    assert.deepEqual(of('3 * 4 = 13\n5 + 5 = 10\nNo, wait: 4 × 3 = 12'), { by: 2, isTakenBack: true });
  });

  it('may build on it where the number is all that they share', () => {
    assert.equal(marks('3 * 4 = 13\n5 + 5 = 10\nA deck has 13 cards a suit: 13 * 4 = 52'), '--m');
    assert.equal(marks('3 * 4 = 13\n5 + 5 = 10\nTaken from step 1, 13 * 4 = 52'), '--b');
  });

  it('holds for the answer, which is no later step', () => {
    const text = '3 + 4 = 8\nThe answer is 8.';
    const steps = annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), null);
    const { building, isAnswerBuilt } = verdictOf(steps);
    assert.deepEqual([building, isAnswerBuilt], [[], true]);
  });

  it('may go on behind the step that takes it back, which are told apart', () => {
    const of = (text: string): readonly number[][] => {
      const steps = annotated(stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines')), null);
      const { building, afterwards } = verdictOf(steps);
      return [building, afterwards];
    };
    const back = "Hmm, that's wrong. It should be 30.";
    assert.deepEqual(of(`5 * 6 = 35.\nSo 35 + 5 = 40.\n${back}\nSo 35 + 1 = 36.`), [[1, 3], [3]]);
    assert.deepEqual(of(`5 * 6 = 35.\nSo 35 + 5 = 40.\n${back}\nSo 30 + 1 = 31.`), [[1], []]);
    assert.deepEqual(of('5 * 6 = 35.\nSo 35 + 5 = 40.'), [[1], []]);
  });

  it('is nothing where it is taken back at once', () => {
    assert.equal(marks('3 + 4 = 8, no, wait, it is 7.\nSo 7 - 2 = 5.'), 'c-');
  });
});
