/** Ticks of a plot's axes: their labels never touch. */
import assert from 'node:assert/strict';
import { scaleLinear, scaleLog } from 'd3-scale';
import { labelWidth, ticksOf } from '../../webview/shared/plot/ticks';

const LOG = { label: 'operations', scale: 'log' } as const;
const room = (tick: number): number => labelWidth(String(tick));

describe('Ticks of a plot', () => {
  for (const width of [120, 300, 500, 900]) {
    for (const high of [5, 40, 1000, 1e8]) {
      it(`on a log axis from 1 to ${high} over ${width} pixels have labels that do not touch`, () => {
        const scale = scaleLog([1, high], [0, width]);
        const ticks = ticksOf(scale, LOG, Math.floor(width / 80), room);
        assert.ok(ticks.length >= 1);
        for (const [index, tick] of ticks.slice(1).entries()) {
          const before = ticks[index];
          const gap = scale(tick) - scale(before) - (room(tick) + room(before)) / 2;
          assert.ok(gap >= 8, `${before} and ${tick}: ${gap} pixels`);
        }
      });
    }
  }

  it('keep powers of ten before all others', () => {
    const ticks = ticksOf(scaleLog([1, 100], [0, 200]), LOG, 3, room);
    for (const power of [1, 10, 100]) assert.ok(ticks.includes(power), `${ticks}`);
  });

  it('of a linear axis are the round numbers asked for', () => {
    assert.deepEqual(ticksOf(scaleLinear([0, 1], [0, 300]), { label: 'share' }, 5, room), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});
