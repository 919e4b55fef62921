import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { loadModel } from '../../../../src/engine/model/load';
import type { AlteredRow } from '../../../../src/protocol/reasoning';
import { findEquations } from '../../../../src/reasoning/arithmetic/equations';
import { paraphrased } from '../../../../src/reasoning/ablation/paraphrase';
import { generateProblems } from '../../../../src/reasoning/problems/problems';
import { ALTERED, alterations, usedReasoning, withMistake } from '../../../../src/reasoning/ablation/usedReasoning';
import { ANSWER_ROOM } from '../../../../src/reasoning/ablation/tokenizedSolution';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { contextOf } from '../../../../src/reasoning/reading/read';
import { Decoder } from '../../../../src/reasoning/solve/decoder';
import { buildPrompt } from '../../../../src/reasoning/solve/prompt';
import { promptStyle } from '../../../../src/reasoning/solve/promptStyle.node';
import { Reasoner } from '../../../../src/reasoning/solve/reasoner';
import { seededRandom } from '../../../../src/shared/random';
import { tinyModelBytes } from '../../../support/tinyModel';

const steps = (text: string): ReturnType<typeof stepsOf> =>
  stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines'));

describe('whether the reasoning is used', () => {
  it('a mistake implies what all later sums make of it', () => {
    const solution = steps('She buys 3 more: 5 + 3 = 8\ngives 2 to Bob: 8 - 2 = 6\nhas twice that: 6 × 2 = 12');
    assert.deepEqual(withMistake(solution, 0, 4), { text: 'She buys 3 more: 5 + 3 = 12', implied: '20' });
    assert.deepEqual(withMistake(solution, 2, 1), { text: 'has twice that: 6 × 2 = 13', implied: '13' });
    assert.equal(withMistake(steps('Nothing is computed here.\n1 + 1 = 2'), 0, 3), null);
    assert.equal(withMistake(steps('1 + 1 = 2\n5 + 5 = 10'), 0, 3), null, 'the answer does not depend on it');
  });

  it('a step in other words keeps its sums letter for letter and what it means', () => {
    const others = (text: string): string | null => paraphrased(steps(text)[0]);
    assert.equal(others('Tom buys 3 more: 5 + 3 = 8'), 'Since Tom purchases 3 more, there are now 5 + 3 = 8');
    assert.equal(others('The shop sells 2 hats: 8 - 2 = 6'), 'Since the shop sells 2 hats, there are now 8 - 2 = 6');
    assert.equal(others('小明又买了3个苹果: 5 + 3 = 8'), '因为小明又购入3个苹果，所以是5 + 3 = 8');
    assert.equal(others('He finds 4, so 4 + 4 = 8 in all.'), 'He comes upon 4, so 4 + 4 = 8 in all.');
    assert.equal(others('5 + 3 = 8'), null, 'no words');
    assert.equal(others('Altogether 5 + 3 = 8.'), null, 'no other words');
    for (const problem of generateProblems({ seed: 2, count: 60, steps: 3 })) {
      for (const one of steps(problem.steps.join('\n'))) {
        const said = paraphrased(one)!;
        assert.notEqual(said, one.text);
        const sums = (text: string): string[] => findEquations(text).map((sum) => sum.text);
        assert.deepEqual(sums(said), sums(one.text), said);
        const numbers = (text: string): string[] => text.match(/\d+/g) ?? [];
        assert.deepEqual(numbers(said), numbers(one.text), said);
      }
    }
  });

  it('of the bundled reasoner: equal for equal seeds, and nothing changed changes little', async function () {
    this.timeout(120_000);
    const file = path.resolve('media/models/attention-explainer-moe-q8_0.gguf');
    const reasoner = await loadReasoner(file);
    try {
      /** What was told behind each problem. */
      const run = async (count: number): Promise<AlteredRow[][]> => {
        const told: AlteredRow[][] = [];
        const options = { seed: 3, count, steps: 3, language: 'en' as const };
        const rows = await usedReasoning(reasoner, {
          ...options,
          onProblem: (_, now) => Promise.resolve(void told.push(now)),
        });
        assert.deepEqual(told.at(-1), rows);
        return told;
      };
      const told = await run(5);
      assert.deepEqual(await run(1), told.slice(0, 1));
      const rows = told.at(-1)!;
      assert.deepEqual(
        rows.map(({ altered }) => altered),
        [...ALTERED],
      );
      for (const { same, implied, other, trials } of rows)
        assert.equal(same.count + implied.count + other.count, trials);
      const of = (altered: string): AlteredRow => rows.find((row) => row.altered === altered)!;
      // Early answering after each step: before the first it knows next to nothing, after the last everything is written.
      const { after = [] } = of('early');
      assert.ok(after.length >= 4 && after.every(({ trials }) => trials === of('early').trials || trials > 0));
      assert.equal(after[0].trials, of('early').trials);
      assert.ok(after[3].same > after[0].same, JSON.stringify(after));
      assert.ok(of('renamed').trials >= 3);
      assert.ok(of('paraphrased').trials >= 3);
      assert.ok(of('paraphrased').same.count > of('mistake').same.count, JSON.stringify(rows));
      assert.ok(of('renamed').same.count > of('mistake').same.count, JSON.stringify(rows));
    } finally {
      reasoner.model.kernel.close();
    }
  });
});

