/** Every family of traces has a reader and a small file: its thought is the steps, its end the answer, what is left is counted. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importTraces, type ImportedTrace } from '../../../../src/reasoning/import/importTrace';
import { takenFor } from '../../../../src/reasoning/import/incoming';
import { isTrace } from '../../../../src/reasoning/import/traceMarks';
import { READERS } from '../../../../src/reasoning/import/readers';
import { refuseSource } from '../../../../src/reasoning/import/sourceCode';
import { STREAMS } from '../../../../src/reasoning/import/streams';
import { TEXT_READERS } from '../../../../src/reasoning/import/transcript';
import { readerName } from '../../../../webview/reasoning/readerName';

const FOLDER = 'test/fixtures/traces';
const read = (file: string): ImportedTrace[] => importTraces(readFileSync(path.join(FOLDER, file), 'utf8'), file);

/** What differs from two sentences, of which the second has the wrong sum, and the answer 27. */
const OTHER_STEPS: Readonly<Record<string, number>> = {
  'agent.json': 4,
  'chat.md': 3,
  'align.md': 4,
  'harmony-tools.txt': 4,
  'prompts.md': 3,
  'exercise.tex': 8,
};
const UNUSED: Readonly<Record<string, Record<string, number>>> = {
  'data-set.jsonl': { solution: 21 },
  'lm-eval.jsonl': { 'doc.answer': 14, target: 2 },
  'agent.json': { system: 10 },
  'chatml.txt': {},
  // The branch of the conversation that is not shown, and what its page says of the time.
  'chatgpt-export.json': { 'mapping.c.message.content.content': 14, 'mapping.x.message.content.parts': 10 },
  'lm-studio-conversation.json': { 'messages.versions.steps.content.text': 10 },
};

const TABLES = [
  'name,age,score\nAnn,12,3.5\nBob,11,4\nCleo,13,2.25',
  'a\tb\n1\t2\n3\t4\n5\t6',
  '| fruit | count |\n|---|---|\n| apples | 12 |\n| pears | 5 |',
  '- apples: 12\n- pears: 5\n- plums: 3',
  '2026-11-01;17;23\n2026-11-02;18;21\n2026-11-03;11;20',
  '苹果,12\n梨,5\n桃,3',
  'item,price,qty,total\npen,3,4,12\npad,5,2,10\nbag,20,1,20',
  'month\tsum\tmean\nJan\t12\t3\nFeb\t14\t3.5\nTotal\t26\t3.25',
];

