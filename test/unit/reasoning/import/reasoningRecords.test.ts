/** Files that are nearly JSON, streams as they were saved, and records that differ from their neighbours. */
import assert from 'node:assert/strict';
import { importTraces, type ImportedTrace } from '../../../../src/reasoning/import/importTrace';
import { isTrace } from '../../../../src/reasoning/import/traceMarks';
import { elementOffsets } from '../../../../src/reasoning/import/jsonPosition';
import { StreamedAnswer } from '../../../../src/reasoning/import/streamedAnswer';
import { Problem } from '../../../../src/protocol/problem';

const cards = (traces: ImportedTrace[]): unknown[] => traces.map(({ line, text }) => [line, text]);
const imported = (text: string, file?: string): unknown[] => cards(importTraces(text, file));
const placeOf = (text: string, file?: string): unknown[] => {
  try {
    importTraces(text, file);
  } catch (thrown) {
    assert.ok(thrown instanceof Problem && thrown.code === 'trace-invalid');
    const { detail } = thrown;
    return [thrown.code, detail.line, detail.what === 'json' ? detail.column : undefined];
  }
  assert.fail('nothing was refused');
};
const record = (answer: string): string => JSON.stringify({ question: 'q', answer });
const chunk = (content: string, more: object = {}, choice: object = {}): string =>
  JSON.stringify({ ...more, choices: [{ delta: { content }, ...choice }] });
const conversation = (content: string): unknown[] => [
  { role: 'user', content: 'q' },
  { role: 'assistant', content },
];

describe('records of chains of thought', () => {
  it('text that begins like JSON is text, unless its name or its records say otherwise', () => {
    for (const text of [
      '[1, 2, 3]\nThe sum is 6.',
      '[1, 2, 3]\n[4, 5]\nThe sum is 15.',
      '["a", "b"] are two. So 2.',
      '{"x": 2} is given. So x is 2.',
      '{"x": 2}\nThe value is 2.',
      '[x + 2] is 4. So x is 2.',
    ]) {
      assert.equal(importTraces(text, 'a.txt')[0].text, text);
      assert.equal(placeOf(text, 'a.json')[0], 'trace-invalid', text);
    }
    assert.deepEqual(placeOf('[1, 2, 3]\nThe sum is 6.', 'a.jsonl'), ['trace-invalid', 2, 1]);
    assert.deepEqual(placeOf('A text.', 'a.json'), ['trace-invalid', 1, 1]);
    assert.deepEqual(placeOf(`${record('1. 2.')}\noops`, 'a.txt'), ['trace-invalid', 2, 1]);
    assert.deepEqual(placeOf('{"answer": "a"}}', 'a.txt'), ['trace-invalid', 1, 16]);
  });

  it('records of another kind are passed over, unless there are no others', () => {
    const lines = ['{"meta": 1}', record('One.'), '[1]', '', record('Two.')];
    const expected = [
      [2, 'One.'],
      [5, 'Two.'],
    ];
    assert.deepEqual(imported(lines.join('\n'), 'a.jsonl'), expected);
    assert.deepEqual(placeOf('\n{"meta": 1}\n{"meta": 2}', 'a.jsonl'), ['trace-invalid', 2, undefined]);
  });

  it('lists of messages, one on each line or in a list', () => {
    const [one, two] = [conversation('One.'), conversation('Two.')];
    assert.deepEqual(imported(`${JSON.stringify(one)}\n${JSON.stringify(two)}`), [
      [1, 'One.'],
      [2, 'Two.'],
    ]);
    assert.deepEqual(
      importTraces(JSON.stringify([one, two], null, 1)).map(({ line, question }) => [line, question]),
      [
        [2, 'q'],
        [12, 'q'],
      ],
    );
  });

  it('each record of a JSON list has its own line', () => {
    assert.deepEqual(imported(`[\n${record('A [b, "c].')},\n\n  ${record('D.')}, ${record('E.')}]`), [
      [2, 'A [b, "c].'],
      [4, 'D.'],
      [4, 'E.'],
    ]);
    const list = ' [1, [2, {"a": [3, "4,]"]}], "5, 6" ,{}]';
    assert.deepEqual(
      elementOffsets(list).map((at) => list[at]),
      ['1', '[', '"', '{'],
    );
    assert.deepEqual(elementOffsets('[ ]'), []);
  });

  it('streamed chunks: one, a list, several answers told apart by id, choice and end', () => {
    assert.deepEqual(imported(chunk('One.')), [[1, 'One.']]);
    assert.deepEqual(imported(`[${chunk('One')}, ${chunk('.')}]`), [[1, 'One.']]);
    const [a, b] = [{ id: 'a' }, { id: 'b' }];
    const lines = [
      chunk('One', a),
      chunk('Two', b),
      chunk('.', a),
      record('Three.'),
      chunk('.', b),
      chunk('Four.', a, { index: 1 }),
      JSON.stringify({ ...a, choices: [], usage: {} }),
    ];
    assert.deepEqual(imported(lines.join('\n')), [
      [1, 'One.'],
      [2, 'Two.'],
      [4, 'Three.'],
      [6, 'Four.'],
    ]);
    const ends = [chunk('One'), chunk('.', {}, { finish_reason: 'stop' }), chunk('Two.')];
    assert.deepEqual(imported(ends.join('\n')), [
      [1, 'One.'],
      [3, 'Two.'],
    ]);
  });

  it('what curl -N prints is a stream, whole or cut off, from a file or selected', () => {
    const events = `: ping\n\ndata: ${chunk('One')}\n\nevent: message\ndata:${chunk('.')}\n\n`;
    for (const text of [
      `${events}data: [DONE]\n`,
      `${events}data: {"choices": [{"del`,
      events.replaceAll('\n', '\r\n'),
    ]) {
      assert.deepEqual(imported(text, 'a.txt'), [[3, 'One.']]);
      assert.equal(isTrace(text), true);
    }
    assert.deepEqual(placeOf(`data: {"a": oops}\n\ndata: ${chunk('.')}`), ['trace-invalid', 1, 13]);
    assert.equal(isTrace('data: a list of 5 pens. How many?'), false);
  });

  it('log-probabilities of the older completions', () => {
    const tokens = ['2 + 2', ' = 4', '. So', ' 4.'];
    // The first token of an echoed prompt has none.
    for (const first of [-0.5, null]) {
      const values = [first, -1, -2, -3];
      const logprobs = { tokens, token_logprobs: values };
      const [trace] = importTraces(JSON.stringify({ choices: [{ text: tokens.join(''), logprobs }] }));
      assert.deepEqual(
        trace.logprobs.map(({ start, end, logprob }) => [trace.text.slice(start, end), logprob]),
        tokens.map((token, i) => [token, values[i]]).filter(([, value]) => value !== null),
      );
    }
  });

  it('an empty reasoning_content does not hide what is thought under another name', () => {
    const message = { reasoning_content: '', reasoning: 'One. Two.', content: '2' };
    assert.equal(importTraces(JSON.stringify({ choices: [{ message }] }))[0].steps.length, 2);
    const answer = new StreamedAnswer();
    answer.add({ choices: [{ delta: { reasoning_content: '', reasoning: 'One.' } }] });
    assert.deepEqual(answer.takeFresh(), { thought: 'One.', content: '' });
  });

  // More than a call can have arguments.
  it('a line of 130,000 sentences', () => {
    assert.equal(importTraces('a. B'.repeat(130_000))[0].steps.length, 130_000);
    assert.equal(importTraces('e.g. Bob and '.repeat(30_000))[0].steps.length, 1);
  });
});