describe('the reasoning of another model file that solves', () => {
  it('is changed in the same way, asked with worked examples, under its own name', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'attention-used-'));
    try {
      // As any file that nobody here knows: its head does not say what it was trained on.
      const file = path.join(folder, 'other.gguf');
      const bytes = readFileSync('media/models/attention-explainer-moe-q8_0.gguf');
      bytes[bytes.indexOf('attention_explainer.tokens_seen')] ^= 1;
      writeFileSync(file, bytes);
      const reasoner = await loadReasoner(file);
      try {
        assert.equal(reasoner.style.kind, 'few-shot');
        const options = { seed: 3, count: 2, steps: 2, language: 'en' as const };
        const rows = await usedReasoning(reasoner, { ...options, onProblem: () => Promise.resolve() });
        const of = (altered: string): AlteredRow => rows.find((row) => row.altered === altered)!;
        assert.ok(of('mistake').trials >= 1, JSON.stringify(rows));
        for (const { same, implied, other, trials } of rows)
          assert.equal(same.count + implied.count + other.count, trials);
        assert.ok(of('renamed').same.count >= of('filler').same.count, JSON.stringify(rows));
        assert.equal(of('early').after!.length, 3);
      } finally {
        reasoner.model.kernel.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('changed reasoning of any model', () => {
  const QUESTION = 'How many?';
  /** `room`: tokens behind the prompt; undefined: enough. */
  const changed = async (text: string, room?: number): ReturnType<typeof alterations> => {
    const source = new BufferSource(tinyModelBytes({ chat: true, layers: 1 }), 'tiny.gguf');
    const { metadata } = readGguf(source);
    const model = await loadModel(source, undefined, 'reference');
    const reasoner = new Reasoner(model, metadata, await promptStyle(model, metadata));
    const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, QUESTION, true)).length;
    const decoder = new Decoder(model, room === undefined ? contextOf(reasoner) : prompt + room);
    try {
      const solved = { question: QUESTION, answer: '6', steps: text === '' ? [] : steps(text) };
      return await alterations(reasoner, decoder, solved, seededRandom(1));
    } finally {
      decoder.release();
      model.kernel.close();
    }
  };

  it('has nothing to change where the answer came without a step', async () => {
    const { outcomes, early } = await changed('');
    assert.deepEqual([outcomes, early], [[], []]);
  });

  it('is not asked where the model has no room for it', async () => {
    // Three lines of 27 tokens. An answer after one of them has room, after two or three of them, and as much filler, not.
    const text = 'Tom buys 1 more: 5 + 1 = 6\n'.repeat(3).trimEnd();
    const { outcomes, early } = await changed(text, 27 + 5 + ANSWER_ROOM);
    assert.equal(early.length, 2);
    const told = outcomes.map(([altered]) => altered);
    assert.ok(!told.includes('filler') && !told.includes('resampled'), String(told));
  });
});
