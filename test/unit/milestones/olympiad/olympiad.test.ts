/** Ways of spending tokens on a problem: what the checker sees, what the tallies add up to, and that controls are controls. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { defaults } from '../../../../src/milestones/experiment';
import { gains, olympiad } from '../../../../src/milestones/olympiad/experiment';
import { controls, type Options } from '../../../../src/milestones/olympiad/options';
import type { CheckedNumbers } from '../../../../src/protocol/milestones';
import type { ProblemRow, Sampled, SolvingWay } from '../../../../src/protocol/testTime';
import { correct, firstWrongLine } from '../../../../src/reasoning/testTime/strategies';
import { bestByProbability, curvesOf, majority, passAt, votesFor } from '../../../../src/reasoning/testTime/tally';
import { runOnce } from '../../../support/runOnce';

const sampled = (answer: string | null, right: boolean, logProbability = -1, tokens = 10): Sampled => ({
  answer,
  right,
  logProbability,
  tokens,
  passes: answer !== null,
});

describe('olympiad', function () {
  this.timeout(60_000);

  it('the checker names the line of the first wrong sum, and sees no meaning', () => {
    const solution = 'He has 5 and buys 3: 5 + 3 = 8\nloses 2: 8 - 2 = 5\ngets 1: 5 + 1 = 7\n#### 7';
    assert.equal(firstWrongLine(solution), solution.indexOf('loses'));
    assert.equal(firstWrongLine('loses 2: 8 + 2 = 10\n#### 10'), null);
  });

  it('the calculator puts the result right and keeps the rest of the line before it', () => {
    assert.equal(correct('loses 2: 8 - 2 = 5'), 'loses 2: 8 - 2 = 6');
    assert.equal(correct('loses 2: 8 - 2 = 6'), null);
    assert.equal(correct('shares: 8 / 3 = 3'), null);
  });

  it('the vote takes the most frequent answer, a tie the earlier; no answer is no vote', () => {
    const votes = ['7', null, '9', '9'].map((answer) => sampled(answer, answer === '9'));
    assert.equal(majority(votes, 4).answer, '9');
    assert.equal(majority(votes, 3).answer, '7');
    assert.equal(majority([sampled(null, false)], 1).answer, null);
  });

  it('the likeliest is so by token, not by length', () => {
    const best = bestByProbability([sampled('1', false, -4, 4), sampled('2', true, -6, 12)], 2);
    assert.equal(best.answer, '2');
  });

  it('one of k is right as often as counting all draws of k says', () => {
    const samples = [true, false, false, true, false].map((right) => sampled('1', right));
    for (const k of [1, 2, 3, 4, 5]) {
      let [hits, draws] = [0, 0];
      for (let set = 0; set < 32; set++) {
        const drawn = samples.filter((_, at) => (set >> at) & 1);
        if (drawn.length !== k) continue;
        draws++;
        if (drawn.some(({ right }) => right)) hits++;
      }
      assert.ok(Math.abs(passAt(samples, k) - hits / draws) < 1e-12, `k = ${k}`);
    }
  });

  it('curves go on from where a problem was finished; a vote costs what refining did', () => {
    const trail = [
      { right: false, tokens: 10 },
      { right: true, tokens: 25 },
    ];
    const done = { right: true, tokens: 25, passes: true };
    const row = (refined: ProblemRow['refined']): ProblemRow => ({
      greedy: { right: false, tokens: 10, passes: true },
      samples: [sampled('1', false), sampled('2', true), sampled('2', true)],
      refined,
      random: { ...refined, right: false },
      calculator: refined,
    });
    const rows = [row({ ...done, trail }), row({ right: false, tokens: 10, passes: true, trail: trail.slice(0, 1) })];
    const refined = curvesOf(rows).find(({ name }) => name === 'refined')!;
    assert.deepEqual(refined.tokens, [10, 17.5]);
    assert.deepEqual(refined.right, [0, 0.5]);
    assert.deepEqual(rows.map(votesFor), [3, 1]);
  });

  const ran = runOnce(olympiad, { options: { problems: 2 }, seed: 3 });

  it('random lines cost at least as much as checking; where nothing was cut both are the first sample', async () => {
    const { result } = await ran();
    assert.equal(result.rows.length, 2);
    for (const { samples, refined, random } of result.rows) {
      assert.ok(random.tokens >= refined.tokens);
      assert.equal(refined.trail[0].tokens, samples[0].tokens);
      if (samples[0].passes) assert.equal(refined.trail.length, 1);
      if (refined.trail.length === 1) assert.deepEqual(random.trail, refined.trail);
    }
    assert.equal(gains(result).overRandom.length, 2);
  });

  it('what was recorded with more solutions is of the problems that were checked: as long, of the same stories, and written once as many are right', () => {
    const json = <T>(name: string): T => JSON.parse(readFileSync(`src/milestones/olympiad/${name}.json`, 'utf8')) as T;
    const { seeds, ways, scenes, steps } = json<
      Pick<Options, 'scenes' | 'steps'> & { seeds: number; ways: SolvingWay[] }
    >('more');
    const usual = defaults(controls);
    assert.deepEqual({ scenes, steps }, { scenes: usual.scenes, steps: usual.steps });
    const checked = json<CheckedNumbers>('checked');
    const greedy = ways.find(({ name }) => name === 'greedy')!.right;
    assert.equal(seeds, checked.seeds.length);
    assert.ok(
      Math.abs(greedy - checked.rows.find(({ name }) => name === 'right, written once (greedy)')!.value) < 1e-9,
    );
  });
});
