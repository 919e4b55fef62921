/** Chains of thought as they are found: transcripts, chats, lists, GSM8K; and what cannot be read is named by place. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { finalAnswer } from '../../../../src/reasoning/import/answer';
import { importTraces } from '../../../../src/reasoning/import/importTrace';
import { segment } from '../../../../src/reasoning/import/segment';
import { jsonErrorOffset } from '../../../../src/reasoning/import/jsonPosition';
import { Problem } from '../../../../src/protocol/problem';
import { seededRandom } from '../../../../src/shared/random';
import { dataFile } from '../../../support/data';
import { isLong } from '../../../support/long';

const only = (text: string): ReturnType<typeof importTraces>[number] => {
  const traces = importTraces(text, 'a file');
  assert.equal(traces.length, 1);
  return traces[0];
};
const stepsOf = (text: string): string[] => only(text).steps.map((step) => step.text);
const problemOf = (text: string): Problem => {
  try {
    importTraces(text, 'a file');
  } catch (thrown) {
    assert.ok(thrown instanceof Problem);
    return thrown;
  }
  assert.fail('nothing was refused');
};

/** Where the JSON is broken. */
const place = (text: string): unknown[] => {
  const { code, detail } = problemOf(text);
  assert.ok('column' in detail);
  return [code, detail.line, detail.column];
};