describe('readers of traces', () => {
  for (const file of readdirSync(FOLDER)) {
    it(`${file}: its thought is the steps, with the wrong sum found; its answer is what comes after`, () => {
      const traces = read(file);
      assert.equal(traces.length, file === 'two-answers.json' ? 2 : 1);
      const [{ steps, answer, unused, reader, question }] = traces;
      assert.equal(steps.length, OTHER_STEPS[file] ?? 2, steps.map(({ text }) => text).join(' | '));
      assert.deepEqual(
        steps.flatMap(({ equations }) => equations.map(({ computed, right }) => [computed, right])),
        [
          [9, true],
          [27, false],
        ],
      );
      assert.equal(answer, '27');
      assert.deepEqual(unused ?? {}, UNUSED[file] ?? {});
      if (file !== 'align.md') assert.ok(reader, 'what it was taken for is said');
      for (const { text } of steps) assert.doesNotMatch(text, /<[|｜]|think>|THINK|<summary/);
      if (question !== null) assert.match(question, /^(?:How many sails\?|一共有多少张帆？)$/);
      if (/\.(?:txt|json|jsonl)$/.test(file))
        assert.equal(isTrace(readFileSync(path.join(FOLDER, file), 'utf8')), true);
    });
  }

  it('each reader in the tables knows at least one of the files', () => {
    const known = new Set(readdirSync(FOLDER).flatMap((file) => read(file).map(({ reader }) => reader)));
    // Wrapped records and conversations are told by what is in them.
    for (const { name } of [...READERS, ...TEXT_READERS, ...STREAMS]) {
      if (name !== 'Question and steps') assert.ok(known.has(name) || name === 'Message', name);
    }
  });

  it('what a text was read as has a word in Chinese, or is the name of a tool', () => {
    const words = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
    const tools = /^(?:Gemini|ChatGPT|Anthropic|OpenAI (?:Responses|Chat)|lm-eval|inspect|Ollama|ollama run|解…答)$/;
    for (const { name } of [...READERS, ...TEXT_READERS, ...STREAMS, { name: 'Session log' }]) {
      assert.ok(tools.test(name) || words[name], name);
      assert.equal(readerName(name), name);
    }
  });

  it('answers that were streamed say which kit streamed them, and what a last event says again is used', () => {
    const reader = (file: string): string | undefined => read(file)[0].reader;
    assert.equal(reader('anthropic-streamed.txt'), 'Anthropic');
    assert.equal(reader('ollama-chat-streamed.ndjson'), 'Ollama');
    assert.equal(reader('claude-code.jsonl'), 'Session log');
    const event = (type: string, own: object): string =>
      `data: ${JSON.stringify({ type: `response.${type}`, ...own })}\n\n`;
    const text = 'First 4 + 5 = 9.';
    const [trace] = importTraces(
      event('output_text.delta', { delta: 'First 4 + ' }) +
        event('output_text.delta', { delta: '5 = 9.' }) +
        event('output_text.done', { text }) +
        event('completed', { response: { output: [{ content: [{ text }] }], instructions: 'Be brief and kind.' } }),
    );
    assert.deepEqual([trace.text, trace.unused], [text, { 'response.instructions': 18 }]);
  });

  it('text that no reader knows is counted by field, and said twice is said once', () => {
    const [{ unused }] = importTraces(
      JSON.stringify({
        question: 'q',
        answer: 'One. Two.',
        notes: { by_hand: 'abc def' },
        copy: 'One. Two.',
        id: 'x y',
      }),
    );
    assert.deepEqual(unused, { 'notes.by_hand': 7 });
  });

  it('lines that are broken are told by number, and the others are read; NaN is passed over', () => {
    const line = JSON.stringify({ question: 'q', answer: 'One. Two.' });
    const [first, ...others] = importTraces(`${line}\n${line}\n{"question": "q", "answer": "One. Tw`, 'a.jsonl');
    assert.deepEqual([first.brokenLines, others.length], [[3], 1]);
    const many = importTraces(`${line}\n${line}\noops\n${line}`, 'a.jsonl');
    assert.deepEqual([many[0].brokenLines, many.length, many[0].passedOver], [[3], 3, undefined]);
    const nan = importTraces(
      '{"question": "q", "score": NaN, "least": -Infinity, "answer": "One NaN. Two."}',
      'a.json',
    );
    assert.equal(nan[0].text, 'One NaN. Two.');
  });

  it('JSON nested more deeply than anybody writes is refused or read, and takes no stack', () => {
    const deep = (depth: number): string =>
      `{"question": "q", "answer": "One. Two.", "more": ${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.equal(importTraces(deep(50_000))[0].steps.length, 2);
    assert.throws(
      () => importTraces(`${'{"messages":['.repeat(20_000)}${']}'.repeat(20_000)}`),
      /holds no chain of thought/,
    );
  });

  it('what a text is taken for is decided by evidence; where it is not sure, the person is asked', () => {
    const cases: [string, string][] = [
      ['Ann has 5 pens. She buys 3 more. How many pens does she have?', 'problem'],
      ['小明有5个苹果，又买了3个。一共多少个？', 'problem'],
      ['Find the sum of 2 + 3 and 4.', 'problem'],
      ['She has 5 + 3 = 8 pens. Then she gives 2 away, so 8 - 2 = 6 are left.', 'trace'],
      ['<think>Two.</think> 2', 'trace'],
      ['We know that 5 + 3 = 8 and that 8 - 2 = 6. What is the sum of both?', 'unsure'],
      ['Hmm, wait. That is wrong. So it must be the other one. Let me check: therefore it is Tuesday.', 'unsure'],
      [`${'The ship sails on. '.repeat(60)}`, 'unsure'],
      [`${'The ship sails on. '.repeat(60)}It had 3 + 4 = 7 sails, then 7 - 2 = 5.`, 'unsure'],
      [`${'The ship sails on. '.repeat(20)}It had 3 + 4 = 7 sails, then 7 - 2 = 5.`, 'trace'],
      ['jobs:\n  steps:\n    - run: npm ci\n    - run: npm test', 'problem'],
      ['Steps:\n- two and two', 'trace'],
    ];
    for (const [text, expected] of cases) assert.equal(takenFor(text).takenFor, expected, text);
  });

  it('code, tables and lists of data are asked about, whatever sums stand in comments; worked solutions are not', () => {
    const code = [
      '// 3 + 4 = 7\nconst total = add(3, 4); // 7 * 2 = 14\nconsole.log(total);',
      'def area(w, h):\n    # 3 * 4 = 12\n    return w * h  # 2 * 5 = 10',
      'for (let i = 0; i < 3; i++) {\n  sum += i; // 0 + 1 = 1\n}\n/* 1 + 2 = 3 */',
      'assert(add(2, 2) == 4);\nassert(mul(2, 3) == 6);\nreturn 0;',
      'it("adds", () => {\n  expect(2 + 3 === 5).toBe(true); // 2 + 3 = 5, 3 + 3 = 6\n});',
    ];
    const assigned = ['a = 3; b = 4;', 'int a = 3;\nint b = 4;', 'x = 1\ny = 2\nz = x + y\nprint(z)'];
    for (const text of [...code, ...assigned])
      assert.deepEqual(takenFor(text), { takenFor: 'unsure', because: 'code' }, text);
    for (const list of ['pens: 12\npads: 5\ntotal: 17', 'eggs 12\nmilk 2\nbread 3', '- 3 apples\n- 2 pears\n- 1 lemon'])
      assert.deepEqual(takenFor(list), { takenFor: 'unsure', because: 'table' });
    for (const text of TABLES) assert.deepEqual(takenFor(text), { takenFor: 'unsure', because: 'table' }, text);
    const worked = [
      'x + 2 = 5;\nx = 3;\n2 * 3 = 6;\n6 + 1 = 7;',
      'Price: 3 * 4 = 12\nTax: 12 / 4 = 3\nTotal: 12 + 3 = 15',
      '3 + 4 = 7;\n7 * 2 = 14;',
    ];
    for (const text of worked) assert.equal(takenFor(text).takenFor, 'trace', text);
  });

  it('a file that is a table is refused; a worked solution in columns is read', () => {
    for (const text of TABLES) assert.throws(() => refuseSource(text, 'a.csv'), { detail: { file: 'a.csv', line: 1, what: 'table' } }); // prettier-ignore
    const worked = [
      'day, sold, left\n1, 3, 10 - 3 = 7\n2, 2, 7 - 2 = 5',
      'Ann: 12\nBob: 8\nTotal: 20',
      'x = 3\ny = 4\nso x + y is 7',
      'First, he has 5 pens.\nThen, he buys 3 pens.\nNow, he has 8 pens.',
      '甲有 5 个，\n乙有 3 个，\n一共 8 个。',
    ];
    for (const text of worked) refuseSource(text, 'a.txt');
  });

  it('the last number of data is no answer, that of what reasons is one', () => {
    const answerOf = (text: string): string | null => importTraces(text)[0].answer;
    for (const text of TABLES) assert.equal(answerOf(text), null, text);
    assert.equal(answerOf('1. apples 3\n2. pears 5\n3. plums 12'), null);
    assert.equal(answerOf('He has 3 pens.\nHe buys 5.\nHe has 8.'), '8');
    assert.equal(answerOf('小明有3个。\n又买5个。\n现在有8个。'), '8');
  });

  it('what stands under a title “Problem” is the question, and no step', () => {
    for (const [problem, solution] of [
      ['## Problem', '## Solution'],
      ['**Question 3:**', '**Solution:**'],
      ['# 题目', '# 解答'],
    ]) {
      const [{ question, steps }] = importTraces(
        `${problem}\n\nHow many sails?\n\n${solution}\n\n4 + 5 = 9.\n\n9 * 2 = 18.`,
      );
      assert.equal(question, 'How many sails?');
      assert.deepEqual(steps.map(({ text }) => text), ['4 + 5 = 9.', '9 * 2 = 18.']); // prettier-ignore
    }
  });
});
