/** Chains of thought from OpenAI-compatible servers: over real HTTP, written by our own engine, with every fault. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReasoningTrace } from '../../../../src/protocol/reasoning';
import { wholeTrace } from '../../../../src/reasoning/import/incoming';
import { layLogprobs } from '../../../../src/reasoning/import/layLogprobs';
import { segment } from '../../../../src/reasoning/import/segment';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import { read } from '../../../../src/reasoning/reading/read';
import { baseAddress, isUnencrypted } from '../../../../src/reasoning/server/address';
import { chat, listModels, type ChatAnswer } from '../../../../src/reasoning/server/chat';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { instructedQuestion } from '../../../../src/reasoning/solve/chatInstructions';
import type { Reasoner } from '../../../../src/reasoning/solve/reasoner';
import { solve } from '../../../../src/reasoning/solve/solve';
import { engineSays, says, startChatServer, type ChatServerOptions } from '../../../support/chatServer';
import { problemOf } from '../../../support/rawServer';
import { assertClose } from '../../../support/close';
import type { ChatServer, Growth } from '../../../../src/protocol/chatWorkerApi';
import { GrowingText } from '../../../../src/reasoning/import/growingText';

const KEY = 'sk-very-secret-0123456789';
const THOUGHT = '2 + 3 = 5. 小明有5个🍎。 So five.';
const open: { close(): Promise<void> }[] = [];

async function start(options: ChatServerOptions) {
  const server = await startChatServer(options);
  open.push(server);
  return server;
}

const at = (address: string, more: Partial<ChatServer> = {}): ChatServer => ({
  address,
  model: 'tiny',
  silenceSeconds: 20,
  ...more,
});

interface Heard {
  answer: ChatAnswer;
  texts: string[];
}

/** The text whenever it has grown. */
function said(texts: string[]): (growth: Growth) => void {
  const all = new GrowingText();
  return (growth) => {
    all.add(growth);
    texts.push(all.text);
  };
}

async function ask(server: ChatServer, signal = new AbortController().signal): Promise<Heard> {
  const texts: string[] = [];
  const answer = await chat(server, instructedQuestion('How many?', true), signal, said(texts));
  return { answer, texts };
}