describe('import of chains of thought', () => {
  it('a byte order mark is passed over', () => {
    const record = JSON.stringify({ question: 'How many?', answer: '2 + 3 = 5\n#### 5' });
    assert.equal(only(`\uFEFF${record}`).answer, '5');
    assert.equal(importTraces(`\uFEFF${record}\n${record}`).length, 2);
  });

  it('a transcript with think tags: sentences between them, the answer after them', () => {
    const trace = only(
      'How many?\n<think>\nFirst, 2 + 3 = 5. Mr. Smith has 5.0 apples, e.g. red ones. So 5.\n</think>\nIt is 7.',
    );
    assert.deepEqual(
      trace.steps.map(({ text }) => text),
      ['First, 2 + 3 = 5.', 'Mr. Smith has 5.0 apples, e.g. red ones.', 'So 5.'],
    );
    assert.deepEqual([trace.format, trace.question, trace.answer], ['think', 'How many?', '7']);
    for (const { text, start, end } of trace.steps) assert.equal(trace.text.slice(start, end), text);
    assert.deepEqual(stepsOf('Only closed.\n</think>\n4'), ['Only closed.']);
    assert.deepEqual(stepsOf('<think>Broken off. In the mid'), ['Broken off.', 'In the mid']);
  });

  it('Chinese sentences, and the prompts of the bundled model', () => {
    assert.deepEqual(stepsOf('小明有5个。又买了3个！现在有8个'), ['小明有5个。', '又买了3个！', '现在有8个']);
    const trace = only('问题：小明有5个苹果。一共多少？\n步骤：\n小明买了3: 5 + 3 = 8\n给了1: 8 - 1 = 7\n#### 7');
    assert.deepEqual([trace.question, trace.answer, trace.steps.length], ['小明有5个苹果。一共多少？', '7', 2]);
  });

  it('a numbered list: an item is a step, with the lines that go on', () => {
    assert.deepEqual(stepsOf('1. Take 3.\n   Add 4. Then wait.\n2. Get 7.\n'), [
      '1. Take 3.\n   Add 4. Then wait.',
      '2. Get 7.',
    ]);
    assert.deepEqual(stepsOf('Step 1: take 3\nStep 2: add 4').length, 2);
    assert.deepEqual(stepsOf('第一步：设x\n第二步：求x').length, 2);
  });

  it('can be divided into lines, sentences, or after each sum, and no word is lost', () => {
    const texts = {
      list: '1. Take 5 + 3 = 8, then 8 - 2 = 6. So 6.\n2. Add 6 + 1 = 7 and 7 * 2 = 14.',
      gsm8k: 'He has 2+3=<<2+3=5>>5 apples and 5*2=<<5*2=10>>10 pears. A chain: 2 + 3 = 5 = 4 + 1, and 1 + 1 = 2.',
      chinese: '先算5 + 3 = 8，再算8 - 2 = 6。剩下6个。',
    };
    const divided = (text: string, by: Parameters<typeof segment>[2]): string[] =>
      segment(text, { start: 0, end: text.length }, by).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(divided(texts.list, 'found'), texts.list.split('\n'));
    assert.deepEqual(divided(texts.list, 'lines'), texts.list.split('\n'));
    const [first, second, third] = divided(texts.list, 'sentences');
    assert.deepEqual([second, third], ['So 6.', '2. Add 6 + 1 = 7 and 7 * 2 = 14.'], first);
    assert.deepEqual(divided(texts.list, 'sums'), [
      '1. Take 5 + 3 = 8,',
      'then 8 - 2 = 6.',
      'So 6.',
      '2. Add 6 + 1 = 7',
      'and 7 * 2 = 14.',
    ]);
    assert.deepEqual(divided(texts.gsm8k, 'sums'), [
      'He has 2+3=<<2+3=5>>5',
      'apples and 5*2=<<5*2=10>>10 pears.',
      'A chain: 2 + 3 = 5 = 4 + 1,',
      'and 1 + 1 = 2.',
    ]);
    assert.deepEqual(divided(texts.chinese, 'sums'), ['先算5 + 3 = 8，', '再算8 - 2 = 6。', '剩下6个。']);
    for (const text of Object.values(texts)) {
      for (const by of ['found', 'lines', 'sentences', 'sums'] as const) {
        assert.equal(divided(text, by).join('').replace(/\s/g, ''), text.replace(/\s/g, ''), by);
      }
    }
  });

  it('log-probabilities of every record of a JSONL file lie on its own text, whatever its line ends are', () => {
    const record = (tokens: string[]): string =>
      JSON.stringify({
        question: 'q',
        choices: [
          {
            message: { reasoning_content: tokens.join(''), content: '' },
            logprobs: { content: tokens.map((token, i) => ({ token, logprob: -i / 2 })) },
          },
        ],
      });
    const records = [
      ['2 + 2', ' = 4', '. So four.'],
      ['5 - 1', ' = 4', '. 又是4。'],
    ];
    const traces = importTraces(records.map(record).join('\r\n'));
    assert.deepEqual(
      traces.map(({ text, logprobs }) =>
        logprobs.map(({ start, end, logprob }) => [text.slice(start, end), logprob + 0]),
      ),
      records.map((tokens) => tokens.map((token, i) => [token, -i / 2 + 0])),
    );
  });

  it('OpenAI-style chats, answers with logprobs, streamed chunks, Ollama', () => {
    const chat = only(
      JSON.stringify({
        messages: [
          { role: 'user', content: 'Two and two?' },
          { role: 'assistant', reasoning_content: 'Add them. 2 + 2 = 4.', content: 'It is 4.' },
        ],
      }),
    );
    assert.deepEqual([chat.question, chat.answer, chat.steps.length, chat.format], ['Two and two?', '4', 2, 'chat']);
    const tokens = ['2 + 2', ' = 4', '. Done.'];
    const logprobs = { content: tokens.map((token, i) => ({ token, logprob: -i })) };
    const answer = only(JSON.stringify({ choices: [{ message: { content: tokens.join('') }, logprobs }] }));
    assert.deepEqual(
      answer.logprobs.map(({ start, end, logprob }) => [answer.text.slice(start, end), logprob + 0]),
      [
        ['2 + 2', 0],
        [' = 4', -1],
        ['. Done.', -2],
      ],
    );
    const chunks = tokens.map((content) => JSON.stringify({ choices: [{ delta: { content } }] })).join('\n');
    assert.equal(only(chunks).text, tokens.join(''));
    assert.equal(only('{"message": {"role": "assistant", "thinking": "One. Two.", "content": "2"}}').steps.length, 2);
    assert.equal(
      only('[{"role":"user","content":"?"},{"role":"assistant","content":[{"type":"text","text":"Yes. Four."}]}]').steps
        .length,
      2,
    );
  });

  it('every record of a JSONL file, with its line', () => {
    const traces = importTraces(
      '{"question":"q","answer":"a 1+1=<<1+1=2>>2\\n#### 2"}\n\n{"question":"r","answer":"b\\n#### 3"}\n',
    );
    assert.deepEqual(
      traces.map(({ line, question, answer }) => [line, question, answer]),
      [
        [1, 'q', '2'],
        [3, 'r', '3'],
      ],
    );
  });

  it('broken JSON is named by line and column', () => {
    assert.deepEqual(place('{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}'), ['trace-invalid', 3, 21]);
    assert.deepEqual(place('{"answer": "a"}\n{"answer": oops}\n'), ['trace-invalid', 2, 12]);
    assert.deepEqual(place('{"answer": "a",'), ['trace-invalid', 1, 16]);
    assert.deepEqual(place('[{"a": 2},]'), ['trace-invalid', 1, 11]);
    assert.match(problemOf('{"answer": "a",').message, /line 1, column 16: it ends too early/);
  });

  it('broken JSON with a string of nine million characters is named by line and column', () => {
    const long = 'a long string "\\ '.repeat(500_000);
    const text = `{\n "answer": ${JSON.stringify(long)},\n "broken": oops\n}`;
    assert.deepEqual(place(text), ['trace-invalid', 3, 12]);
    assert.deepEqual(place(`{"answer": "${'x'.repeat(9_000_000)}`), ['trace-invalid', 1, 12]);
    assert.deepEqual(place(`{"answer": ${'['.repeat(1_000_000)}`), ['trace-invalid', 1, 1_000_012]);
  });

  it('finds the same mistakes as JSON.parse in documents with one character changed', () => {
    const random = seededRandom(3);
    const good = JSON.stringify({ a: [1, 2.5e3, 'x\\"y', null, { b: true }], c: {} }, null, 1);
    for (let i = 0; i < 2_000; i++) {
      const at = Math.floor(random() * good.length);
      const text =
        good.slice(0, at) + '{}[],:"\\a1. \n'[Math.floor(random() * 13)] + good.slice(at + (random() < 0.5 ? 1 : 0));
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      if (!valid) assert.ok(jsonErrorOffset(text) <= text.length, text);
      else assert.equal(jsonErrorOffset(text), text.length, text);
    }
  });

  it('JSON of another kind, empty texts and texts without steps are told apart', () => {
    assert.equal(problemOf('{"weather": "fine"}').code, 'trace-invalid');
    assert.equal(problemOf(' \n').code, 'input-empty');
    assert.equal(problemOf('#### 5').code, 'no-steps');
    assert.equal(problemOf('<think></think>').code, 'no-steps');
  });

  it('the answer is what follows ####, else the last box, else the last number', () => {
    assert.equal(finalAnswer('3 then #### $1,080.50 dollars'), '1080.5');
    assert.equal(finalAnswer('so \\boxed{12} of 40'), '12');
    assert.equal(finalAnswer('about 3 or −4'), '-4');
    assert.equal(finalAnswer('none'), null);
  });

  it(`${isLong ? 'all 8,792' : '1,319 of 8,792'} problems of GSM8K parse, and every marked sum is found and right`, function () {
    const files = (isLong ? ['train', 'test'] : ['test']).map((name) => dataFile(`gsm8k/${name}.jsonl.gz`));
    if (files.some((file) => !file)) return this.skip();
    const counts = { records: 0, marks: 0, right: 0 };
    for (const file of files) {
      const text = gunzipSync(readFileSync(file!)).toString();
      const records = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { answer: string });
      const traces = importTraces(text);
      assert.equal(traces.length, records.length);
      traces.forEach((trace, i) => {
        const { answer } = records[i];
        const marks = [...answer.matchAll(/<<(.*?)>>/g)].map(([, mark]) => mark);
        const found = trace.steps.flatMap(({ equations }) => equations);
        counts.records++;
        counts.marks += marks.length;
        for (const mark of marks)
          counts.right += found.some((sum) => sum.text === mark && sum.right && !sum.rounded) ? 1 : 0;
        assert.equal(trace.answer, answer.split('####')[1].trim().replaceAll(',', ''));
        assert.equal(
          trace.steps.length,
          answer.split('\n').filter((line) => line.trim() && !line.startsWith('####')).length,
        );
      });
    }
    const [records, marks] = isLong ? [8792, 27_998] : [1319, 4282];
    assert.deepEqual(counts, { records, marks, right: marks });
  });
});
