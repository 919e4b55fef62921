/** Sums of other kinds of text than GSM8K's, each marked by hand: right, wrong, or to be left alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';

const LINES = readFileSync('test/fixtures/sums/sums.tsv', 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t') as ['right' | 'wrong' | 'alone', string]);

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
});
