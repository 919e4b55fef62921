/**
 * No parser, importer or scorer takes more than its text is worth: each, as it is registered in its table, over twenty-two
 * families of text at three lengths, in processor time; what grows faster than n^1.3 fails.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withoutLinks } from '../../src/host/plainText';
import { parseEdit } from '../../src/protocol/editText';
import { readMilestoneLink } from '../../src/protocol/milestoneLink';
import type { PanelToken } from '../../src/protocol/explanation';
import type { Division, Step } from '../../src/protocol/reasoning';
import { pretokenizer, pretokenizerFamilies, splitWords } from '../../src/engine/tokenizer/pretokenizers';
import { matchingBrackets } from '../../src/engine/trace/brackets';
import { openerOf } from '../../src/engine/trace/quotes';
import { roleCases } from '../../src/engine/trace/roleCases';
import { findEquations } from '../../src/reasoning/arithmetic/equations';
import { annotated } from '../../src/reasoning/import/annotate';
import { finalAnswer } from '../../src/reasoning/import/answer';
import { importTraces } from '../../src/reasoning/import/importTrace';
import { takenFor } from '../../src/reasoning/import/incoming';
import { isObject } from '../../src/reasoning/import/json';
import { layLogprobs } from '../../src/reasoning/import/layLogprobs';
import { READERS } from '../../src/reasoning/import/readers';
import { segment, stepsOf } from '../../src/reasoning/import/segment';
import { refuseSource } from '../../src/reasoning/import/sourceCode';
import { STREAMS } from '../../src/reasoning/import/streams';
import { StreamedAnswer } from '../../src/reasoning/import/streamedAnswer';
import { TEXT_READERS } from '../../src/reasoning/import/transcript';
import { UsedText } from '../../src/reasoning/import/usedText';
import { AnswerEvents } from '../../src/reasoning/server/events';
import { wordsOf } from '../../src/reasoning/server/words';
import { circlesFrom } from '../../src/shared/circles';
import { joinedLines } from '../../src/shared/joinedLines';
import { sameAnswer } from '../../src/shared/sameAnswer';
import { readableLabel } from '../../src/shared/tokenLabel';
import { readRepositoryName } from '../../src/stores/hub.node';
import { cpuMs } from '../support/cpuTime';
import { collectGarbage } from '../support/garbage';
import { isLong } from '../support/long';

const again = (piece: string) => (n: number) => piece.repeat(Math.ceil(n / piece.length)).slice(0, n);

/** Twenty-two families, each of n characters. */
const FAMILIES: Readonly<Record<string, (n: number) => string>> = {
  blanks: (n) => `a${' '.repeat(n)}b = 3\nSo 2 + 2 = 4.`,
  'blank lines': (n) => `a${'\n '.repeat(n / 2)}b. So 2 + 2 = 4.`,
  'blanks between words': (n) => `a${' '.repeat(n / 2)}b = c${' '.repeat(n / 2)}d`,
  'lines that end in blanks': again('a   \t  \n'),
  'a chain of units': again('1ab+'),
  'sums of sums': again('1+1='),
  'sums and words': again('1+1=2 two plus 3 = 4. '),
  digits: (n) => `#### 1${'0'.repeat(n / 2)}.${'0'.repeat(n / 2)}1`,
  'the answer, with colons': (n) => `Step 1: 2 + 2 = 4.\nThe answer${':'.repeat(n)}`,
  'the answer, again and again': again('The answer is (:: '),
  'unclosed tags': again('<<<‹<think '),
  'nested tags': again('<think>a</x> '),
  marks: again('<<1=1>> = 2 '),
  'unclosed quotes': again('say \\"no\\" \'or "'),
  backquotes: again('`a\n` " '),
  titles: (n) => `1. **a**\n2. **b:**\n${'x:\n'.repeat(n / 3)}`,
  stops: again('...!!.a'),
  abbreviations: again('e.g. Bob and '),
  brackets: again('([{(]'),
  formulas: again('\\frac{1}{\\sqrt{ \\boxed{{'),
  'special tokens': again('<|im_start|>user<|channel|> [INST] '),
  Chinese: again('三加五等于九。解：1小时30分+'),
};

const whole = (text: string): { start: number; end: number } => ({ start: 0, end: text.length });
/** A token a word, as most tokenizers cut. */
function tokensOf(text: string): PanelToken[] {
  return Array.from(text.matchAll(/\s*\S{1,6}|\s+/g), ({ 0: own, index }) => ({
    id: own.length,
    label: own,
    text: own,
    start: index,
    end: index + own.length,
    charStart: index,
    charEnd: index + own.length,
  })) as unknown as PanelToken[];
}
const quiet = (run: () => unknown): void => {
  try {
    run();
  } catch {
    // A refusal is an answer, too.
  }
};
const server = { address: 'http://localhost', model: 'm', key: 'sk-secret-key' } as never;

