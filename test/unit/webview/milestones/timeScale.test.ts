import assert from 'node:assert/strict';
import { DATED_MARKS, MILESTONES, timeOf } from '../../../../src/shared/history/timeline';
import { BAND_YEARS, NARROWER, place } from '../../../../webview/milestones/timeScale';

describe('the band of years', () => {
  it('is to scale on both sides of the year at which the scale changes', () => {
    const late = place(2020) - place(2019);
    assert.ok(Math.abs(place(2011) - place(2010) - late) < 1e-12);
    assert.ok(Math.abs((place(1990) - place(1989)) * NARROWER - late) < 1e-12);
    assert.deepEqual([place(BAND_YEARS.first), place(BAND_YEARS.end)], [0, 1]);
  });

  it('has room for all that is told', () => {
    for (const told of [...MILESTONES, ...DATED_MARKS]) {
      const at = place(timeOf(told));
      assert.ok(at > 0 && at < 1, told.id);
    }
  });

  it('has its entries in order of time, month by month where months are known', () => {
    const times = MILESTONES.map(timeOf);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(timeOf({ year: 2024, month: 2 }) < timeOf({ year: 2024 }));
    assert.ok(timeOf({ year: 2024 }) < timeOf({ year: 2024, month: 12 }));
  });
});
