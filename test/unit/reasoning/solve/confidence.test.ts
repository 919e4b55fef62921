/** What the reasoner knows that it knows: the calibrator's arithmetic, the problems that it is asked, and what is said of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { areaOf, auroc, fitted, type Outcome } from '../../../../bench/model/calibrator';
import { authorProblems, reportOf, schoolProblems, summary } from '../../../../bench/model/confidence';
import { sceneOf, unreadProblems, unreadScenes } from '../../../../bench/model/unreadScenes';

import { chanceOf, type Traits } from '../../../../src/reasoning/solve/confidence';

const traits = (solution: number, other = 0): Traits => ({ question: other, solution, least: 0, unused: 0 });

describe('confidence of the reasoner', () => {
  it('AUROC: the share of pairs in which the right one is held for likelier; ties count half', () => {
    const judged = (...pairs: [right: 0 | 1, chance: number][]) =>
      pairs.map(([right, chance]) => ({ right: right === 1, chance }));
    assert.equal(auroc(judged([1, 0.9], [0, 0.2])), 1);
    assert.equal(auroc(judged([1, 0.2], [0, 0.9])), 0);
    assert.equal(auroc(judged([1, 0.5], [0, 0.5])), 0.5);
    assert.equal(auroc(judged([1, 0.9], [1, 0.3], [0, 0.6], [0, 0.1])), 0.75);
  });

  it('AUROC has an interval around it, narrower the more there are, and is none where fewer than five are right or wrong', () => {
    // Alike in kind, `times` as many: right ones are held for likelier, but for some.
    const some = (right: number, wrong: number) =>
      [...Array(right + wrong).keys()].map((i) => ({
        right: i < right,
        chance: ((i * 0.37) % 1) + (i < right ? 0.4 : 0),
      }));
    const widths = [6, 60].map((count) => {
      const judged = some(count, 2 * count);
      const { auroc: area, interval } = areaOf(judged)!;
      assert.equal(area, auroc(judged));
      assert.ok(interval);
      assert.ok(interval[0] < area && area < interval[1] && interval[1] <= 1, `${area}: ${interval}`);
      return interval[1] - interval[0];
    });
    assert.ok(widths[0] > 2 * widths[1] && widths[1] > 0, String(widths));
    // Where all stand in order, every draw says the same, which is not certainty.
    for (const best of [0, 1]) {
      const inOrder = some(5, 60).map(({ right }) => ({ right, chance: right ? best : 1 - best }));
      assert.deepEqual(areaOf(inOrder), { auroc: best, interval: null });
    }
    for (const [right, wrong] of [
      [4, 46],
      [46, 4],
      [0, 50],
    ])
      assert.equal(areaOf(some(right, wrong)), null);
  });

  it('the table says that there are too few to say, and an interval where there are enough', () => {
    const judged = (right: number) =>
      [...Array(50).keys()].map((i) => ({ right: i < right, chance: (i * 0.37) % 1, traits: traits(0) }));
    const [few, enough] = reportOf({ few: summary(judged(4)), enough: summary(judged(5)) })
      .split('\n')
      .slice(2);
    assert.match(few, /\| too few to say \|/);
    assert.match(enough, /\| 0\.\d\d \(0\.\d\d–\d\.\d\d\) \|/);
  });

  it('the calibrator finds the trait that tells, and a chance that is the share of right ones', () => {
    // Right with a chance of 1 / (1 + exp(-2 (solution + 1))); the question tells nothing. Spread evenly, a few are enough.
    const outcomes = Array.from({ length: 400 }, (_, i): Outcome => {
      const [at, luck, other] = [0.8191725, 0.6710436, 0.5497005].map((share) => (i * share) % 1);
      const solution = -3 * at;
      return { right: luck < 1 / (1 + Math.exp(-2 * (solution + 1))), traits: traits(solution, other) };
    });
    const calibration = fitted(outcomes);
    const { solution, question, unused } = calibration.weights;
    assert.ok(Math.abs(solution.weight / solution.scale - 2) < 0.3, String(solution.weight / solution.scale));
    assert.ok(Math.abs(question.weight) < 0.15 && unused.weight === 0);
    for (const at of [-2, -1, 0]) {
      const wanted = 1 / (1 + Math.exp(-2 * (at + 1)));
      assert.ok(Math.abs(chanceOf(traits(at, 0.5), calibration) - wanted) < 0.06, `at ${at}`);
    }
  });

  for (const language of ['en', 'zh'] as const) {
    it(`there are fifty school problems by hand (${language}), each with a whole number, and none that the calibrator is fitted on`, () => {
      const [judged, others] = [schoolProblems(language), authorProblems(language)];
      const questions = new Set(judged.map(({ question }) => question));
      assert.equal(questions.size, 50);
      assert.equal(others.length, 50);
      for (const { question, answer } of [...judged, ...others]) {
        assert.match(answer, /^\d+$/, question);
        assert.equal(/\p{Script=Han}/u.test(question), language === 'zh', question);
      }
      assert.deepEqual(
        others.filter(({ question }) => questions.has(question)),
        [],
      );
    });

    it(`the third set of scenes (${language}) is not among those that are trained on, and gives problems of one to eight steps`, () => {
      const scenes = unreadScenes()[language];
      assert.ok(scenes.length >= 8);
      const known = readFileSync(`src/reasoning/problems/scenes.${language}.txt`, 'utf8');
      const sentences = scenes.flatMap(({ start, ops }) => [
        ...start,
        ...Object.values(ops).flatMap((changes) => changes.map(({ template }) => template)),
      ]);
      assert.deepEqual(
        sentences.filter((sentence) => known.includes(sentence)),
        [],
      );
      for (const steps of [1, 3, 8]) {
        const problems = unreadProblems({ seed: steps, count: 40, steps });
        for (const { question, steps: shown, answer } of problems) {
          assert.equal(shown.length, steps);
          assert.ok(shown.at(-1)!.endsWith(`= ${answer}`));
          assert.doesNotMatch(question, /[{}|]/);
        }
      }
    });
  }

  it('a scene that is not as its form says is refused by its name, with the sentence', () => {
    const scene = {
      name: 'kiln',
      most: 90,
      by: 9,
      words: { pot: ['jugs', 'bowls'] },
      start: ['{n} {pot} stand in the kiln'],
      add: ['{a} puts in {n} more', { say: 'a pupil adds {n} {pot}', by: 3 }],
      sub: ['{n} of them crack'],
      ask: ['how many {pot} are in the kiln?'],
    };
    const { ops, words } = sceneOf(scene);
    assert.deepEqual(ops.add, [
      { template: '{a} puts in {n} more', least: 2, by: Infinity },
      { template: 'a pupil adds {n} {pot}', least: 2, by: 3 },
    ]);
    assert.deepEqual([...words], [['pot', ['jugs', 'bowls']]]);
    assert.throws(() => sceneOf({ ...scene, sub: ['{n} {cup} crack'] }), /kiln: “\{n\} \{cup\} crack” names \{cup\}/);
    assert.throws(() => sceneOf({ ...scene, ask: ['are {n} left?'] }), /kiln: “are \{n\} left\?” has \{n\}/);
    assert.throws(() => sceneOf({ ...scene, sub: [] }), /kiln: it lacks/);
  });
});
