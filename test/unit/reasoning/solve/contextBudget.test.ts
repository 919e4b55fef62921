/** A problem that a model's context has no room for is not asked: nothing is answered out of a prompt that is cut. */
import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { loadModel } from '../../../../src/engine/model/load';
import { buildPrompt } from '../../../../src/reasoning/solve/prompt';
import { Reasoner } from '../../../../src/reasoning/solve/reasoner';
import { solve } from '../../../../src/reasoning/solve/solve';
import { compare } from '../../../../src/reasoning/ablation/compare';
import { tinyModelBytes, type TinyOptions } from '../../../support/tinyModel';
import { promptStyle } from '../../../../src/reasoning/solve/promptStyle.node';

/** A token for each byte. */
async function reasonerOf(options: TinyOptions): Promise<Reasoner> {
  const source = new BufferSource(tinyModelBytes({ layers: 1, ...options }), 'tiny.gguf');
  const [model, { metadata }] = [await loadModel(source), readGguf(source)];
  return new Reasoner(model, metadata, await promptStyle(model, metadata));
}

describe('room for an answer', function () {
  this.timeout(60_000);

  it('too little: what takes the room is named, with its tokens and the context', async () => {
    const examples = await reasonerOf({ context: 200 });
    const refused = async (work: Promise<unknown>, tokens: number, context: number, what: string): Promise<void> => {
      await assert.rejects(work, { code: 'prompt-too-long', detail: { context, tokens, what } });
    };
    // The start token comes on top of the bytes.
    const few = Buffer.byteLength(buildPrompt({ kind: 'few-shot' }, 'How many?', true).text) + 1;
    await refused(solve(examples, 'How many?', { withSteps: true }), few, 200, 'worked-examples');
    const chat = await reasonerOf({ chat: true, context: 400 });
    const tokens = (question: string): number => chat.encodePrompt(buildPrompt(chat.style, question, true)).length;
    const long = 'Ann has 5 pens. '.repeat(30);
    await refused(solve(chat, long, { withSteps: true }), tokens(long), 400, 'problem');
    const written = 'She buys 3 more: 5 + 3 = 8\n'.repeat(10);
    const all = tokens('How many?') + written.length;
    await refused(solve(chat, 'How many?', { withSteps: true, written }), all, 400, 'steps');
  });

  it('enough: the answer takes what is left of the context, and no more', async () => {
    const question = 'How many?';
    const ask = async (context: number): Promise<number> => {
      const chat = await reasonerOf({ chat: true, context });
      return (await solve(chat, question, { withSteps: false })).ids.length;
    };
    const chat = await reasonerOf({ chat: true });
    const prompt = chat.encodePrompt(buildPrompt(chat.style, question, false)).length;
    assert.equal(await ask(prompt + 20), 20);
    assert.equal(await ask(prompt + 100), 48, 'direct answers are short');
    await assert.rejects(ask(prompt + 11), { code: 'prompt-too-long' });
  });

  it('in a comparison, problems that do not fit are left out, and the others count as without them', async () => {
    const reasoner = await reasonerOf({ context: 1100 });
    const reports: number[] = [];
    const options = {
      seed: 1,
      count: 2,
      language: 'en' as const,
      unseen: false,
      onProblem: (done: number) => Promise.resolve(void reports.push(done)),
    };
    const [one, eight] = await compare(reasoner, { ...options, steps: [1, 8] });
    assert.equal(reports.at(-1), 2);
    assert.deepEqual([one.trials, one.tooLong], [2, null]);
    assert.deepEqual([eight.trials, eight.tooLong?.context, eight.tooLong?.withExamples], [0, 1100, true]);
    assert.ok(eight.tooLong!.tokens > 800);
    assert.deepEqual((await compare(reasoner, { ...options, steps: [1] }))[0], one);
    const refused = compare(reasoner, { ...options, steps: [7, 8] });
    await assert.rejects(refused, { code: 'prompt-too-long' });
  });
});
