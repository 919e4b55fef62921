/** Records, answers and questions that look like what a reader knows and are another thing are read as before. */
import assert from 'node:assert/strict';
import { finalAnswer } from '../../../../src/reasoning/import/answer';
import { importTraces, type ImportedTrace } from '../../../../src/reasoning/import/importTrace';

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
      const content = open.repeat(100_000);
      const began = performance.now();
      assert.equal(question(content).question, content);
      assert.ok(performance.now() - began < 2000, open);
    }
    const { question: asked, unused } = question(
      'A <user_info>x <ide_y>y</user_info> b</user_info> <ide_y>z</ide_y>c <user_info>',
    );
    assert.deepEqual([asked, unused], ['A  b</user_info> c <user_info>', { system: 50 }]);
  });
});
