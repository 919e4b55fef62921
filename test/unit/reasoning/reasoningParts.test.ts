/** The parts of reasoning that need no model: problems, prompts, windows, scores. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Language, WordProblem } from '../../../src/protocol/reasoning';
import { findEquations } from '../../../src/reasoning/arithmetic/equations';
import { generateProblems } from '../../../src/reasoning/problems/problems';
import type { SceneSet } from '../../../src/reasoning/problems/scene';
import { chunksOf } from '../../../src/reasoning/reading/chunks';
import { columnScores, kurtosis } from '../../../src/reasoning/reading/receivers';
import { stepOfTokens, tokenRanges } from '../../../src/reasoning/reading/segments';
import { shareInterval } from '../../../src/shared/statistics';
import { GREEDY } from '../../../src/engine/generate';
import { buildPrompt, type PromptStyle } from '../../../src/reasoning/solve/prompt';
import { answerEnd, writeOn } from '../../../src/reasoning/solve/write';
import { divergence } from '../../../src/shared/softmax';
import { reachOf } from '../../../src/reasoning/ablation/reach';
import { answerKl } from '../../../src/reasoning/ablation/resample';
import { assertClose } from '../../support/close';
import { fillTemplate } from '../../../src/reasoning/solve/chatTemplate';

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

describe('prompts', () => {
  it('are those that the bundled model was trained on', () => {
    const ask = (question: string, steps: boolean): string => buildPrompt({ kind: 'native' }, question, steps).text;
    assert.equal(ask('How many?', true), 'Question: How many?\nSteps:\n');
    assert.equal(ask(' How many? ', false), 'Question: How many?\nAnswer:');
    assert.equal(ask('一共多少？', true), '问题：一共多少？\n步骤：\n');
  });

  it('go through a chat template, and tell its words from the question', () => {
    const template =
      '{{ bos_token }}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
    const filled = fillTemplate({ template, bosToken: '<s>', eosToken: '' });
    const prompt = buildPrompt({ kind: 'chat', filled, bosToken: '<s>', withExamples: false }, 'How many?', true);
    assert.match(
      prompt.text,
      /^<s><\|im_start\|>user\nHow many\?\n\n.*####.*<\|im_end\|>\n<\|im_start\|>assistant\n$/s,
    );
    assert.equal(prompt.bos, false);
    const [before, after] = prompt.template;
    assert.equal(prompt.text.slice(before.end, after.start), 'How many?');
    assert.deepEqual([before.start, after.end, prompt.template.length], [0, prompt.text.length, 2]);
  });

  it('show worked examples to models without one, in the language of the question', () => {
    for (const [question, end] of [
      ['How many?', /\n\nQuestion: How many\?\nSteps:\n$/],
      ['一共多少？', /\n\n问题：一共多少？\n步骤：\n$/],
    ] as const) {
      const { text, template } = buildPrompt({ kind: 'few-shot' }, question, true);
      assert.equal(text.match(/#### \d+/g)?.length, 3);
      assert.match(text, end);
      assert.deepEqual(template, []);
      const steps = text.match(/[:：].* = \d+$/gm)!;
      assert.equal(steps.length, 6);
      for (const step of steps) assert.ok(findEquations(step)[0].right, step);
      assert.equal(/\p{Script=Han}/u.test(text), question !== 'How many?');
      assert.equal(/Question|Steps/.test(text), question === 'How many?');
    }
  });

  it('an answer is complete at the end of its line', () => {
    assert.equal(answerEnd('a\n#### 8'), null);
    assert.equal(answerEnd('a\n#### 8\n'), 8);
    assert.equal(answerEnd('a\n####\n 8\n'), 9);
  });
});

describe('what a model writes', () => {
  /** As a model that writes exactly this, a character a token. */
  const written = (text: string, style: PromptStyle): ReturnType<typeof writeOn> => {
    const script = [...text, '\0'].map((one) => one.charCodeAt(0));
    let at = 0;
    const decoder = {
      capacity: 1000,
      moveTo: () => Promise.resolve(),
      push: () => Promise.resolve(void at++),
      logits: () => Promise.resolve(Float32Array.from({ length: 256 }, (_, id) => (id === script[at] ? 1 : 0))),
    };
    const decode = (ids: readonly number[]): string => String.fromCharCode(...ids);
    const options = { from: [1], written: '', maxTokens: 500, sampling: GREEDY };
    return writeOn({ style, stopIds: [0], decode } as never, decoder as never, options);
  };
  const SAID = '2 + 2 = 4\n\nQuestion: There are 3 cups. How many?\nSteps:\n3 + 1 = 4\n#### 4\n';

  it('behind worked examples is over where it begins a problem of its own; elsewhere that is a part of what it says', async () => {
    const { text, ending } = await written(SAID, { kind: 'few-shot' });
    assert.deepEqual([text, ending], ['2 + 2 = 4', 'end']);
    const own = await written(SAID, { kind: 'native' });
    assert.deepEqual([own.text, own.ending], [SAID.trimEnd(), 'answer']);
  });
});

