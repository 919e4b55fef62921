import assert from 'node:assert/strict';
import path from 'node:path';
import { chainOfThought, gains } from '../../../../src/milestones/chain-of-thought/experiment';
import { corrupt, type Carried, firstOperand } from '../../../../src/milestones/chain-of-thought/corrupt';
import type { Result } from '../../../../src/milestones/chain-of-thought/options';
import { ask, promptText } from '../../../../src/milestones/chain-of-thought/prompts';
import type { WordProblem } from '../../../../src/protocol/reasoning';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import { Decoder } from '../../../../src/reasoning/solve/decoder';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { solve } from '../../../../src/reasoning/solve/solve';
import { runOnce } from '../../../support/runOnce';

const example: WordProblem = {
  language: 'en',
  question: 'Ann has 5 pens. She buys 3 more. How many?',
  steps: ['Ann buys 3: 5 + 3 = 8'],
  answer: '8',
};
const chinese: WordProblem = {
  language: 'zh',
  question: '小明有2支笔。几支？',
  steps: ['买1支: 2 + 1 = 3'],
  answer: '3',
};
const still = async (): Promise<void> => {};

describe('chain of thought', function () {
  this.timeout(60_000);

  it('tells what a step goes on from', () => {
    assert.equal(firstOperand('Tom buys 3: 5 + 3 = 8'), '5');
    assert.equal(firstOperand('又上来 4 人：12 + 4 = 16'), '12');
    for (const line of ['#### 8', '', undefined]) assert.equal(firstOperand(line), undefined);
  });

  it('changes a step in the middle and looks at the next; too short a solution is left alone', async () => {
    const reasoner = await loadReasoner(path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf'));
    const decoder = new Decoder(reasoner.model, 512);
    const problems = generateProblems({ seed: 4, count: 5, steps: 4, language: 'en' });
    const carried: (Carried | null)[] = [];
    for (const { question, steps, answer } of problems) {
      const prompt = promptText({ form: 'trained', worked: true }, [], question);
      carried.push(await corrupt(reasoner, decoder, prompt, `${steps.join('\n')}\n#### ${answer}`, 3));
      assert.equal(await corrupt(reasoner, decoder, prompt, steps[0], 3), null);
    }
    // Its next step mostly begins with the wrong number, and with the right one behind full stops.
    assert.ok(carried.filter((one) => one?.wrong === 'propagated').length >= 3, JSON.stringify(carried));
    assert.ok(carried.filter((one) => one?.strange).length >= 3, JSON.stringify(carried));
    decoder.release();
    reasoner.model.close();
  });

  it('asks in the trained form as training did, examples first', () => {
    const trained = { form: 'trained', worked: true } as const;
    assert.equal(
      promptText(trained, [example], 'And now?'),
      `Question: ${example.question}\nSteps:\nAnn buys 3: 5 + 3 = 8\n#### 8\n\nQuestion: And now?\nSteps:\n`,
    );
    assert.equal(promptText({ ...trained, worked: false }, [], 'And now?'), 'Question: And now?\nAnswer:');
    assert.equal(
      promptText({ ...trained, worked: false }, [chinese], chinese.question),
      `问题：${chinese.question}\n答案： #### 3\n\n问题：${chinese.question}\n答案：`,
    );
  });

  it('asks in the paper’s form with steps or with answers only', () => {
    const worked = promptText({ form: 'paper', worked: true }, [example], 'And now?');
    assert.equal(worked, `Q: ${example.question}\nA: Ann buys 3: 5 + 3 = 8. The answer is 8.\n\nQ: And now?\nA:`);
    const answers = promptText({ form: 'paper', worked: false }, [example], 'And now?');
    assert.equal(answers, `Q: ${example.question}\nA: The answer is 8.\n\nQ: And now?\nA:`);
  });

  it('without examples it answers as the solver does; the shared decoder does not change that', async () => {
    const reasoner = await loadReasoner(path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf'));
    const decoder = new Decoder(reasoner.model, 512);
    for (const { question } of generateProblems({ seed: 4, count: 4, steps: 3 })) {
      for (const withSteps of [true, false]) {
        const asking = { form: 'trained', worked: withSteps } as const;
        const ours = await ask(reasoner, decoder, asking, promptText(asking, [], question), still);
        const { answer, text } = await solve(reasoner, question, { withSteps });
        assert.equal(ours.answer, answer);
        // A direct answer may be cut after its number here.
        if (withSteps) assert.equal(ours.text, text);
      }
    }
    const asking = { form: 'paper', worked: true } as const;
    const { text } = await ask(reasoner, decoder, asking, promptText(asking, [example], example.question), still);
    assert.ok(!text.includes('\n'));
    decoder.release();
  });

  it('gains are paired by problem', () => {
    const rows = (form: 'trained' | 'paper', examples: number, worked: boolean, right: boolean[]) => ({
      form,
      examples,
      worked,
      right,
    });
    const result: Result = {
      lengths: [
        { steps: 1, direct: [true, false], worked: [true, true] },
        { steps: 2, direct: [false, false], worked: [false, true] },
      ],
      corrupted: { wrong: [], strange: [] },
      prompts: [
        rows('trained', 0, true, [true, false]),
        rows('trained', 4, true, [false, false]),
        rows('paper', 4, false, [false, true]),
        rows('paper', 4, true, [true, true]),
      ],
      sample: null,
    };
    assert.deepEqual(gains(result), {
      direct: 0.25,
      worked: 0.75,
      paired: [0, 1, 0, 1],
      examples: [-1, 0],
      prompting: [1, 0],
    });
  });

  const options = { problems: 3, prompted: 2 };
  const ran = runOnce(chainOfThought, { options, seed: 2 });

  it('steps help the bundled model; every kind of prompt is asked the same problems', async () => {
    const { result } = await ran();
    const { direct, worked } = gains(result);
    assert.ok(worked > direct, `${worked} ${direct}`);
    assert.equal(result.prompts.length, 7);
    for (const { right } of result.prompts) assert.equal(right.length, options.prompted);
    const { expected, worked: given, direct: atOnce } = result.sample!;
    assert.equal(given, expected);
    assert.notEqual(atOnce, expected);
  });
});
