/** `trace` and `reason` as a script meets them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sumsOf } from '../../../src/cli/reason';
import { runHere as run } from '../../support/commandLine';
import { assertFits } from '../../support/fitsSchema';
import { isLong } from '../../support/long';
import { tinyModelBytes } from '../../support/tinyModel';

interface TraceJson {
  text?: string;
  steps: { index: number; text: string; start: number; end: number; equations: { text: string; right: boolean }[] }[];
  traces?: { line: number; firstStep: number; stepCount: number; steps: { index: number; text: string }[] }[];
}

interface ReasonJson {
  direct: { accuracy: number | null };
  steps: { accuracy: number | null };
  problems: {
    text: string;
    expected: string | null;
    direct: string | null;
    given: string | null;
    trace: string;
    doubts?: string[];
  }[];
}

describe('command line, reasoning', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'attention-cli-'))));
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Uint8Array): string => {
    const at = path.join(folder, name);
    writeFileSync(at, content);
    return at;
  };
  const json = async <T>(part: 'trace' | 'reason', ...args: string[]): Promise<T> => {
    const { stdout, stderr, status } = await run(part, ...args, '--json');
    assert.equal(status, 0, stderr);
    const value = JSON.parse(stdout) as T;
    assertFits(part, value);
    return value;
  };

  it('two answers of one record are told apart by choice, not by the line that they share', async () => {
    const { stdout } = await run('trace', 'test/fixtures/traces/two-answers.json');
    assert.match(stdout, /^Line 1, choice 1:$/m);
    assert.match(stdout, /^Line 1, choice 2:$/m);
    assert.match(stdout, /9 \* 3 = 28; it is 27\. Not corrected\./);
  });

  it('reason tells the wrong sums of a solution, and nothing where there are none', () => {
    assert.deepEqual(sumsOf('3 + 4 = 8\n8 - 2 = 6', 'How many?'), [
      '  First wrong sum: step 1, 3 + 4 = 8; it is 7. 1 later step builds on it. Not corrected.',
      '  ✗ 3 + 4 = 8: it is 7',
    ]);
    assert.deepEqual(sumsOf('3 + 4 = 7\n7 - 2 = 5', 'How many?'), []);
    const [sentences] = sumsOf('3 * 4 = 13\n5 + 5 = 10\nA deck has 13 cards a suit: 13 * 4 = 52', 'How many?');
    assert.match(sentences, /it is 12\. 1 later step may build on it\. Not corrected\.$/);
  });

  it('trace says of what is none that it does not look like a reasoning trace and why, and reads it where that is asked for', async () => {
    const prose = file(
      'prose.txt',
      'The harbour lay quiet. Gulls sat on the pier.\n\nNobody spoke, so the boats stayed in.\n',
    );
    const { status, stdout, stderr } = await run('trace', prose);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(
      stderr,
      /prose\.txt does not look like a reasoning trace: it has no marks.*--anyway reads it all the same/s,
    );
    const css = 'a { color: red }\n\n.b {\n  margin: 0;\n  width: calc(3px + 4px);\n}\n'.repeat(40);
    const workflow = 'jobs:\n  test:\n    steps:\n      - run: npm ci\n      - run: npm test\n';
    const facts = readFileSync('src/milestones/transformer/facts.en.md', 'utf8');
    const long = `${facts.repeat(3)}\n3 + 4 = 7, and 7 - 2 = 5.\n`;
    for (const [name, text, why] of [
      ['a.css', css, /source.*--anyway/s],
      ['one.css', 'a{margin:0}b{color:red}', /does not look like a reasoning trace/],
      [
        'numbered.sh',
        '#!/bin/bash\n\n# 1. Fetch it.\ncurl $A\n\n# 2. Unpack it.\ntar xf $B\n',
        /looks like a program’s source/,
      ],
      [
        'packed.min.js',
        `var a=(n,t)=>{let s=n?1:2;return s};${'b(a,1),'.repeat(400)}0;`,
        /looks like a program’s source/,
      ],
      ['page.html', '<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n<p>Hello</p>\n', /it looks like a program’s source/],
      ['ci.yml', workflow, /does not look like a reasoning trace/],
      ['sum.txt', 'Tom has 12 + 5 apples. He eats 3. How many apples are left?', /it asks and works nothing out/],
      ['tasks.md', '- [ ] check the door\n- [ ] verify the bill\n- [x] check the oven\n', /does not look like/],
      ['long.md', long, /does not look like a reasoning trace: it has no marks of one, hardly a sum/],
      ['log.md', readFileSync('CHANGELOG.md', 'utf8'), /hardly a sum/],
      [
        'asks.txt',
        'Tom has 3 pens. He buys 4 more. How many has he?',
        /it asks and works nothing out.*reason --problem/s,
      ],
    ] as const) {
      const refused = await run('trace', file(name, text));
      assert.deepEqual([refused.status, refused.stdout], [1, ''], name);
      assert.match(refused.stderr, why, name);
      assert.equal((await run('trace', file(name, text), '--anyway')).status, 0, name);
    }
    assert.match((await run('trace', prose, '--anyway')).stdout, /^1 trace, 3 steps, no sums\./);
    assert.match((await run('trace', 'src/cli/trace.ts', '--anyway')).stdout, /^1 trace/, 'a program, too');
    for (const text of [
      'It is 3 + 4 = 7.',
      // Left alone, since the numbers may be meant in another notation.
      'Sie hat 2.500 + 250 = 2.750 Euro.\nDie Summe ist 1.234,56 €.',
      'In all 1,00,000 + 50,000 = 1,50,000 rupees.',
      'Wait, no. So it rains. Let me check.',
      '<think>\nRain.\n</think>\nYes.',
      '1. One.\n2. Two.',
    ])
      assert.equal((await run('trace', file('told.txt', text))).status, 0, text);
  });

  it('trace numbers no step twice that has its number in front', async () => {
    const text = '1. Two pens.\n2. 2 + 3 = 5.\n4. Then 5 + 1 = 6.\nStep 4: Done.\n⑤ Over.\n第六步：完。';
    const { stdout } = await run('trace', file('numbered.txt', text));
    for (const line of [
      '     1. Two pens.',
      '     2. 2 + 3 = 5.',
      '  3  4. Then 5 + 1 = 6.',
      '     Step 4: Done.',
      '     ⑤ Over.',
      '     第六步：完。',
    ])
      assert.ok(stdout.split('\n').includes(line), `${line}\n${stdout}`);
  });

  it('trace gives steps with byte ranges and checked sums', async () => {
    const text = '<think>\n小明有5个。5 + 3 = 8。\nThen 8 * 2 = 17.\n</think>\n17\n';
    const { steps } = await json<TraceJson>('trace', file('think.txt', text));
    assert.deepEqual(
      steps.map(({ index, text: own, start, end }) => [index, own, Buffer.from(text).subarray(start, end).toString()]),
      ['小明有5个。', '5 + 3 = 8。', 'Then 8 * 2 = 17.'].map((own, i) => [i, own, own]),
    );
    assert.deepEqual(
      steps.flatMap(({ equations }) => equations.map(({ right }) => right)),
      [true, false],
    );
  });

  it('trace gives the steps of every record of a JSONL file', async () => {
    const line = (n: number): string => JSON.stringify({ question: 'q', answer: `a\nb ${n}+1=<<${n}+1=2>>2\n#### 2` });
    const { steps, traces } = await json<TraceJson>('trace', file('two.jsonl', `${line(1)}\n${line(2)}\n`));
    assert.deepEqual(
      steps.map(({ index }) => index),
      [0, 1, 2, 3],
    );
    assert.deepEqual(
      traces!.map(({ line: at, firstStep, stepCount }) => [at, firstStep, stepCount]),
      [
        [1, 0, 2],
        [2, 2, 2],
      ],
    );
    // Each has its own steps, too, counted from its first.
    assert.deepEqual(
      traces!.flatMap((trace) => trace.steps.map(({ index, text }) => [index, text])),
      steps.map(({ text }, i) => [i - traces!.findLast(({ firstStep }) => firstStep <= i)!.firstStep, text]),
    );
    const mixed = file('mixed.jsonl', `${line(1)}\n{"note":"nothing"}\n`);
    assert.equal((await json<{ passedOver: number }>('trace', mixed)).passedOver, 1);
    assert.match((await run('trace', mixed)).stdout, /^Passed over: 1 record without a chain of thought\.$/m);
    const { stdout } = await run('trace', path.join(folder, 'two.jsonl'));
    assert.match(stdout, /2 traces, 4 steps, 2 sums: 1 right, 1 wrong/);
    assert.match(stdout, /✗ 2\+1=2: it is 3/);
  });

  it('trace reads UTF-16 files with a byte order mark', async () => {
    const { steps } = await json<TraceJson>(
      'trace',
      file('wide.txt', Buffer.from('\uFEFF1. Two.\n2. Three.', 'utf16le')),
    );
    assert.deepEqual(
      steps.map(({ text }) => text),
      ['1. Two.', '2. Three.'],
    );
  });

  it('reason solves fresh problems in both languages, and the same seed gives the same', async () => {
    const args = ['--count', '2', '--steps', '2', '--seed', '3'];
    const one = await json<ReasonJson>('reason', ...args);
    assert.equal(one.problems.length, 2);
    const right = one.problems.filter(({ expected, given }) => expected === given).length;
    assert.equal(one.steps.accuracy, right / 2);
    assert.deepEqual(
      one.problems.map(({ text }) => /\p{Script=Han}/u.test(text)),
      [false, true],
    );
    for (const { trace, given } of one.problems) assert.ok(given === null || trace.includes(given));
    assert.deepEqual(await json<ReasonJson>('reason', ...args), one);
  });

  it('reason says of what is no problem of its kind what speaks against its answer, and nothing of one that it knows', async () => {
    const doubts = async (problem: string): Promise<string> =>
      ((await json<ReasonJson>('reason', '--problem', problem)).problems[0].doubts ?? []).join(' ');
    const made = /trained on short word problems.*reason --count 3/;
    const hello = await doubts('Hello');
    assert.match(hello, /This question gives no numbers\./);
    assert.match(hello, made);
    assert.match((await run('reason', '--problem', 'Hello')).stdout, /^ {2}This question gives no numbers\.$/m);
    const train = await doubts('A train leaves at 9:40 and rides 135 minutes at 80 km/h. How far does it get?');
    assert.match(
      train,
      /^It does not know this kind of problem: of \d+ others .* do not use [\d, ]+, which the question gives/,
    );
    assert.match(train, made);
    assert.equal(await doubts('Tom has 7 pens. He buys 4 more. How many pens does he have?'), '');
  });

  it('reason asks in the language that is named, or in both in turn', async () => {
    const chinese = async (...args: string[]): Promise<boolean[]> => {
      const { problems } = await json<ReasonJson>('reason', '--count', '2', '--steps', '1', ...args);
      return problems.map(({ text }) => /\p{Script=Han}/u.test(text));
    };
    // Both in turn it asked above.
    assert.deepEqual(await chinese('--language', 'zh'), [true, true]);
    if (isLong) assert.deepEqual(await chinese('--language', 'en'), [false, false]);
    const { status, stderr } = await run('reason', '--count', '2', '--steps', '1', '--language', 'fr');
    assert.equal(status, 2);
    assert.match(stderr, /--language is en, zh or both\./);
  });

  it('reason takes a problem of one’s own, and any model', async () => {
    const model = file('tiny.gguf', tinyModelBytes({ context: 1200 }));
    const { problems, direct } = await json<ReasonJson>('reason', '--problem', 'One and one?', '--model', model);
    assert.deepEqual([problems.length, problems[0].expected, direct.accuracy], [1, null, null]);
  });

  it('reason asks nothing of a model whose context is shorter than the worked examples, and says so', async () => {
    const { status, stderr } = await run(
      'reason',
      '--problem',
      'How many?',
      '--model',
      file('short.gguf', tinyModelBytes()),
    );
    assert.equal(status, 1);
    assert.match(stderr, /context is 64 tokens; its prompt \(worked-examples\) takes \d+/);
  });

  it('wrong usage is exit 2; broken files are exit 1 with line and column', async () => {
    for (const args of [
      ['trace'],
      ['trace', 'a', 'b'],
      ['reason'],
      ['reason', '--count', '2'],
      ['reason', '--problem', ' '],
    ]) {
      assert.equal((await run(...args)).status, 2, args.join(' '));
    }
    for (const [name, ...more] of [
      ['count', '--steps', '2'],
      ['seed', '--count', '1', '--steps', '2'],
    ]) {
      const { status, stderr } = await run('reason', `--${name}`, '99999999999999999999', ...more);
      assert.deepEqual([status, stderr.includes(`--${name} takes at most`)], [2, true], stderr);
    }
    const broken = await run('trace', file('broken.json', '{\n "answer": oops\n}'));
    assert.deepEqual([broken.status, broken.stdout], [1, '']);
    assert.match(broken.stderr, /line 2, column 12/);
    assert.match((await run('trace', file('none.txt', '#### 5'))).stderr, /No reasoning steps/);
    assert.equal((await run('trace', path.join(folder, 'missing.txt'))).status, 1);
  });
});
