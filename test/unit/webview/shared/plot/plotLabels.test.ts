/** What is written in plots: ticks and names never touch each other. */
import assert from 'node:assert/strict';
import { scaleLinear, scaleLog } from 'd3-scale';
import { placeNames } from '../../../../../webview/shared/plot/labels';
import { labelWidth, ticksOf } from '../../../../../webview/shared/plot/ticks';
import { wrapped } from '../../../../../webview/shared/plot/wrapped';

const LOG = { label: 'operations', scale: 'log' } as const;

describe('Ticks of a plot', () => {
  for (const width of [120, 300, 500, 900]) {
    for (const high of [5, 40, 1000, 1e8]) {
      it(`on a log axis from 1 to ${high} over ${width} pixels have labels that do not touch`, () => {
        const scale = scaleLog([1, high], [0, width]);
        const ticks = ticksOf(scale, LOG, Math.floor(width / 80), String);
        assert.ok(ticks.length >= 1);
        for (const [index, tick] of ticks.slice(1).entries()) {
          const before = ticks[index];
          const gap = scale(tick) - scale(before) - labelWidth(`${tick}${before}`) / 2;
          assert.ok(gap >= 8, `${before} and ${tick}: ${gap} pixels`);
        }
      });
    }
  }

  it('keep powers of ten before all others', () => {
    const ticks = ticksOf(scaleLog([1, 100], [0, 200]), LOG, 3, String);
    for (const power of [1, 10, 100]) assert.ok(ticks.includes(power), `${ticks}`);
  });

  it('of a linear axis are the round numbers asked for', () => {
    assert.deepEqual(ticksOf(scaleLinear([0, 1], [0, 300]), { label: 'share' }, 5, String), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it('are fewer where two would be written alike', () => {
    const whole = (tick: number): string => `${Math.round(tick * 100)}%`;
    const ticks = ticksOf(scaleLinear([0.93, 0.965], [0, 200]), { label: 'right' }, 5, whole);
    assert.ok(ticks.length >= 2);
    assert.equal(new Set(ticks.map(whole)).size, ticks.length);
  });

  it('Chinese labels take more room than as many letters', () => {
    assert.ok(labelWidth('同样权重') > labelWidth('abcd'));
  });
});

describe('Names of points in a plot', () => {
  const bounds = { left: 0, right: 400, top: 0, bottom: 200 };
  /** [n] points of a seeded generator, crowded into a part of the plot. */
  const points = (n: number, wide: number): { x: number; y: number; name: string }[] => {
    let state = 7;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    return Array.from({ length: n }, (_, at) => ({ x: random() * wide, y: random() * 200, name: `name ${at}` }));
  };

  for (const [n, wide] of [
    [5, 400],
    [40, 400],
    [40, 60],
  ]) {
    it(`${n} of them over ${wide} pixels: inside, and none over another`, () => {
      const named = points(n, wide);
      const boxes = placeNames(named, bounds, labelWidth).flatMap((place, at) => {
        if (!place) return [];
        const long = labelWidth(named[at].name);
        const left = place.x - { start: 0, middle: long / 2, end: long }[place.anchor];
        return [{ left, right: left + long, top: place.y - 9, bottom: place.y + 3 }];
      });
      assert.ok(boxes.length >= Math.min(n, 5), `${boxes.length} names`);
      for (const [at, a] of boxes.entries()) {
        assert.ok(a.left >= 0 && a.right <= 400 && a.top >= 0 && a.bottom <= 200, JSON.stringify(a));
        for (const b of boxes.slice(at + 1)) {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          assert.ok(apart, JSON.stringify([a, b]));
        }
      }
    });
  }
});

describe('A label that is longer than its axis', () => {
  const LONG = 'ln n − (n − 1) / n, in nats: an upper bound of how far it goes from the model';

  it('stands in as many lines as it needs, and loses no word', () => {
    assert.deepEqual(wrapped(LONG, 900), [LONG]);
    const lines = wrapped(LONG, 400);
    assert.equal(lines.length, 2);
    assert.equal(lines.join(' '), LONG);
    for (const line of lines) assert.ok(line.length * 7 <= 400, line);
  });

  it('breaks between Chinese signs, and never before a comma', () => {
    const chinese = '离开模型距离的上界，以纳特计，越往右挑得越狠';
    const lines = wrapped(chinese, 120);
    assert.equal(lines.join(''), chinese);
    assert.ok(lines.length >= 2);
    for (const line of lines) assert.doesNotMatch(line, /^[，。：；]/);
  });

  it('keeps a word whole that is longer than all the room', () => {
    assert.deepEqual(wrapped('operations', 10), ['operations']);
  });
});
