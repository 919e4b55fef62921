/** Cuts are listed by the chosen measure; what has no such number comes last. */
import assert from 'node:assert/strict';
import { measureNames, ranked, type Measured } from '../../../../../webview/explain/receipts/receiptOrder';

const cut = (direct: number, total: number, rest: Partial<Measured> = {}): Measured => ({
  effect: { direct, total },
  kl: null,
  weight: null,
  percentile: null,
  ...rest,
});

describe('the order of receipts', () => {
  const cuts = {
    a: cut(0.1, -3, { kl: 0.2, weight: 0.5, percentile: 0.5 }),
    b: cut(-2, 1, { kl: 0.9, weight: 0.1 }),
    c: cut(0.5, 2, { percentile: 0.01 }),
  };
  it('is by size, rarest first, and what was not measured is behind what was', () => {
    const names = Object.keys(cuts) as (keyof typeof cuts)[];
    const by = measureNames().map(([measure]) => [measure, ranked(names, measure, 3, (name) => cuts[name]).join('')]);
    assert.deepEqual(Object.fromEntries(by), { total: 'acb', direct: 'bca', kl: 'bac', weight: 'abc', rare: 'cab' });
    assert.deepEqual(
      ranked(names, 'kl', 2, (name) => cuts[name]),
      ['b', 'a'],
    );
  });
});
