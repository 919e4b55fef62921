import assert from 'node:assert/strict';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { GREEDY } from '../../../../src/engine/generate';
import { buildPrompt, type PromptStyle } from '../../../../src/reasoning/solve/prompt';
import { answerEnd, writeOn } from '../../../../src/reasoning/solve/write';
import { fillTemplate } from '../../../../src/reasoning/solve/chatTemplate';

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
