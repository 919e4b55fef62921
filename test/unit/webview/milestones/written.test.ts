import assert from 'node:assert/strict';
import { written } from '../../../../webview/milestones/cardView';

describe('a number of a card', () => {
  it('that is a difference of shares is written in points, a share and a part of a gap in per cent', () => {
    assert.equal(written(0.2652, 'points'), '26.5 points');
    assert.equal(written(-0.11, 'points'), '-11.0 points');
    assert.equal(written(0.2652, 'share'), '26.5%');
    assert.equal(written(1.2, 'percent'), '120.0%');
  });
});
