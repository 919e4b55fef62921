/** Sums of other kinds of text than GSM8K's, each marked by hand: right, wrong, or to be left alone. ⏎ breaks a line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';

const LINES = readFileSync('test/fixtures/sums/sums.tsv', 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('⏎', '\n').split('\t') as ['right' | 'wrong' | 'alone', string]);

describe('sums of other kinds of text', () => {
  it('at least two hundred, marked by hand', () => assert.ok(LINES.length >= 200, String(LINES.length)));

  it('no false alarm', () => {
    const alarms = LINES.filter(([mark, text]) => mark !== 'wrong' && findEquations(text).some(({ right }) => !right));
    assert.deepEqual(alarms, []);
  });

  it('every wrong one is told, and of the right ones at least 95 % are read', () => {
    const missed = LINES.filter(([mark, text]) => mark === 'wrong' && findEquations(text).every(({ right }) => right));
    assert.deepEqual(missed, []);
    const right = LINES.filter(([mark]) => mark === 'right');
    const unread = right.filter(([, text]) => findEquations(text).length === 0);
    assert.ok(unread.length <= 0.05 * right.length, JSON.stringify(unread));
  });

  it('what a wrong one comes to is told in units that are as fine as the sum, in their singular for one', () => {
    const told = (text: string): unknown => findEquations(text).map(({ computedText }) => computedText);
    assert.deepEqual(told('60 min = 2 hours.'), ['1 hour']);
    assert.deepEqual(told('60 min = 2 hours 15 minutes'), ['1 hour']);
    assert.deepEqual(told('135 minutes = 2 hours.'), ['2 hours 15 minutes']);
    assert.deepEqual(told('1 h 30 min + 25 min = 3 h'), ['1 h 55 min']);
    assert.deepEqual(told('100 minutes = 1.4 hours'), ['1.6666… hours']);
    assert.deepEqual(told('5 feet 6 inches + 7 inches = 7 feet'), ['6 feet 1 inch']);
    assert.deepEqual(told('2千克300克 - 800克 = 1千克'), ['1千克500克']);
    assert.deepEqual(told('Es kostet 1.249,90 €. 1,5 km + 800 m = 3,5 km.'), ['2,3 km']);
    assert.deepEqual(told('$2.50 + 75 cents = $4'), ['$3.25']);
  });
});
