import assert from 'node:assert/strict';
import { gaussian, seededRandom } from '../../../src/shared/random';
import { summarize } from '../../../src/milestones/seeds';
import {
  bootstrapInterval,
  isAbove,
  mean,
  median,
  pairedInterval,
  seedInterval,
  seedShareInterval,
  shareInterval,
  standardDeviation,
} from '../../../src/shared/statistics';
import type { Card, CardRow } from '../../../src/protocol/milestones';
import { assertClose } from '../../support/close';

const card = (
  values: Record<string, number>,
  about: Partial<Record<string, Partial<CardRow>>> = {},
): Pick<Card, 'rows'> => ({
  rows: Object.entries(values).map(([name, value]) => ({ name, value, ...about[name] })),
});

describe('intervals', () => {
  // 2.3 ± 2.7764 · 0.353553 / √5: the quantile from any table of Student’s t, 4 degrees of freedom.
  const five = [2.1, 2.5, 1.9, 2.8, 2.2];

  it('of five seeds are Student’s', () => {
    assertClose(mean(five), 2.3, 1e-4);
    assertClose(standardDeviation(five), 0.353553, 1e-4);
    const [low, high] = seedInterval(five);
    assertClose(low, 1.861009, 1e-4);
    assertClose(high, 2.738991, 1e-4);
  });

  it('cover the true mean of five normal values in about 95 of 100 cases', () => {
    const random = seededRandom(11);
    const normal = (): number => gaussian(random);
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const [low, high] = seedInterval(Array.from({ length: 5 }, normal));
      if (low <= 0 && high >= 0) covered++;
    }
    // Three standard errors of a share of 0.95 over 4,000 trials.
    assertClose(covered / 4000, 0.95, 0.0104);
  });

  it('by bootstrap agree with the normal interval of a mean of many', () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 400 }, () => random() ** 2);
    const [low, high] = bootstrapInterval(values, mean);
    const half = (1.96 * standardDeviation(values)) / Math.sqrt(values.length);
    assertClose(low, mean(values) - half, 0.004);
    assertClose(high, mean(values) + half, 0.004);
    assert.deepEqual(bootstrapInterval(values, mean), [low, high]);
  });

  it('of paired differences are by bootstrap, and as wide as three cases where all are alike', () => {
    const some = [0, 1, 0, 0, -1, 0, 1, 0];
    assert.deepEqual(pairedInterval(some), bootstrapInterval(some, mean));
    assert.deepEqual(pairedInterval(Array<number>(20).fill(0)), [-0.15, 0.15]);
    assert.deepEqual(pairedInterval([1, 1, 1, 1]), [0.25, 1]);
  });

  it('of a share are Wilson’s: 29 of 48, and none of 20', () => {
    const [low, high] = shareInterval(29 / 48, 48);
    // Ends solve |p − share| = 1.96 √(p (1 − p) / n).
    for (const end of [low, high]) assertClose(Math.abs(end - 29 / 48), 1.96 * Math.sqrt((end * (1 - end)) / 48), 1e-9);
    assertClose(shareInterval(0, 20)[0], 0, 1e-12);
  });

  it('of a share are those of R’s prop.test without correction', () => {
    assertClose(shareInterval(0.8, 10), [0.49016, 0.94332], 5e-5);
    assertClose(shareInterval(0, 20), [0, 0.16113], 5e-5);
    assertClose(shareInterval(0.5, 100), [0.40383, 0.59617], 5e-5);
    assert.deepEqual(shareInterval(NaN, 0), [0, 1]);
  });

  it('of a share over seeds solve |p − share|² = t² · the variance that p would have, and stay within 0 and 1', () => {
    for (const shares of [[0, 0.1, 0, 0, 0], [1, 0.9, 1, 0.7, 1], five.map((value) => value / 4)]) {
      const share = mean(shares);
      const variance = standardDeviation(shares) ** 2 / 5;
      const count = (share * (1 - share)) / variance;
      const ends = seedShareInterval(shares);
      // Student's quantile for four degrees of freedom, as above.
      for (const end of ends) assertClose((end - share) ** 2, (2.7764 ** 2 * end * (1 - end)) / count, 1e-9);
      assert.ok(ends[0] >= 0 && ends[0] < share && share < ends[1] && ends[1] <= 1, String(ends));
    }
    const [low, high] = seedInterval([0, 0.1, 0, 0, 0]);
    assert.ok(low < 0 && high < 0.1, 'Student’s, of the same, ends below 0');
    assertClose(seedShareInterval([0.5, 0.5])[0], 0.5, 1e-4);
  });

  it('of a share over seeds cover it in about 95 of 100 cases, and near 0 more often than Student’s', () => {
    const covered = (share: number, interval: (values: number[]) => [number, number]): number => {
      const random = seededRandom(3);
      const runs = 2000;
      let within = 0;
      for (let run = 0; run < runs; run++) {
        const shares = Array.from({ length: 5 }, () => {
          let right = 0;
          for (let trial = 0; trial < 48; trial++) if (random() < share) right++;
          return right / 48;
        });
        const [low, high] = interval(shares);
        if (low <= share && share <= high) within++;
      }
      return within / runs;
    };
    assertClose(covered(0.5, seedShareInterval), 0.95, 0.02);
    assert.ok(covered(0.04, seedShareInterval) > covered(0.04, seedInterval));
  });

  it('need two values', () => {
    assert.throws(() => seedInterval([1]), RangeError);
    assert.throws(() => seedShareInterval([1]), RangeError);
    assert.throws(() => bootstrapInterval([1], mean), RangeError);
  });

  it('tell whether an effect is there', () => {
    assert.ok(isAbove({ value: 0.2, interval: [0.1, 0.3] }));
    assert.ok(!isAbove({ value: 0.1, interval: [-0.1, 0.3] }));
    assert.ok(!isAbove({ value: 0.2, interval: [0.1, 0.3] }, 0.1));
    assert.ok(isAbove({ value: 0.2 }, 0.1));
    assert.ok(!isAbove(undefined));
  });

  it('median of odd and even counts', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  it('over seeds: of what varies by seed, of one model its own, of a time to success only where there was one', () => {
    const cards = five.map((value, at) =>
      card(
        { varies: value, fixed: 7, measured: 3, ...(at > 2 && { sometimes: at }) },
        { measured: { interval: [2, 4] } },
      ),
    );
    const [varies, fixed, measured, sometimes] = summarize(cards);
    assertClose(varies.value, 2.3, 1e-4);
    assertClose(varies.interval![0], 1.861009, 1e-4);
    assert.equal(varies.over, 'seeds');
    // Equal runs make no interval over seeds.
    assert.deepEqual(fixed, { name: 'fixed', value: 7 });
    assert.deepEqual(measured, { name: 'measured', value: 3, interval: [2, 4], over: 'cases' });
    assert.deepEqual([sometimes.value, sometimes.over], [3.5, 'seeds']);
    assert.deepEqual(
      summarize(cards.slice(0, 1)).map(({ interval }) => interval),
      [undefined, undefined, [2, 4]],
    );
  });

  it('over seeds: shares have an interval within 0 and 1, differences of shares may be below', () => {
    const cards = [0, 0.1, 0, 0, 0].map((value) =>
      card({ right: value, gained: value }, { right: { unit: 'share' }, gained: { unit: 'points' } }),
    );
    const [right, gained] = summarize(cards);
    assert.ok(right.interval![0] >= 0 && right.interval![1] < 1);
    assert.deepEqual(gained.interval, seedInterval([0, 0.1, 0, 0, 0]));
  });
});
