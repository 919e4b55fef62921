/** How far an expected curve lies from the measured one. */
import assert from 'node:assert/strict';
import { apart } from '../../../../webview/milestones/curveApart';

describe('milestones: an expected curve beside the measured one', () => {
  const measured = { x: [0, 10, 20], y: [0, 1, 0] };

  it('is the mean difference at the places drawn, between measured points in a straight line', () => {
    assert.equal(apart({ x: [0, 5, 20], y: [0.5, 0.5, 0.25] }, measured), 0.25);
  });

  it('leaves out places that were not measured, and says nothing where there is none', () => {
    assert.equal(apart({ x: [10, 40], y: [0, 9] }, measured), 1);
    assert.equal(apart({ x: [40], y: [9] }, measured), null);
    assert.equal(apart({ x: [0], y: [1] }, { x: [], y: [] }), null);
  });
});
