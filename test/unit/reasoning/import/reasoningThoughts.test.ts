/** Where texts think: tags that are empty, several, nested, missing, or only talked about; and what is a trace at all. */
import assert from 'node:assert/strict';
import { importTraces, type ImportedTrace } from '../../../../src/reasoning/import/importTrace';
import { wholeTrace } from '../../../../src/reasoning/import/incoming';
import { isTrace } from '../../../../src/reasoning/import/traceMarks';
import { segment } from '../../../../src/reasoning/import/segment';

const only = (text: string): ImportedTrace => {
  const traces = importTraces(text);
  assert.equal(traces.length, 1);
  return traces[0];
};
const texts = ({ steps }: { steps: { text: string }[] }): string[] => steps.map(({ text }) => text);

describe('thoughts between tags', () => {
  it('sums of the answer are checked too, whoever wrote the file; sentences without sums are no steps', () => {
    const wrong = (trace: ImportedTrace): string[] =>
      trace.steps.flatMap(({ equations }) => equations.filter(({ right }) => !right).map(({ text }) => text));
    const said = 'So this is it. First 25 + 7 = 33. Then we are done.';
    const thought = 'Add: 1 + 1 = 2.';
    const steps = [thought, 'First 25 + 7 = 33.'];
    const tagged = only(`<think>\n${thought}\n</think>\n${said}`);
    assert.deepEqual([texts(tagged), wrong(tagged)], [steps, ['25 + 7 = 33']]);
    const answer = { role: 'assistant', reasoning_content: thought, content: said };
    const chat = only(JSON.stringify({ messages: [{ role: 'user', content: 'How many?' }, answer] }));
    assert.deepEqual([texts(chat), wrong(chat)], [steps, ['25 + 7 = 33']]);
    const call = { role: 'assistant', tool_calls: [{ function: { name: 'weather', arguments: '{}' } }] };
    const tool = { role: 'tool', content: '18' };
    const messages = [{ role: 'user', content: 'In F?' }, call, tool, { role: 'assistant', content: '18 * 9 = 172.' }];
    assert.deepEqual(wrong(only(JSON.stringify({ messages }))), ['18 * 9 = 172']);
    assert.deepEqual(texts(only(`<think>\n${thought}\n</think>\nThe answer is 2.`)), [thought]);
  });

  it('nothing thought: the steps come from what follows, from a file, a chat and a server', () => {
    const said = '<think>\n\n</think>\n\nAdd: 2 + 2 = 4. So it is 4.';
    const steps = ['Add: 2 + 2 = 4.', 'So it is 4.'];
    const trace = only(`How many?\n${said}`);
    assert.deepEqual([texts(trace), trace.question, trace.answer], [steps, 'How many?', '4']);
    const messages = [
      { role: 'user', content: 'How many?' },
      { role: 'assistant', content: said },
    ];
    assert.deepEqual(texts(only(JSON.stringify({ messages }))), steps);
    const server = (content: string): object => ({ choices: [{ message: { content } }] });
    assert.deepEqual(texts(wholeTrace(server(said), 'How many?')), steps);
    assert.deepEqual(texts(wholeTrace(server('<think>\n</think>\n#### 4'), 'How many?')), ['#### 4']);
    assert.throws(() => wholeTrace(server('<think>\n</think>\n'), 'How many?'), { code: 'no-steps' });
    assert.equal(only('<think></think>\n1. Add: 2+2=4\n2. Halve: 4/2=2').format, 'list');
  });

  it('opened by the prompt, and again after a first answer: all thoughts are read, nothing between them', () => {
    const text = 'First 1 + 1 = 2.\n</think>\nIt is 2.\n<think>\nSo 2 + 2 = 4. Done.\n</think>\nIt is 4.';
    const trace = only(text);
    const steps = ['First 1 + 1 = 2.', 'So 2 + 2 = 4.', 'Done.'];
    assert.deepEqual([texts(trace), trace.question, trace.answer], [steps, null, '4']);
    const again = segment(text, { start: trace.steps[0].start, end: trace.steps.at(-1)!.end }, 'lines');
    assert.deepEqual(
      again.map(({ start, end }) => text.slice(start, end)),
      ['First 1 + 1 = 2.', 'So 2 + 2 = 4. Done.'],
    );
  });

  it('the question is without what an agent wraps around it for its model, which is counted, and without who speaks next', () => {
    const said = '<task>\nHow many?\n</task>\n<environment_details>\n# Files\n</environment_details>';
    const answer = { role: 'assistant', content: '<thinking>\n2 + 2 = 4.\n</thinking>\n4' };
    const trace = only(JSON.stringify([{ role: 'user', content: said }, answer]));
    assert.deepEqual([trace.question, trace.unused], ['How many?', { system: 52 }]);
    assert.equal(only('用户：多少？\n助手：<think>\n2+2=4。\n</think>\n4').question, '多少？');
  });

  it('two blocks, one of them empty; the question stands before the first', () => {
    const trace = only('Q: How many?\n<think></think>\nWait.\n<think>1 + 1 = 2.\nTwo.</think>\nIt is 2.');
    assert.deepEqual([texts(trace), trace.question, trace.answer], [['1 + 1 = 2.', 'Two.'], 'How many?', '2']);
  });

  it('nested tags end with the outer one; where one is missing, with the last', () => {
    const steps = ['One 1.', '<think>Two 2.</think>', 'Three 3.'];
    const nested = only('<think>\nOne 1.\n<think>Two 2.</think>\nThree 3.\n</think>\nFour 4.');
    assert.deepEqual([texts(nested), nested.answer], [steps, '4']);
    const missing = only('<think>\nOne 1.\n<think>Two 2.\n</think>\nFour 4.');
    assert.deepEqual([texts(missing), missing.answer], [['One 1.', '<think>Two 2.'], '4']);
  });

  it('tags that are talked about divide nothing', () => {
    const code = only('<think>\nThe tag `</think>` ends it. Then stop.\n</think>\n4');
    assert.deepEqual(texts(code), ['The tag `</think>` ends it.', 'Then stop.']);
    const inCode = only('I put it into `<think>` first. Then I add 2 + 2 = 4.');
    assert.deepEqual([texts(inCode).length, inCode.format], [2, 'plain']);
    for (const question of [
      '1. 12 + 5 = ___\n2. 7 × 8 = ___\n3. 100 - 45 = ( )',
      'jobs:\n  test:\n    steps:\n\n      # first\n      - run: npm ci\n      - run: echo $((3 + 4))\n',
      'What do <think> and </think> mean?',
      'What is <think>?',
      'How many letters has the tag `<think>`?',
      'Why does DeepSeek write </think>, but no opening tag?',
    ]) {
      assert.equal(isTrace(question), false, question);
    }
    for (const text of [
      'How many? <think>2 + 2 = 4</think> 4',
      'a pen costs 2 <think>Two.</think> 2',
      'So 4</think>\n4',
    ]) {
      assert.equal(isTrace(text), true, text);
      assert.equal(only(text).format, 'think');
    }
  });

  it('takes time in proportion to its length', () => {
    for (const text of ['<think>', '</think>', '`<think>', 'x <think> ', '<think>\n</think>\n']) {
      isTrace(text.repeat(100_000));
    }
  });
});