describe('scores of steps', () => {
  it('Wilson’s interval as in R: prop.test without correction', () => {
    assertClose(shareInterval(0.8, 10), [0.49016, 0.94332], 5e-5);
    assertClose(shareInterval(0, 20), [0, 0.16113], 5e-5);
    assertClose(shareInterval(0.5, 100), [0.40383, 0.59617], 5e-5);
    assert.deepEqual(shareInterval(NaN, 0), [0, 1]);
  });

  it('kurtosis as in scipy', () => {
    assertClose(kurtosis([1, 2, 3, 4, 10]), -0.212, 1e-12);
    assert.equal(kurtosis([1, -1]), -2);
    assert.ok(Number.isNaN(kurtosis([3, 3, 3])));
  });

  it('columns leave out the nearest rows', () => {
    const steps = 7;
    const matrix = new Float32Array(steps * steps);
    for (let i = 0; i < steps; i++) for (let j = 0; j <= i; j++) matrix[i * steps + j] = i - j > 4 ? 10 * j + i : 1000;
    assert.deepEqual(columnScores(matrix, steps), [5.5, 16]);
  });

  it('KL of next-token distributions and of answers', () => {
    const p = Float32Array.of(Math.log(0.5), Math.log(0.5));
    const q = Float32Array.of(Math.log(0.25) + 3, Math.log(0.75) + 3);
    assertClose(divergence(p, q), 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 1e-6);
    assert.equal(divergence(p, p), 0);
    assert.equal(answerKl(['1', '2'], ['2', '1']), 0);
    assert.ok(answerKl(['1', '1'], ['2', '2']) > 1);
  });
});

describe('parts of a trace', () => {
  it('a token belongs to the step of its first visible character; line ends to the step before', () => {
    const text = 'one\n two\nthree';
    const steps = [
      { start: 0, end: 3 },
      { start: 5, end: 8 },
      { start: 9, end: 14 },
    ];
    const tokens = [
      [0, 3],
      [3, 4],
      [4, 8],
      [8, 14],
    ].map(([start, end]) => ({ start, end }));
    const owner = stepOfTokens(tokens, steps, text);
    assert.deepEqual([...owner], [0, 0, 1, 2]);
    assert.deepEqual(tokenRanges(owner, 3), [
      { from: 0, to: 2 },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
    ]);
  });

  it('a long trace is read in chunks, each with the question and the latest steps before it in sight', () => {
    const lengths = Array.from({ length: 100 }, (_, i) => 5 + (i % 11));
    const sum = (from: number, to: number): number => lengths.slice(from, to).reduce((all, own) => all + own, 0);
    assert.deepEqual(chunksOf(lengths, 50, 2000), [{ firstStep: 0, ownStep: 0, endStep: 100, withQuestion: true }]);
    for (const prompt of [50, 900]) {
      const chunks = chunksOf(lengths, prompt, 150);
      const room = 150 - (prompt === 50 ? 50 : 1);
      assert.ok(chunks.length > 5 && chunks.every(({ withQuestion }) => withQuestion === (prompt === 50)));
      assert.deepEqual(
        chunks.map(({ ownStep }) => ownStep),
        [0, ...chunks.slice(0, -1).map(({ endStep }) => endStep)],
        'every step is some chunk’s own, once',
      );
      assert.equal(chunks.at(-1)!.endStep, 100);
      for (const { firstStep, ownStep, endStep } of chunks) {
        assert.ok(sum(firstStep, endStep) <= room, 'it fits');
        const latest = sum(firstStep, ownStep);
        if (ownStep > 0) assert.ok(latest > room / 3 - 16 && latest <= room / 3, `latest steps in sight: ${latest}`);
        if (endStep < 100) assert.ok(sum(firstStep, endStep + 1) > room, 'no more would fit');
      }
    }
    assert.deepEqual(
      chunksOf([20, 500, 20], 10, 100).map(({ firstStep, ownStep, endStep }) => [firstStep, ownStep, endStep]),
      [
        [0, 0, 1],
        [1, 1, 2],
        [2, 2, 3],
      ],
      'a step that is longer than the room is read by itself, as far as it goes',
    );
    assert.deepEqual(chunksOf([], 900, 100), [{ firstStep: 0, ownStep: 0, endStep: 0, withQuestion: false }]);
  });

  it('an answer after a late step sees the question and the latest steps, which move on in strides', () => {
    const lengths = Array.from({ length: 40 }, (_, i) => 5 + (i % 7));
    const sum = (from: number, to: number): number => lengths.slice(from, to).reduce((all, own) => all + own, 0);
    assert.deepEqual(reachOf(lengths, 20, 1000), { starts: Array(41).fill(0), whole: 40, withQuestion: true });
    for (const prompt of [20, 70]) {
      const { starts, whole, withQuestion } = reachOf(lengths, prompt, 120);
      const room = 120 - (prompt === 20 ? 20 : 1);
      assert.equal(withQuestion, prompt === 20);
      assert.ok(prompt + sum(0, whole) <= 120 && prompt + sum(0, whole + 1) > 120);
      starts.forEach((start, done) => {
        assert.ok(sum(start, done) <= room, `after ${done}`);
        if (start > 0)
          assert.ok(sum(start, done) > room * 0.75 - 11, `after ${done}: no more is left out than must be`);
      });
      assert.ok(new Set(starts).size < 16, 'strides, not a step at a time');
    }
    assert.deepEqual(reachOf([5, 500, 5], 10, 100), { starts: [0, 0, NaN, 2], whole: 1, withQuestion: true });
  });
});