describe('servers of chains of thought', function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  describe('driven by the engine', () => {
    let reasoner: Reasoner;
    let question: string;
    let solution: Awaited<ReturnType<typeof solve>>;
    before(async () => {
      const { reasoner: file } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as { reasoner: string };
      reasoner = await loadReasoner(path.join('media/models', file));
      // In Chinese, so that characters are divided between tokens.
      [{ question }] = generateProblems({ seed: 3, count: 1, steps: 3, language: 'zh' });
      solution = await solve(reasoner, question, { withSteps: true });
    });

    for (const dialect of ['llama.cpp', 'ollama', 'vllm'] as const) {
      it(`${dialect}: thought and answer arrive token by token, with the surprisal that the engine itself reads`, async () => {
        const server = await start({ say: engineSays(reasoner), dialect, answerMark: '####' });
        const texts: string[] = [];
        const message = instructedQuestion(question, true);
        const { completion, ending, model } = await chat(
          at(server.address),
          message,
          new AbortController().signal,
          said(texts),
        );
        assert.deepEqual([ending, model], ['end', 'tiny']);
        assert.ok(texts.length > 10 && texts.every((text, i) => i === 0 || text.startsWith(texts[i - 1].slice(0, -2))));
        const trace = wholeTrace(completion, question);
        assert.equal(trace.question, question);
        assert.equal(trace.format, 'chat');
        assert.equal(trace.answer, solution.answer);
        const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
        assert.deepEqual(lines(trace.text), lines(solution.text));
        const ownSteps = segment(solution.text, { start: 0, end: solution.text.length }, 'lines');
        assert.deepEqual(
          trace.steps.filter(({ isAnswer }) => !isAnswer).map(({ text }) => text),
          ownSteps.map(({ start: from, end }) => solution.text.slice(from, end)),
        );
        await sameSurprisal(trace);
        const [body] = server.requests;
        assert.deepEqual(body, {
          model: 'tiny',
          messages: [{ role: 'user', content: message }],
          stream: true,
          logprobs: true,
        });
      });
    }

    /** The server's numbers against a plain pass of the engine over its own solution. */
    async function sameSurprisal(trace: ReasoningTrace): Promise<void> {
      const steps = segment(solution.text, { start: 0, end: solution.text.length }, 'lines');
      const asked = { question, text: solution.text, textStart: 0, steps, ids: solution.ids, view: 0 };
      const { tokens } = (await read(reasoner, asked, async () => {})).reading;
      const bits = (from: number, to: number, all: { start: number; end: number; bits: number }[]): number =>
        all.filter(({ start, end }) => start < to && end > from).reduce((sum, token) => sum + token.bits, 0);
      const theirs = trace.logprobs.map(({ start, end, logprob }) => ({ start, end, bits: -logprob / Math.LN2 }));
      const ours = tokens.map(({ start, end, surprisal }) => ({ start, end, bits: surprisal }));
      for (const [i, step] of trace.steps.filter(({ isAnswer }) => !isAnswer).entries()) {
        const expected = bits(steps[i].start, steps[i].end, ours);
        assertClose(bits(step.start, step.end, theirs), expected, 0.05, `step ${i + 1}: ${expected}`);
      }
    }
  });

  it('takes thoughts between tags, answers in one piece, and answers without log-probabilities', async () => {
    const say = says(`<think>${THOUGHT}</think>\nThe answer is 5.`);
    for (const more of [{}, { atOnce: true }, { fault: 'no-logprobs' as const }]) {
      const server = await start({ say, ...more });
      const { completion, ending } = (await ask(at(server.address))).answer;
      const trace = wholeTrace(completion, 'How many?');
      assert.deepEqual([trace.format, trace.answer, ending], ['think', '5', 'end']);
      assert.deepEqual(
        trace.steps.map(({ text }) => text),
        ['2 + 3 = 5.', '小明有5个🍎。', 'So five.'],
      );
      assert.equal(trace.steps[0].equations[0].right, true);
      const isSilent = 'fault' in more;
      assert.equal(trace.logprobs.length > 0, !isSilent);
      assert.deepEqual(
        server.requests.map(({ logprobs }) => logprobs),
        isSilent ? [true, undefined] : [true],
      );
    }
  });

  it('asks for the models, and takes the first where none is chosen', async () => {
    const server = await start({ say: says('1 + 1 = 2'), models: ['large', 'small'], key: KEY });
    const known = at(server.address, { key: KEY, model: '' });
    assert.deepEqual(await listModels(known, new AbortController().signal), ['large', 'small']);
    assert.equal((await ask(known)).answer.model, 'large');
    assert.equal(server.requests[0].model, 'large');
  });

  it('a server that stops half way: what came is kept, and why it stopped is said', async () => {
    const faults = {
      breaks: 'server-broken',
      ends: 'server-broken',
      reports: 'server-error',
      stalls: 'server-silent',
    } as const;
    for (const [fault, code] of Object.entries(faults)) {
      const server = await start({
        say: says('1 + 1 = 2. 2 + 2 = 4. 3 + 3 = 6. And so on.'),
        fault: fault as keyof typeof faults,
      });
      const { answer, texts } = await ask(at(server.address, { silenceSeconds: 1 }));
      assert.deepEqual([answer.ending, answer.problem?.code], ['broken', code], fault);
      const trace = wholeTrace(answer.completion, 'How many?');
      // With the connection goes what was on its way.
      assert.ok('1 + 1 = 2. 2 + 2 = 4. 3 + 3 = 6. And so '.startsWith(trace.text), trace.text);
      assert.ok(trace.text.length >= (fault === 'breaks' ? 5 : 40), `${fault}: ${trace.text}`);
      assert.equal(texts.at(-1), trace.text);
      assert.equal(trace.logprobs.length, trace.text.length / 5);
    }
  });

  it('cancelled: what came is kept, and the server is left', async () => {
    const server = await start({
      async *say() {
        yield* says('1 + 1 = 2. ')('');
        await new Promise(() => {});
      },
    });
    const control = new AbortController();
    const texts: string[] = [];
    const onGrowth = said(texts);
    const answer = await chat(at(server.address), 'How many?', control.signal, (growth) => {
      onGrowth(growth);
      if (texts.at(-1)!.length >= 10) control.abort();
    });
    assert.deepEqual([answer.ending, answer.problem?.code], ['broken', 'cancelled']);
    assert.match(texts.at(-1)!, /^1 \+ 1 = 2/);
    const early = new AbortController();
    early.abort();
    assert.equal((await problemOf(ask(at(server.address), early.signal))).code, 'cancelled');
    while (server.abandoned === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('down, silent, garbage, a page, an unknown model: each is told apart, with the address', async () => {
    const say = says('1 + 1 = 2');
    const codeAt = async (options: Partial<ChatServerOptions>): Promise<string> => {
      const server = await start({ say, ...options });
      const problem = await problemOf(ask(at(server.address, { silenceSeconds: 1 })));
      assert.ok('server' in problem.detail);
      assert.equal(problem.detail.server, server.address);
      return problem.code;
    };
    assert.equal(await codeAt({ fault: 'silent' }), 'server-silent');
    assert.equal(await codeAt({ fault: 'garbage' }), 'server-garbage');
    assert.equal(await codeAt({ fault: 'page' }), 'server-garbage');
    assert.equal(await codeAt({ fault: 'no-model' }), 'server-error');
    assert.equal(await codeAt({ say: says('') }), 'server-garbage');
    const gone = await startChatServer({ say });
    await gone.close();
    const down = await problemOf(ask(at(gone.address)));
    assert.equal(down.code, 'server-unreachable');
    assert.deepEqual(down.detail, { server: gone.address, why: 'ECONNREFUSED' });
    const named = await start({ say, fault: 'no-model', dialect: 'ollama' });
    const { detail } = await problemOf(ask(at(named.address)));
    assert.ok('words' in detail);
    assert.deepEqual([detail.status, detail.words], [404, 'model "tiny" not found']);
  });

  it('the key is sent to its server, and is in no message, not even where the server repeats it', async () => {
    const say = says('1 + 1 = 2');
    for (const dialect of ['llama.cpp', 'ollama', 'vllm'] as const) {
      const server = await start({ say, dialect, key: 'another key' });
      const wrong = at(server.address, { key: KEY });
      for (const work of [() => ask(wrong), () => listModels(wrong, new AbortController().signal)]) {
        const problem = await problemOf(work());
        assert.ok(problem.code === 'server-refused', problem.code);
        assert.equal(problem.detail.status, 401);
        assert.ok(!`${problem.stack} ${JSON.stringify(problem)} ${problem.message}`.includes('secret'));
      }
      assert.deepEqual(server.keys, [`Bearer ${KEY}`, `Bearer ${KEY}`]);
    }
    const right = await start({ say, key: KEY });
    const { answer } = await ask(at(right.address, { key: KEY }));
    assert.ok(!JSON.stringify(answer).includes('secret'));
    const open = await start({ say });
    await ask(at(open.address));
    assert.deepEqual(open.keys, [undefined]);
  });

  it('addresses as people write them; none that could hold a secret', () => {
    assert.equal(baseAddress('127.0.0.1:8080'), 'http://127.0.0.1:8080/v1');
    assert.equal(baseAddress(' http://localhost:11434/ '), 'http://localhost:11434/v1');
    assert.equal(baseAddress('https://example.org/v1/chat/completions'), 'https://example.org/v1');
    assert.equal(baseAddress('https://example.org/api/v3/?key=x#y'), 'https://example.org/api/v3');
    for (const wrong of ['', 'ftp://a', 'http://', 'http://me:secret@host/v1', 'a b']) {
      assert.throws(() => baseAddress(wrong), { code: 'server-address' }, wrong);
    }
    assert.deepEqual(['http://127.0.0.1/v1', 'http://[::1]:1/v1', 'https://a/v1', 'http://a/v1'].map(isUnencrypted), [
      false,
      false,
      false,
      true,
    ]);
  });

  it('log-probabilities lie on the characters that they spell, or nowhere', () => {
    const tokens = (...parts: (string | number[])[]) =>
      parts.map((part, i) => ({
        bytes: typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part),
        logprob: -i,
      }));
    const laid = (text: string, given: ReturnType<typeof tokens>, starts = [0]): unknown[] =>
      layLogprobs(text, given, starts).map(({ start, end, logprob }) => [text.slice(start, end), logprob + 0]);
    // An apple in two tokens is one; a tag and the line ends around it are nowhere.
    const apple = [...Buffer.from('🍎')];
    const given = tokens('<think>', '\n', 'a ', apple.slice(0, 3), apple.slice(3), '</think>', '\n\n', ' b');
    assert.deepEqual(laid('a 🍎\n\nb', given), [
      ['a ', -2],
      ['🍎', -7],
      ['\n\n', -6],
      ['b', -7],
    ]);
    assert.deepEqual(laid('a 🍎 and another text', given), []);
    const text = 'a long thought about a 🍎\n\nb';
    const whole = tokens(
      '<think>',
      '\n',
      'a long thought',
      ' about a ',
      apple.slice(0, 3),
      apple.slice(3),
      '</th>',
      '\n\n',
      'b',
    );
    assert.deepEqual(laid(text, whole), [
      ['a long thought', -2],
      [' about a ', -3],
      ['🍎', -9],
      ['\n\n', -7],
      ['b', -8],
    ]);
    assert.deepEqual(laid('thought\n\nanswer', tokens('ans', 'wer'), [0, 9]), [
      ['ans', 0],
      ['wer', -1],
    ]);
    assert.deepEqual(laid('something else', tokens('of an', 'other', ' text')), []);
    assert.deepEqual(laid('x', []), []);
  });
});