describe('what a selected text is', () => {
  it('a numbered list that reasons is a trace', () => {
    for (const text of [
      '1. 2+2=4\n2. 4*2=8\nThe answer is 8.',
      'Step 1: 2+2=4\nStep 2: 4*2=8\nThe answer is 8.',
      '### Step 1: Add\n2+2=4\n### Step 2: Double\n4*2=8',
      '1. All men are mortal.\n2. Socrates is a man.\n3. So Socrates is mortal.',
      'Ann has 5 pens and buys 3. How many has she?\n1. She starts with 5.\n2. She ends with 5 + 3 = 8.',
      'How many are there?\nStep 1: Take five.\nStep 2: Add three.\nThere are eight.',
      '1. What is left? 8 - 2 = 6\n2. Find the half: 6 / 2 = 3',
      '第一步：5 + 3 = 8\n第二步：8 - 2 = 6\n答案：6',
      '① 5 + 3 = 8\n② 8 - 2 = 6',
    ]) {
      assert.equal(isTrace(text), true, text);
      assert.ok(importTraces(text)[0].steps.length >= 2, text);
    }
  });

  it('a list of what is given is a problem, and so are a heading and a list of questions', () => {
    for (const text of [
      'Ann has:\n1. 5 red pens\n2. 3 blue pens\nHow many pens does Ann have?',
      '1. Ann has 5 pens.\n2. Bob has 2 + 1 = 3 pens.\n\nFind how many they have together.',
      'How many pens do they have, given that:\n1. Ann has 5 pens.\n2. Bob has 3 pens.',
      'Find the sum of these:\n1. five\n2. three',
      '1. What is 2 + 2?\n2. What is 3 + 3?',
      '小明有：\n1. 5个苹果\n2. 3个梨\n一共有多少个？',
      '小明有：\n1. 5个苹果\n2. 3个梨\n求总数。',
      '1. Ann has 5 pens. She buys 3 more. How many pens does she have?',
      '#### Problem 3\nAnn has 5 pens. She buys 3 more. How many pens does she have?',
      '#### 3\nAnn has 5 pens. She buys 3 more. How many pens does she have?',
      'Ann has 5 pens. She buys 3 more. How many pens does she have?',
      'What is next in this list?\n["a", "b"]',
    ]) {
      assert.equal(isTrace(text), false, text);
    }
  });
});
