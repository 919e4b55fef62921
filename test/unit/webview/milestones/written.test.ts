import assert from 'node:assert/strict';
import { found, written } from '../../../../webview/milestones/cardView';

describe('a number of a card', () => {
  it('that is a difference of shares is written in points, a share and a part of a gap in per cent', () => {
    assert.equal(written(0.2652, 'points'), '26.5 points');
    assert.equal(written(-0.11, 'points'), '-11.0 points');
    assert.equal(written(0.2652, 'share'), '26.5%');
    assert.equal(written(1.2, 'percent'), '120.0%');
  });

  it('stands in a finding with its interval where so few were measured that the number alone says too much', () => {
    const rows = [
      { name: 'found', value: 1, unit: 'share' as const, interval: [0.757, 1] as [number, number] },
      { name: 'of', value: 12, unit: 'integer' as const },
    ];
    const of = (withInterval?: string[]): string => {
      const finding = () => ({ text: '{0} of {1}', rows: ['found', 'of'], ...(withInterval && { withInterval }) });
      return found({ baseline: { text: '' }, control: { text: '' }, falsifiedBy: { text: '' }, finding }, { rows });
    };
    assert.equal(of(), '100.0% of 12');
    assert.equal(of(['found']), '100.0% [75.7% – 100.0%] of 12');
  });
});
