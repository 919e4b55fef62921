import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Language, WordProblem } from '../../../../src/protocol/reasoning';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import type { SceneSet } from '../../../../src/reasoning/problems/scene';

describe('generated problems', () => {
  it('are those of training/problems.py for the same seed', () => {
    const file = 'test/fixtures/problems/python.json';
    const cases = JSON.parse(readFileSync(file, 'utf8')) as {
      seed: number;
      language: Language;
      steps: number;
      scenes: SceneSet;
      problem: Omit<WordProblem, 'language'>;
    }[];
    assert.ok(cases.length > 40);
    for (const { seed, language, steps, scenes, problem } of cases) {
      const unseen = scenes === 'unseen-more' ? 'more' : scenes === 'unseen';
      assert.deepEqual(generateProblems({ seed, count: 1, steps, language, unseen }), [{ language, ...problem }]);
    }
  });

  it('repeat in each step, word for word, the sentence that it works out', () => {
    for (const unseen of [false, true, 'more'] as const) {
      for (const { question, steps } of generateProblems({ seed: 12, count: 60, steps: 3, unseen })) {
        let at = 0;
        for (const step of steps) {
          at = question.indexOf(step.slice(0, step.lastIndexOf(': ')), at);
          assert.ok(at > 0, `${step}\n${question}`);
        }
      }
    }
  });

  it('come from several hundred different sentences, none of which is about what the unseen scenes are about', () => {
    for (const [language, about] of [
      ['en', /\b(bus|buses|passengers?|librar\w*|novels?|readers?|harbour|museum|paintings?|knights?|king)\b/i],
      ['zh', /公共汽车|乘客|图书|小说|读者|港口|博物馆|油画|骑士|国王/],
    ] as const) {
      const kinds = new Set<string>();
      for (const { steps } of generateProblems({ seed: 1, count: 1500, steps: 2, language })) {
        for (const step of steps) kinds.add(step.replace(/: .*/, '').replace(/\d+/, 'n'));
      }
      assert.ok(kinds.size > 800, String(kinds.size));
      const words = generateProblems({ seed: 2, count: 1500, steps: 4, language }).map(({ question }) => question);
      assert.deepEqual(
        words.filter((question) => about.test(question)),
        [],
      );
    }
  });

  it('change by no more than fits what is done, and leave at least two', () => {
    for (const [language, limits] of [
      ['en', { ' eats (\\d+)': 3, '(\\d+) bad \\w+ are thrown': 6, ' buys (\\d+) \\w+ there': 12 }],
      ['zh', { '猫吓走了(\\d+)': 12, '在那里买了(\\d+)': 12, '有(\\d+)\\D{1,6}坏了，被扔掉了': 6 }],
    ] as const) {
      const drawn = generateProblems({ seed: 8, count: 2000, steps: 4, language });
      const steps = drawn.flatMap((problem) => problem.steps);
      for (const [what, most] of Object.entries(limits)) {
        const told = steps.flatMap((step) => [...step.matchAll(new RegExp(what, 'g'))]);
        assert.ok(told.length > 2, `${what}: ${told.length}`);
        for (const [words, number] of told) assert.ok(number === undefined || Number(number) <= most, words);
      }
      for (const step of steps) assert.ok(Number(step.slice(step.lastIndexOf('=') + 1)) >= 2, step);
    }
  });

  it('say 原来 of the beginning alone, and ask what is left where nothing came', () => {
    let [original, left] = [0, 0];
    for (const [steps, unseen] of [
      [1, false],
      [4, false],
      [4, true],
      [4, 'more'],
    ] as const) {
      for (const problem of generateProblems({ seed: 60 + steps, count: 600, steps, unseen })) {
        if (problem.steps[0].includes('原来')) original++;
        assert.doesNotMatch(problem.steps.slice(1).join(), /原来/);
        if (!/\b(?:left|remain|still)\b[^.]*\?$|还[^。]*？$/.test(problem.question)) continue;
        left++;
        assert.doesNotMatch(problem.steps.join(), /\d [+*] \d/);
      }
    }
    assert.ok(original > 20 && left > 20, `${original}, ${left}`);
  });

  it('hold right sums that lead to the answer, in both languages, with as many steps as asked for', () => {
    for (const unseen of [false, true, 'more'] as const) {
      for (let steps = 1; steps <= 8; steps++) {
        for (const problem of generateProblems({ seed: 40 + steps, count: 40, steps, unseen })) {
          assert.equal(problem.steps.length, steps);
          const sums = problem.steps.map((step) => findEquations(step));
          for (const [i, found] of sums.entries()) {
            assert.equal(found.length, 1, problem.steps[i]);
            assert.ok(found[0].right && !found[0].rounded, problem.steps[i]);
          }
          assert.equal(String(sums.at(-1)![0].stated), problem.answer);
          assert.equal(/\p{Script=Han}/u.test(problem.question), problem.language === 'zh');
          assert.doesNotMatch(problem.question + problem.steps.join(), /[{}]/);
        }
      }
    }
  });

  it('are equal for equal seeds and different for others', () => {
    const of = (seed: number): string => JSON.stringify(generateProblems({ seed, count: 5, steps: 4 }));
    assert.equal(of(1), of(1));
    assert.notEqual(of(1), of(2));
  });
});
