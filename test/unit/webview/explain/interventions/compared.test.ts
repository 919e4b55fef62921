import assert from 'node:assert/strict';
import { byDifference, comparedTable, pairsOf, scaleOf } from '../../../../../webview/explain/interventions/compared';

const PAIRS = [
  { name: 'same', before: 3, after: 3 },
  { name: 'risen', before: -2, after: 2.5 },
  { name: 'fallen', before: 1, after: -3.5 },
  { name: 'still', before: 0, after: 0 },
];

describe('numbers before and after', () => {
  it('stand with the largest difference first, whatever its sign; of equal ones the larger number', () => {
    assert.deepEqual(byDifference(PAIRS).map(({ name }) => name), ['fallen', 'risen', 'same', 'still']); // prettier-ignore
    assert.equal(PAIRS[0].name, 'same', 'the view’s own order is left alone');
  });

  it('are on one scale with their differences: no bar is longer than full', () => {
    assert.equal(scaleOf(PAIRS), 4.5, 'the largest is a difference');
    assert.equal(scaleOf(PAIRS.slice(0, 1)), 3);
    assert.equal(scaleOf([]), 0);
  });

  it('are all in the file’s table, the difference being after less before', () => {
    const words = { heading: 'What', of: 'Part', value: String, change: (one: number) => `${one}!` };
    const { caption, columns, rows } = comparedTable({ ...words, pairs: PAIRS });
    assert.deepEqual([caption, columns[0], rows.length], ['What', 'Part', 4]);
    assert.deepEqual(rows[0], ['fallen', { value: 1, text: '1' }, { value: -3.5, text: '-3.5' }, { value: -4.5, text: '-4.5!' }]); // prettier-ignore
  });

  it('are paired by place, as far as both runs have one', () => {
    const before = Float32Array.of(1, 2);
    assert.deepEqual(pairsOf(before, Float32Array.of(4, 5, 6), (i) => `n${i}`), [
      { name: 'n0', before: 1, after: 4 },
      { name: 'n1', before: 2, after: 5 },
    ]); // prettier-ignore
  });
});
