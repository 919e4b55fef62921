/** The rule, the best of n against all draws, and the learned reward against what its likelihood says. */
import assert from 'node:assert/strict';
import { chatGpt } from '../../../src/milestones/chatgpt/experiment';
import { bestOf, divergenceOf } from '../../../src/milestones/chatgpt/bestOfN';
import { dot, learnReward, scaling } from '../../../src/milestones/chatgpt/reward';
import { ruleScore } from '../../../src/milestones/chatgpt/rule';
import { seededRandom } from '../../../src/shared/random';
import { runOnce } from '../../support/runOnce';

describe('chatgpt', () => {
  it('the rule likes ten plain words, each once; length alone does not please it', () => {
    const ten = 'the old man went home and sat by his fire';
    assert.equal(ruleScore(ten), 4);
    assert.ok(ruleScore(ten) > ruleScore('the old man went home'));
    assert.ok(ruleScore(ten) > ruleScore(`${ten} until long after dark had come`));
    assert.ok(ruleScore('home home home home home home home home home home') < 3);
    assert.ok(ruleScore(ten) > ruleScore(ten.replace('fire', 'fireplaces')));
    assert.equal(ruleScore('.'), -4);
  });

  it('the best of n is the mean over all draws of n', () => {
    const values = [3, 1, 4, 1, 5];
    const rewards = [2, 7, 1, 8, 2];
    for (const n of [1, 2, 3, 5]) {
      let [sum, draws] = [0, 0];
      for (let set = 0; set < 32; set++) {
        const drawn = values.map((_, at) => at).filter((at) => (set >> at) & 1);
        if (drawn.length !== n) continue;
        draws++;
        sum += values[drawn.reduce((a, b) => (rewards[b] > rewards[a] ? b : a))];
      }
      assert.ok(Math.abs(bestOf(n, values, rewards) - sum / draws) < 1e-12, `n = ${n}`);
    }
    assert.equal(divergenceOf(1), 0);
    assert.ok(Math.abs(divergenceOf(4) - (Math.log(4) - 0.75)) < 1e-12);
  });

  it('a reward finds the feature that decides, and stands where the likelihood is level', () => {
    const random = seededRandom(3);
    const features = Array.from({ length: 60 }, () => Float64Array.from({ length: 4 }, () => random() - 0.5));
    const scaled = features.map(scaling(features, 1));
    const preferences = Array.from({ length: 30 }, (_, at) => {
      const [a, b] = [scaled[2 * at], scaled[2 * at + 1]];
      return a[3] > b[3] ? { better: a, worse: b } : { better: b, worse: a };
    });
    const weights = learnReward(preferences);
    assert.ok(weights[3] > 2 * Math.max(...[...weights.slice(0, 3)].map(Math.abs)), String(weights));
    const loss = (w: Float64Array): number =>
      preferences.reduce((sum, { better, worse }) => sum + Math.log(1 + Math.exp(dot(w, worse) - dot(w, better))), 0) /
        30 +
      0.01 * dot(w, w);
    for (const at of weights.keys()) {
      for (const step of [-0.2, 0.2]) {
        const moved = weights.map((value, i) => (i === at ? value + step : value));
        assert.ok(loss(moved) > loss(weights), `weight ${at}`);
      }
    }
  });

  it('brings features to mean 0, the states together as large as what is seen', () => {
    const known = [[1, 5, 2], [3, 5, 4], [5, 5, 9]].map((row) => Float64Array.from(row)); // prettier-ignore
    const scaled = known.map(scaling(known, 1));
    assert.ok(Math.abs(scaled.reduce((sum, row) => sum + row[0], 0)) < 1e-12);
    assert.ok(scaled.every((row) => row[1] === 0));
    const size = (at: number): number => scaled.reduce((sum, row) => sum + row[at] ** 2, 0) / 3;
    assert.ok(Math.abs(size(0) - 0.5) < 1e-12 && Math.abs(size(2) - 1) < 1e-12);
  });
});

describe('chatGpt: the experiment', function () {
  this.timeout(120_000);
  runOnce(chatGpt);
});
