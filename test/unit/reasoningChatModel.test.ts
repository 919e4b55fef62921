/** A model with a chat template is asked through it: a real GGUF file, with random weights. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { read } from '../../src/reasoning/reading/read';
import { loadReasoner } from '../../src/reasoning/solve/load.node';
import { buildPrompt } from '../../src/reasoning/solve/prompt';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { solve } from '../../src/reasoning/solve/solve';
import { tinyModelBytes } from '../support/tinyModel';

const QUESTION = 'Ann has 2 pens and gets 3 more. How many?';

describe('a model with a chat template', function () {
  this.timeout(60_000);
  let folder: string;
  let reasoner: Reasoner;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-chat-'));
    const file = path.join(folder, 'chat.gguf');
    writeFileSync(file, tinyModelBytes({ chat: true }));
    reasoner = await loadReasoner(file);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is asked through it: control tokens are single tokens, everything else spells the template', () => {
    assert.equal(reasoner.style.kind, 'chat');
    const prompt = buildPrompt(reasoner.style, 'How many pens?', true);
    assert.match(
      prompt.text,
      /^<\|im_start\|>user\nHow many pens\?\n\n.*####.*<\|im_end\|>\n<\|im_start\|>assistant\n$/s,
    );
    const tokens = reasoner.encodePrompt(prompt);
    const [start, end] = [257, 258];
    assert.deepEqual(
      tokens.map(({ id }) => id).filter((id) => id > 255),
      [start, end, start],
    );
    const { tokenizer } = reasoner.model;
    const spelled = tokens.map(({ id }) => Buffer.from(id > 255 ? tokenizer.labelOf(id) : tokenizer.bytesOf(id)));
    assert.equal(Buffer.concat(spelled).toString('utf8'), prompt.text);
    assert.deepEqual(reasoner.stopIds, [end]);
  });

  it('answers, and its answer is read, step by step', async () => {
    const solution = await solve(reasoner, QUESTION, { withSteps: true });
    assert.ok(solution.ids.length > 0 && !solution.ids.includes(258));
    const text = 'Take 2. \nAdd 3: 2 + 3 = 5\n';
    const steps = [
      { start: 0, end: 7 },
      { start: 9, end: 25 },
    ];
    const asked = { question: QUESTION, text, textStart: 0, steps, view: 0 };
    const { reading } = await read(reasoner, asked, async () => {});
    assert.deepEqual([reading.firstStep, reading.endStep, reading.withQuestion], [0, 2, true]);
    for (let step = 0; step < 2; step++) {
      const shares = reading.attention.subarray(step * 4, step * 4 + 4);
      const total = shares.reduce((sum, share) => sum + share, 0);
      assert.ok(Math.abs(total - 1) < 1e-4, `${total}`);
    }
  });
});
