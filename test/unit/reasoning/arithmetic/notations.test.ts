/** What a text shows of its numbers' notation, and that no alarm is raised where it shows it not surely. */
import assert from 'node:assert/strict';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { importTraces } from '../../../../src/reasoning/import/importTrace';

const sums = (text: string): [string, boolean][] => findEquations(text).map(({ text: sum, right }) => [sum, right]);
const alarms = (text: string): string[] => sums(text).flatMap(([sum, right]) => (right ? [] : [sum]));

describe('notations of numbers', () => {
  it('a list or a pair proves no decimal comma; a leading zero and two groups prove a point', () => {
    const logits =
      'The logits are [0.250,0.125].\nScaling the last one: 8 * 0.125 = 1.\nThen 1,000 * 1,000 = 1,000,000.';
    const read = importTraces(logits)[0].steps.flatMap(({ equations }) => equations);
    assert.deepEqual(
      read.map(({ text, right }) => [text, right]),
      [
        ['8 * 0.125 = 1', true],
        ['1,000 * 1,000 = 1,000,000', true],
      ],
    );
    for (const text of [
      'The pair (0.125,3): 1,000 * 1,000 = 1,000,000',
      'The pair (1.125,3): 1,000 * 1,000 = 1,000,000',
      'Of [2, 1.125,3] 1,000 * 100 = 100,000',
      'Price 3,50 €. 0.125 * 8 = 1',
      '1.234,5 kg ; 0.125 + 1 = 1.125',
      '1,000 * 1,000 = 1,000,000 and 4,95 €',
    ])
      assert.deepEqual(
        sums(text).map(([, right]) => right),
        [true],
        text,
      );
  });

  it('of a text with both kinds, a number with one sign and three decimals raises no alarm; others do', () => {
    const both = 'It was 4,95 €, or 1.5 times as much. ';
    for (const text of ['1,250 * 4 = 5', '1.250 + 1 = 1251', '5 / 4 = 1,250'])
      assert.deepEqual(alarms(both + text), []);
    assert.deepEqual(alarms(`${both}12 + 5 = 18`), ['12 + 5 = 18']);
    // What is right as English reads it is right in any case.
    assert.deepEqual(alarms('It was 4,95 €. 1.500 + 3 = 4.500'), []);
  });

  it('long runs of groups are read in time that grows with the text', () => {
    for (const group of ['111 ', '111\u00a0', '11,', "111'", '#### 111 222\n']) {
      const began = performance.now();
      assert.deepEqual(alarms(`${group.repeat(100_000)}x 1 + 1 = 2`), []);
      assert.ok(performance.now() - began < 10_000, group);
    }
  });

  it('what never ends is told in its significant digits', () => {
    assert.equal(findEquations('1 / 300000 = 0.00001')[0].computedText, '0.000003333…');
  });

  it('a space, an apostrophe or a pair of digits groups only where the text shows it', () => {
    for (const text of [
      '4,95 €. Schritt 1 250 + 250 = 500',
      '4,95 €. 3 · 5 = 15 100 Leute',
      "6'100 - 5 = 95",
      "10'30\" ; 5'300 + 1 = 2",
      "I'm 5'123 + 1 = 2",
      'f = 1,10,100 + 1 = 112',
    ])
      assert.deepEqual(alarms(text), [], text);
    assert.deepEqual(alarms("1'250'000 + 1 = 2"), ["1'250'000 + 1 = 2"]);
    assert.deepEqual(
      alarms('₹ 1,10,100 + 1 = 112'),
      ['₹ 1,10,100 + 1 = 112'].map((one) => one.slice(2)),
    );
  });
});
