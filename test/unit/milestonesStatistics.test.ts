import assert from 'node:assert/strict';
import { seededRandom } from '../../src/engine/random';
import { summarize } from '../../src/milestones/seeds';
import {
  bootstrapInterval,
  excludes,
  mean,
  median,
  seedInterval,
  shareInterval,
  standardDeviation,
} from '../../src/milestones/shared/statistics';
import type { Card } from '../../src/protocol/milestones';

const near = (value: number, expected: number, tolerance = 1e-4): void =>
  assert.ok(Math.abs(value - expected) < tolerance, `${value} is not ${expected}`);

const card = (ours: Card['ours'], interval?: Card['interval']): Card => ({
  paper: { text: 'p' },
  why: { text: 'w' },
  ours,
  interval,
});

describe('intervals', () => {
  // 2.3 ± 2.7764 · 0.353553 / √5: the quantile from any table of Student’s t, 4 degrees of freedom.
  const five = [2.1, 2.5, 1.9, 2.8, 2.2];

  it('of five seeds are Student’s', () => {
    near(mean(five), 2.3);
    near(standardDeviation(five), 0.353553);
    const [low, high] = seedInterval(five);
    near(low, 1.861009);
    near(high, 2.738991);
  });

  it('cover the true mean of five normal values in about 95 of 100 cases', () => {
    const random = seededRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      if (!excludes(seedInterval(Array.from({ length: 5 }, normal)))) covered++;
    }
    // Three standard errors of a share of 0.95 over 4,000 trials.
    near(covered / 4000, 0.95, 0.0104);
  });

  it('by bootstrap agree with the normal interval of a mean of many', () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 400 }, () => random() ** 2);
    const [low, high] = bootstrapInterval(values, mean);
    const half = (1.96 * standardDeviation(values)) / Math.sqrt(values.length);
    near(low, mean(values) - half, 0.004);
    near(high, mean(values) + half, 0.004);
    assert.deepEqual(bootstrapInterval(values, mean), [low, high]);
  });

  it('of a share are Wilson’s: 29 of 48, and none of 20', () => {
    const [low, high] = shareInterval(29 / 48, 48);
    // Ends solve |p − share| = 1.96 √(p (1 − p) / n).
    for (const end of [low, high]) near(Math.abs(end - 29 / 48), 1.96 * Math.sqrt((end * (1 - end)) / 48), 1e-9);
    near(shareInterval(0, 20)[0], 0, 1e-12);
  });

  it('need two values', () => {
    assert.throws(() => seedInterval([1]), RangeError);
    assert.throws(() => bootstrapInterval([1], mean), RangeError);
  });

  it('tell whether an effect is there', () => {
    assert.ok(excludes([0.1, 0.3]));
    assert.ok(excludes([-0.3, -0.1]));
    assert.ok(!excludes([-0.1, 0.3]));
    assert.ok(excludes([0.1, 0.3], 1));
  });

  it('median of odd and even counts', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  it('over seeds: of what varies by seed, of one model its own, of a time to success only where there was one', () => {
    const cards = five.map((value, at) =>
      card({ varies: value, fixed: 7, measured: 3, ...(at > 2 && { sometimes: at }) }, { measured: [2, 4] }),
    );
    const { ours, interval, over } = summarize(cards);
    near(ours.varies, 2.3);
    near(interval.varies[0], 1.861009);
    assert.equal(ours.sometimes, 3.5);
    assert.deepEqual(interval.measured, [2, 4]);
    assert.equal(interval.fixed, undefined);
    // Equal runs make no interval over seeds.
    assert.deepEqual(over, { varies: 'seeds', sometimes: 'seeds', measured: 'cases' });
    assert.deepEqual(summarize(cards.slice(0, 1)).interval, { measured: [2, 4] });
  });
});