/** By name, in the order of their tables. */
const PARSERS: [name: string, run: (text: string) => unknown][] = [
  ...TEXT_READERS.map(({ name, read }): (typeof PARSERS)[number] => [`text reader: ${name}`, read]),
  ...READERS.map(({ name, read }): (typeof PARSERS)[number] => [
    `record reader: ${name}`,
    (text) => recordsOf(text).forEach((record) => read(record, new UsedText(), 0)),
  ]),
  ...STREAMS.map(({ name, pieces }): (typeof PARSERS)[number] => [
    `stream reader: ${name}`,
    (text) => recordsOf(text).forEach((record) => pieces(record, new UsedText())),
  ]),
  ...(['found', 'sentences', 'lines', 'sums'] as const satisfies Division[]).map((by): (typeof PARSERS)[number] => [
    `division: ${by}`,
    (text) => segment(text, whole(text), by),
  ]),
  ['steps that were found', (text) => stepsOf(text, segment(text, whole(text)))],
  ...pretokenizerFamilies().map((name): (typeof PARSERS)[number] => {
    const { splits } = pretokenizer(name)!;
    return [`pre-tokenizer: ${name}`, (text) => splitWords(text, splits)];
  }),
  ['import of a text', (text) => importTraces(text)],
  ['import of a record', (text) => importTraces(JSON.stringify({ question: 'q', reasoning: text, answer: text }))],
  ['import of lines', (text) => importTraces(`{"answer": "a"}\n${text}`, 'a.jsonl')],
  ['import of a broken record', (text) => importTraces(`{"answer": "${text}`, 'a.json')],
  ['what a text is taken for', takenFor],
  ['source code', (text) => refuseSource(text, 'a.txt')],
  ['answer', finalAnswer],
  ['answer of a chat', (text) => finalAnswer(`\\boxed{${text}`)],
  ['same answer', (text) => sameAnswer(text, `${text}.`)],
  ['sums', (text) => findEquations(text)],
  ['kinds, and what builds on what', (text) => annotated(stepsOf(text, [whole(text)]), text)],
  ['circles', (text) => circlesFrom(text.split(/(?<=[.\n])/).map((own) => ({ text: own })))],
  ['lines joined', (text) => joinedLines(text, ' ')],
  ['log-probabilities', (text) => layLogprobs(text, tokenBytes(text), [0])],
  [
    'roles of heads',
    (text) => {
      const tokens = tokensOf(text);
      roleCases([...tokens.keys()], tokens, text);
    },
  ],
  ['brackets', (text) => matchingBrackets(tokensOf(text), text)],
  ['quotes', (text) => openerOf(tokensOf(text), text)],
  [
    'interventions',
    (text) => [`tokens[1] = "${text}`, `${text} = zero`, `L1H1[${text}] = zero`, `L1H1 = ${text}`].forEach((one) => quiet(() => parseEdit(one))), // prettier-ignore
  ],
  ['names of repositories', readRepositoryName],
  ['links to entries of the history', (text) => readMilestoneLink(`/milestones/${text}`, text)],
  ['plain text', withoutLinks],
  ['labels of tokens', readableLabel],
  ["a server's words", (text) => wordsOf(text, server)],
  [
    "a server's events",
    (text) => {
      const events = new AnswerEvents(new StreamedAnswer(), server);
      for (let at = 0; at < text.length; at += 64) events.feed(`${text.slice(at, at + 64).replace(/\n/g, ' ')}\n`);
    },
  ],
];

/** The same text in the places that readers look at. */
function recordsOf(text: string): Record<string, unknown>[] {
  const message = {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: text },
      { type: 'text', text },
    ],
  };
  return [
    { messages: [{ role: 'user', content: text }, message], question: text },
    { choices: [{ message }, { delta: { content: text, reasoning: text } }] },
    { type: 'content_block_delta', delta: { thinking: text } },
    { type: 'response.output_text.delta', delta: text },
    { candidates: [{ content: { parts: [{ text, thought: true }] } }] },
    { output: [{ type: 'reasoning', summary: [{ text }] }] },
    { doc: { question: text }, resps: [[text]] },
    { model: 'm', message, done: true },
    { question: text, thinking_trajectories: [text, text], answer: text },
  ].filter(isObject);
}

const tokenBytes = (text: string): { bytes: Uint8Array; logprob: number }[] =>
  Array.from(text.matchAll(/\S{1,4}/g), ([own]) => ({ bytes: new TextEncoder().encode(`${own}?`), logprob: -1 }));

/** Where a text is full of sums, most of the time is theirs: these read them as `sums` and the import of a text do. */
const FULL_OF_SUMS = ['sums of sums', 'sums and words', 'marks', 'Chinese'];
const READ_SUMS_TOO = ['division: sums', 'steps that were found', 'import of a record', 'what a text is taken for'];

