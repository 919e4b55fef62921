/** The rule, the best of n against all draws, and the learned reward against what its likelihood says. */
import assert from 'node:assert/strict';
import { chatGpt } from '../../../../src/milestones/chatgpt/experiment';
import { bestOf, divergenceOf } from '../../../../src/milestones/chatgpt/bestOfN';
import { learnReward, scaling } from '../../../../src/milestones/chatgpt/reward';
import { foretold, pairsFor, rewardOf } from '../../../../src/milestones/chatgpt/person';
import { inSight } from '../../../../src/milestones/chatgpt/window';
import { ruleScore } from '../../../../src/milestones/chatgpt/rule';
import { dot } from '../../../../src/shared/dot';
import { seededRandom } from '../../../../src/shared/random';
import type { InSight, Judged, Pair } from '../../../../src/milestones/chatgpt/options';
import { runOnce } from '../../../support/runOnce';

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

/** Answers to ten beginnings, of which the first feature says how good they are to this person; the others say nothing. */
function drawnAnswers(seed: number, size = 3) {
  const random = seededRandom(seed);
  const beginnings = Array.from({ length: 10 }, (_, at) => `beginning ${at} `);
  const known = beginnings.map((_, at) =>
    Array.from({ length: 8 }, (__, which) => ({
      text: which === 7 ? 'the same' : `answer ${at}.${which % 6}`,
      score: 0,
      features: Float64Array.from({ length: size }, () => random() - 0.5),
    })),
  );
  return { beginnings, known };
}

describe('a person’s own clicks', () => {
  it('are of eight beginnings, two pairs each; no answer comes twice, and none is compared with its like', () => {
    const { beginnings, known } = drawnAnswers(4);
    const pairs = pairsFor(beginnings, known, 4);
    assert.equal(pairs.length, 16);
    assert.equal(new Set(pairs.slice(0, 8).map(({ beginning }) => beginning)).size, 8);
    const shown = pairs.flatMap(({ beginning, answers }) => answers.map((text) => beginning + text));
    assert.equal(new Set(shown).size, 32);
    assert.deepEqual(pairs, pairsFor(beginnings, known, 4));
    assert.notDeepEqual(pairs, pairsFor(beginnings, known, 5));
    assert.deepEqual(pairsFor(['a '], [[{ text: 'x', score: 0 }, { text: 'x ', score: 0 }, { text: '', score: 0 }]], 1), []); // prettier-ignore
  });

  it('teach the reward what decides: who always chooses by one feature is foretold, who never does is not', () => {
    const { beginnings, known } = drawnAnswers(6);
    const pairs = pairsFor(beginnings, known, 6);
    const of = ({ features }: { features: Float64Array }): Float64Array => features;
    const byFirst = pairs.map(({ drawn: [a, b] }) => (a.features[0] > b.features[0] ? 0 : 1) as 0 | 1);
    const { right, all } = foretold(pairs, byFirst, of);
    assert.equal(all, 16);
    assert.ok(right >= 13, `${right} of 16`);
    const reward = rewardOf(pairs, byFirst, of);
    const opposite = rewardOf(pairs, byFirst.map((which) => (1 - which) as 0 | 1), of); // prettier-ignore
    for (const answer of known.flat()) assert.ok(Math.abs(reward(answer) + opposite(answer)) < 1e-9);
  });

  it('are not foretold where they follow nothing, with more features than choices: a pair is not learned from itself', () => {
    const { beginnings, known } = drawnAnswers(7, 60);
    const pairs = pairsFor(beginnings, known, 7);
    const of = ({ features }: { features: Float64Array }): Float64Array => features;
    const random = seededRandom(11);
    const byChance = pairs.map(() => Number(random() < 0.5) as 0 | 1);
    const reward = rewardOf(pairs, byChance, of);
    assert.ok(pairs.every(({ drawn }, at) => reward(drawn[byChance[at]]) > reward(drawn[1 - byChance[at]])));
    const { right } = foretold(pairs, byChance, of);
    assert.ok(right <= 12, `${right} of 16`);
  });

  it('leave out what was not decided, and ask nothing of a single choice', () => {
    const { beginnings, known } = drawnAnswers(8);
    const pairs = pairsFor(beginnings, known, 8);
    const of = ({ features }: { features: Float64Array }): Float64Array => features;
    const some = rewardOf(pairs, [null, 0, null, 1], of);
    const same = rewardOf([pairs[1], pairs[3]], [0, 1], of);
    for (const answer of known.flat()) assert.equal(some(answer), same(answer));
    assert.deepEqual(foretold(pairs, [null, 1], of), { right: 0, all: 0 });
    assert.equal(foretold(pairs, [0, null, 1], of).all, 2);
  });
});

describe('what falls out of the context window', () => {
  /** A token for each character, and one in front. */
  const reader = {
    encode: (text: string) => [
      { id: 0, start: 0, end: 0 },
      ...Array.from(text, (character, at) => ({ id: 1, start: at, end: at + character.length })),
    ],
  };

  it('is the first tokens, turn by turn, and the token in front takes a place', () => {
    const seen = inSight(reader, ['abcd', 'efg', 'hij', 'kl'], 8);
    assert.deepEqual(seen.totals, [4, 7, 10, 12]);
    assert.equal(seen.room, 7);
    // After turn 2, ten tokens: three are out, of the first turn's four. After turn 3, five.
    assert.equal(seen.gone, 3);
    assert.deepEqual(seen.edge, { out: 'abcde', in: 'fghijkl' });
  });

  it('is nothing where all of it fits', () => {
    const seen = inSight(reader, ['ab', 'cd'], 5);
    assert.equal(seen.gone, null);
    assert.deepEqual(seen.edge, { out: '', in: 'abcd' });
  });
});

describe('chatGpt: the experiment', function () {
  this.timeout(120_000);
  const run = runOnce(chatGpt);

  it('chatgpt: asks a person about its answers, and counts a conversation with its own tokenizer', async () => {
    const { answer, result } = await run();
    const { signal } = new AbortController();
    const pairs = (await answer!({ kind: 'pairs' }, signal)) as Pair[];
    assert.ok(pairs.length >= 2 && pairs.every(({ answers: [a, b] }) => a.trim() !== b.trim()));
    const judged = (await answer!({ kind: 'choices', chosen: pairs.map(() => 0) }, signal)) as Judged;
    assert.equal(judged.foretold.all, pairs.length);
    for (const { beginning, yours, rule } of judged.picks) {
      const example = result.examples.find((each) => each.beginning === beginning)!;
      assert.deepEqual(rule, example.picks.rule);
      assert.ok(yours.score <= rule.score);
    }
    const own = (await answer!({ kind: 'window', first: 'My name is Ada.', window: null }, signal)) as InSight;
    assert.equal(own.window, 8192);
    assert.equal(own.totals.length, 1 + result.all);
    assert.equal(own.gone, null);
    const small = (await answer!({ kind: 'window', first: 'My name is Ada.', window: 64 }, signal)) as InSight;
    assert.deepEqual(small.totals, own.totals);
    assert.ok(small.totals[small.gone!] - small.room >= small.totals[0]);
    assert.ok(small.totals[small.gone! - 1] - small.room < small.totals[0]);
  });
});
