/** Records, answers and questions that look like what a reader knows and are another thing are read as before. */
import assert from 'node:assert/strict';
import { finalAnswer } from '../../../../src/reasoning/import/answer';
import { importTraces, type ImportedTrace } from '../../../../src/reasoning/import/importTrace';
import { UsedText } from '../../../../src/reasoning/import/usedText';

const lines = (...records: unknown[]): string => records.map((record) => JSON.stringify(record)).join('\n');
const told = ({ question, text, answer }: ImportedTrace): unknown[] => [question, text.split('\n')[0], answer];

const SUM = '2 + 2 = 4.';
const CHAT = [
  { role: 'user', content: 'First?' },
  { role: 'assistant', content: '1 + 1 = 2.' },
];

describe('readers in doubt', () => {
  it('the last number is the answer also behind “every” and “per”, but not what money is told for', () => {
    const answers = {
      'There are 4 buses an hour, so a bus comes every 15 minutes.': '15',
      'He works 5 days and takes a pill every 8 hours.': '8',
      'Total 6 pills: so one every 4 hours': '4',
      'ratio 2 per 3': '3',
      'He walks 4 miles per 2 hours': '2',
      'It costs 4.50 € per 100 g.': '4.5',
      'It costs $3 per 100 g.': '3',
    };
    for (const [text, answer] of Object.entries(answers)) assert.equal(finalAnswer(text), answer, text);
  });

  it('a plain space joins two numbers only where a line or a claim is one number', () => {
    const answers = {
      'In round 2 100% of them passed.': '100',
      'Mix in 2 250 g bags.': '250',
      'Sorted: 1 100 200': '200',
      'In total\n1 000 000': '1000000',
      '#### 1 234,50 €': '1234.5',
    };
    for (const [text, answer] of Object.entries(answers)) assert.equal(finalAnswer(text), answer, text);
    assert.notEqual(finalAnswer('She runs 4 100 m sprints.'), '4100');
  });

  it('a claim of several measures is kept whole', () => {
    const answers = {
      '#### 2 hours 30 minutes or 3 hours': '2 hours 30 minutes or 3 hours',
      '#### Tom: 2 hours 30 minutes; Ann: 3 hours': 'Tom: 2 hours 30 minutes; Ann: 3 hours',
      '#### 2 hours 30 minutes (150 minutes)': '2 hours 30 minutes',
      '#### 2 hours 30 minutes in all': '2 hours 30 minutes',
    };
    for (const [text, answer] of Object.entries(answers)) assert.equal(finalAnswer(text), answer, text);
  });

  it('what is only like a mark is a step; of a LaTeX head the command is none', () => {
    const steps = (text: string): string[] => importTraces(text)[0].steps.map(({ text: own }) => own);
    for (const text of [
      'Thought 1: add both\nThought 2: double it',
      '用时：8小时\n一共8小时',
      '思考1：先求总数\n思考2：再除以2',
      'Thought it took 5 days\nSo five',
    ])
      assert.deepEqual(steps(text), text.split('\n'));
    for (const mark of ['Thought for 12 seconds', '> Thought for 4s', '**Thought for 1m 20s**', '已思考（用时 8 秒）'])
      assert.deepEqual(steps(`${mark}\n${SUM}`), [SUM], mark);
    const tex = String.raw`\usepackage[a4paper]{geometry} % 2 cm
\newcommand{\half}{\frac{1}{2}}
\section*{One}\label{s:1}
\label{eq:1} 3 + 4 = 8
\title{x} 5 + 5 = 11
\section{2 + 2 = 5}`;
    const read = importTraces(tex)[0].steps;
    assert.deepEqual(
      read.map(({ text, equations }) => [text, equations.map(({ right }) => right)]),
      [
        ['3 + 4 = 8', [false]],
        ['5 + 5 = 11', [false]],
        [String.raw`\section{2 + 2 = 5}`, []],
      ],
    );
  });

  it('a line goes on with the one right above it, where that has nothing but the sum, as in one line', () => {
    const alarms = (text: string): string[] =>
      importTraces(text)[0].steps.flatMap(({ equations }) => equations.flatMap((sum) => (sum.right ? [] : [sum.text])));
    for (const text of [
      'x &= 3+4 & y &= 1+1 \\\\\n&= 7 & &= 2 \\\\',
      '2 + 2\n\n= 12 + 4',
      'Total 2 + 2\n\n= 12 + 4',
      'Apples 3 + 4, pears 5 - 2\n= 10 in all',
      'x = 5 mod 3 + 1\n= 3',
      '5 + 3\n= 8 * 2\n= 16',
      'x = 4 - 9 = -5\n= -5 + 10',
      'x = \\boxed{5}\n= 5 + 10',
      "2'000'000 + 1 = 2'000'001\n= 5 + 10",
    ])
      assert.deepEqual(alarms(text), [], text);
    assert.deepEqual(alarms('5 + 3\n= 9'), ['5 + 3 = 9']);
    assert.deepEqual(alarms('x &= 5 + 3 \\\\\n  &= 9'), ['5 + 3 = 9']);
  });

  it('a stream that calls a tool is one answer, with the call and its result', () => {
    const call = { type: 'tool-call', toolCallId: 'c', toolName: 'add', input: { sum: 'four and five' } };
    const result = { type: 'tool-result', toolCallId: 'c', toolName: 'add', output: { is: 'nine boats' } };
    const event = (one: object): string => `data: ${JSON.stringify(one)}\n\n`;
    const read = importTraces(
      [
        { type: 'start' },
        { type: 'reasoning-delta', id: '0', delta: 'I add ' },
        { type: 'reasoning-delta', id: '0', delta: 'them.' },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"sum": "four' },
        call,
        result,
        { type: 'text-delta', id: '1', delta: 'The answer is 9.' },
        { type: 'finish' },
      ]
        .map(event)
        .join(''),
    );
    assert.equal(read.length, 1);
    assert.deepEqual([read[0].answer, read[0].unused, read[0].reader], ['9', {}, 'Event stream']);
    assert.deepEqual(
      ['I add them.', 'four and five', 'nine boats', 'The answer is 9.'].map((part) => read[0].text.split(part).length),
      [2, 2, 2, 2],
    );
  });

  it('only short values of whole keys keep books', () => {
    const long = 'Be brief, and think of every step before you say it. '.repeat(2);
    assert.deepEqual(new UsedText().unused({ prompt_prefix: 'Be brief.', prefix: long, suffix: 'x', parent: 'p-1' }), {
      prompt_prefix: 9,
      prefix: long.length,
    });
  });

  it('a data set with a column “type” is no stream', () => {
    for (const type of ['done', 'finish', 'error', 'start', 'math-start', 'math-delta', 'text-chunk', 'math-end']) {
      const record = (n: number) => ({
        type,
        question: `Q${n}?`,
        reasoning: `${n} + 1 = ${n + 1}.`,
        answer: `${n + 1}`,
      });
      const read = importTraces(lines(record(1), record(2)), 'set.jsonl');
      assert.deepEqual(
        read.map(told),
        [
          ['Q1?', '1 + 1 = 2.', '2'],
          ['Q2?', '2 + 1 = 3.', '3'],
        ],
        type,
      );
    }
    const nested = { type: 'done', data: { question: 'Q?', answer: SUM } };
    assert.deepEqual(importTraces(lines(nested, nested), 'set.jsonl').map(told), [
      ['Q?', SUM, '4'],
      ['Q?', SUM, '4'],
    ]);
  });

  it('a list of messages under any name is the trace only where nothing else is, and only one', () => {
    const only = (record: object): unknown[] => told(importTraces(JSON.stringify(record))[0]);
    assert.deepEqual(only({ question: 'Q?', history: CHAT, answer: SUM }), ['Q?', SUM, '4']);
    assert.deepEqual(only({ fewshot: CHAT, question: 'Q?', answer: SUM }), ['Q?', SUM, '4']);
    const prompt = [...CHAT, { role: 'user', content: 'And then?' }];
    assert.equal(importTraces(JSON.stringify({ prompt, response: SUM }))[0].text, SUM);
    assert.throws(() => importTraces(JSON.stringify({ rejected: CHAT, chosen: CHAT })));
    assert.deepEqual(only({ saved: CHAT }), ['First?', '1 + 1 = 2.', '2']);
  });

  it('what agents write around a question is found in time that grows with the text', () => {
    const question = (content: string): ImportedTrace =>
      importTraces(
        JSON.stringify([
          { role: 'user', content },
          { role: 'assistant', content: SUM },
        ]),
      )[0];
    for (const open of ['<user_info>', '<user_info></task>', '<ide_a><ide_b>']) {
      const content = open.repeat(50_000);
      const began = performance.now();
      assert.equal(question(content).question, content);
      assert.ok(performance.now() - began < 10_000, open);
    }
    const { question: asked, unused } = question(
      'A <user_info>x <ide_y>y</user_info> b</user_info> <ide_y>z</ide_y>c <user_info>',
    );
    assert.deepEqual([asked, unused], ['A  b</user_info> c <user_info>', { system: 50 }]);
  });
});