const LENGTHS = [500, 2_000, 8_000];
/** What 8,000 characters may take whatever its growth: with a square in it, it would take a quarter of a second. */
const QUICK_MS = 25;
const MOST_GROWTH = 1.3;
/** Grown so much twice, it is not looked at again. */
const NO_NOISE = 1.7;

/** What was made before is collected before: else one length pays for another's garbage. */
function least(run: () => void, times: number): number {
  return Math.min(
    ...Array.from({ length: times }, () => {
      collectGarbage();
      return cpuMs(run);
    }),
  );
}

const leastOf = (run: () => void, times: number): number =>
  Math.min(...Array.from({ length: times }, () => cpuMs(run)));

function exponentOf(measured: readonly number[]): number {
  const [short, middle, long] = measured.map((ms) => Math.max(0.5, ms));
  const overall = Math.log(long / short) / Math.log(LENGTHS[2] / LENGTHS[0]);
  const last = Math.log(long / middle) / Math.log(LENGTHS[2] / LENGTHS[1]);
  return Math.max(overall, last);
}

/**
 * The exponent of its growth over the three lengths, the least of a few tries, the last of them over longer texts, where
 * neither a cache nor a neighbour on the machine makes up a growth; 0 where it is quick.
 */
function growth(run: (text: string) => unknown, family: (n: number) => string): number {
  let exponent = Infinity;
  for (const scale of [1, 1, 4]) {
    if (scale > 1 && exponent > NO_NOISE) break;
    const [short, middle, long] = LENGTHS.map((n) => family(scale * n));
    const time = (text: string) => (): void => quiet(() => run(text));
    const longs: number[] = [];
    const quickMs = scale * QUICK_MS;
    // The first try also compiles; a third only where it may be quick yet.
    while (longs.length < 2 || (longs.length < 3 && longs[1] < 2 * quickMs)) {
      longs.push(cpuMs(time(long)));
      if (longs.at(-1)! <= quickMs) return 0;
    }
    // A first look, which most pass, is cheap: a few tries of each, without collecting anything.
    const seen = [leastOf(time(short), 2), leastOf(time(middle), 2), Math.min(...longs)];
    exponent = Math.min(exponent, exponentOf(seen));
    if (exponent <= MOST_GROWTH) break;
    const measured = [short, middle, long].map((text, i) => least(time(text), [6, 3, 2][i]));
    exponent = Math.min(exponent, exponentOf(measured));
    if (exponent <= MOST_GROWTH) break;
  }
  return exponent;
}

describe('growth of work with the text', function () {
  this.timeout(300_000);
  it('twenty-two families of text', () => assert.equal(Object.keys(FAMILIES).length, 22));

  for (const [name, run] of PARSERS) {
    it(`${name}: in proportion to the text`, () => {
      const isSame = (family: string): boolean => READ_SUMS_TOO.includes(name) && FULL_OF_SUMS.includes(family);
      const families = Object.entries(FAMILIES).filter(([family]) => isLong || !isSame(family));
      const steep = families.flatMap(([family, make]) => {
        const exponent = growth(run, make);
        return exponent > MOST_GROWTH ? [`${family}: n^${exponent.toFixed(2)}`] : [];
      });
      assert.deepEqual(steep, []);
    });
  }

  it('every function of the importers that takes a text is run by one of them', () => {
    const folders = ['src/reasoning/import', 'src/reasoning/arithmetic'];
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)));
    const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
    for (const [file, source] of sources) {
      for (const [, name] of source.matchAll(/export (?:const|function) (\w+)(?: = )?\((?:text|line|said)\b/g)) {
        const times = [...sources.values()].join('\n').match(new RegExp(`\\b${name}\\b`, 'g'))!.length;
        const isUsed = times > 1;
        const isRun = PARSERS.some(([, run]) => run.toString().includes(name) || run.name === name);
        assert.ok(isUsed || isRun, `${file}: ${name}`);
      }
    }
  });

  it('steps that hold the same numbers again and again', () => {
    const steps = (n: number): Step[] =>
      Array.from({ length: n }, (_, i) => {
        const text = i % 3 === 0 ? '2 + 2 = 5' : `so 5 + ${i} = ${5 + i}`;
        return { start: 0, end: text.length, text, equations: findEquations(text) };
      });
    const [few, many] = [steps(250), steps(2_000)];
    const times = [few, many].map((own) => leastOf(() => annotated(own, null), 3));
    const exponent = Math.log(times[1] / Math.max(1, times[0])) / Math.log(8);
    assert.ok(exponent <= MOST_GROWTH, `n^${exponent.toFixed(2)}`);
  });
});
