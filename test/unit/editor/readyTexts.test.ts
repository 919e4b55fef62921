/** What the gallery says is to be noticed in its texts is so on the bundled models: each claim about numbers is computed here. */
import assert from 'node:assert/strict';
import path from 'node:path';
import {
  AGES,
  BRACKETS,
  DEFINITION,
  KITE,
  KITTEN,
  OLDEST,
  REPETITION,
  SUMS,
  WRONG_NAME,
} from '../../../src/editor/readyTexts';
import { explain, type Explained } from '../../../src/engine/explain';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import { loadModel, type LoadedModel } from '../../../src/engine/model/load';
import { candidatesAt } from '../../../src/engine/model/logits';
import { story } from '../../../src/engine/reading/story';
import { weightReader } from '../../../src/engine/trace/weights';
import { agesAmong } from '../../../src/models/ages';
import { readBundledModels } from '../../../src/models/bundledModels';
import type { Edit } from '../../../src/protocol/edit';
import { parseEdit } from '../../../src/protocol/editText';
import type { PanelToken } from '../../../src/protocol/explanation';
import { expectedWord, lineOf, wordAt } from '../../../src/shared/wordAt';

interface Seen extends Explained {
  text: string;
  tokens: PanelToken[];
  /** [tokens] */
  bits: number[];
}

describe('the ready texts: what there is to notice', function () {
  this.timeout(60_000);
  let model: LoadedModel;
  before(async () => {
    model = await loadModel(new FileSource(path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf')));
  });
  after(() => model.kernel.close());

  async function seen(text: string, { by = model, edits = [] as readonly Edit[] } = {}): Promise<Seen> {
    let tokens: PanelToken[] = [];
    const explained = await explain(by, text, {
      maxTokens: 8192,
      top: 1,
      edits,
      handle: { worker: 0, kept: 0 },
      signal: new AbortController().signal,
      progress: (step) => void (step.kind === 'tokens' && (tokens = step.tokens)),
    });
    const bits = Array.from(explained.explanation.logprobs, (nats) => -nats / Math.LN2);
    return { ...explained, text, tokens, bits };
  }

  const lineAt = ({ text, tokens }: Seen, token: number): number => lineOf(text, 1, tokens[token]);
  /** What the tokens of a stretch of the text cost together: bits. */
  const cost = ({ tokens, bits }: Seen, from: number, to: number): number =>
    tokens.reduce((sum, one, i) => sum + (i > 0 && one.charStart >= from && one.charStart < to ? bits[i] : 0), 0);
  function costOf(run: Seen, words: string, nth = 0): number {
    let from = run.text.indexOf(words);
    for (let i = 0; i < nth; i++) from = run.text.indexOf(words, from + 1);
    assert.ok(from >= 0, words);
    return cost(run, from, from + words.length);
  }
  /** Line and word of what came, the word that was expected, line and word of what it looked back at. */
  async function told(run: Seen): Promise<[number, string, string, number, string]> {
    const found = await story(model, run.trace, run.explanation.logprobs, async () => {});
    assert.ok(found?.cut.confirmed && !found.met && !found.other);
    const { why, cut, word } = found;
    const { text, tokens } = run;
    return [
      lineAt(run, why.position + 1),
      wordAt(text, tokens[why.position + 1]),
      expectedWord(text, tokens[why.position], word.text),
      lineAt(run, cut.key),
      wordAt(text, tokens[cut.key]),
    ];
  }

  it('repetition: line 3 costs about a third of line 1, induction looks at what followed two lines before, and the last word breaks what was expected', async () => {
    const run = await seen(REPETITION);
    const [first] = REPETITION.split('\n');
    const third = costOf(run, first, 1) / costOf(run, first);
    assert.ok(third > 0.25 && third < 0.42, `${third}`);
    const { example } = run.explanation.findings.find(({ role }) => role === 'induction')!;
    const from = lineAt(run, example.query);
    assert.ok(from >= 3);
    assert.equal(lineAt(run, example.key), from - 2);
    // The key is what followed the query's token there.
    assert.equal(run.trace.ids[example.key - 1], run.trace.ids[example.query]);
    assert.match(REPETITION, /burns behind the door\.[^]* burns behind the window\.\n$/);
    const last = run.tokens.findIndex(({ charStart }) => charStart === REPETITION.lastIndexOf(' window'));
    const [likeliest, second] = await candidatesAt(model, run.trace, last - 1, 2);
    assert.equal(likeliest.label, ' door');
    assert.ok(likeliest.probability > 3 * second.probability, `${likeliest.probability}, ${second.probability}`);
    run.trace.release();
  });

  it('four ages: a head comes to look at what followed before, what it finds comes to be expected, and not without it', async () => {
    const { models } = await readBundledModels(path.join('media', 'models'));
    const family = agesAmong(models);
    const at = (label: string, line: number, { text, tokens }: Seen): number =>
      tokens.findIndex(
        (token) => text.slice(token.charStart, token.charEnd) === label && lineOf(text, 1, token) === line,
      );
    const weights: number[] = [];
    const bits: number[] = [];
    for (const { path: file, age } of family) {
      const by = await loadModel(new FileSource(file));
      const run = await seen(AGES, { by });
      const [vel, m, mAgain] = [at('vel', 2, run), at('m', 1, run), at('m', 2, run)];
      assert.deepEqual([m, mAgain], [at('vel', 1, run) + 1, vel + 1]);
      weights.push(weightReader(run.trace, 3, 3)(vel, m));
      bits.push(run.bits[mAgain]);
      if (age === OLDEST) {
        // The chip that is named, and where a click on it leads.
        const { layer, head, example } = run.explanation.findings.find(({ role }) => role === 'induction')!;
        assert.deepEqual([layer, head, example.query, example.key], [3, 3, vel, m]);
        const cut = await seen(AGES, { by, edits: [parseEdit('L3H3 = zero')] });
        bits.push(cut.bits[mAgain]);
        cut.trace.release();
      }
      run.trace.release();
      by.kernel.close();
    }
    assert.deepEqual(family.map(({ age }) => (age / 1e6).toFixed(1)), ['1.3', '3.2', '3.8', '9.6']); // prettier-ignore
    assert.equal(family.at(-1)!.age, OLDEST);
    assert.ok(weights[0] < 0.02 && weights.slice(1).every((weight) => weight > 0.7), weights.join());
    for (const [i, said] of [9, 7, 2, 0.3, 12].entries()) {
      assert.ok(Math.abs(bits[i] - said) < (said < 1 ? 0.05 : 0.5), `${bits[i]}, said ${said}`);
    }
  });

  it('brackets: “shape” was expected of the third item in line 2 as of the two before, “(” comes, and a head does pass the threshold', async () => {
    const run = await seen(BRACKETS);
    assert.match(BRACKETS, /\[shape\.left, shape\.right, \(/);
    assert.deepEqual(await told(run), [2, '(', 'shape', 2, 'shape']);
    assert.ok(run.explanation.findings.some(({ role }) => role.startsWith('bracket')));
    run.trace.release();
  });

  it('definition: “reduction” was expected in line 6 for a look at line 3, which defines it, and “subtotal” comes', async () => {
    const run = await seen(DEFINITION);
    assert.deepEqual(await told(run), [6, 'subtotal', 'reduction', 3, 'reduction']);
    run.trace.release();
  });

  it('wrong name: “height” was more surprising in line 12 than in line 7', async () => {
    const run = await seen(WRONG_NAME);
    const [, , , , , , , , , , , twelfth] = WRONG_NAME.split('\n');
    assert.equal(twelfth, '    box.depth = height');
    assert.ok(costOf(run, ' height', 2) > costOf(run, ' height', 1) + 1, 'bits');
    const lines = run.tokens.flatMap((token, i) =>
      WRONG_NAME.slice(token.charStart, token.charEnd) === ' height' ? [lineAt(run, i)] : [],
    );
    assert.deepEqual(lines.slice(-2), [7, 12]);
    run.trace.release();
  });

  it('sums: from line 2 on results cost next to nothing, and the numbers that come cost bits', async () => {
    const run = await seen(SUMS);
    for (const [i, line] of SUMS.trimEnd().split('\n').entries()) {
      const start = SUMS.indexOf(line);
      const result = cost(run, start + line.indexOf('= ') + 1, start + line.length);
      if (i > 0) assert.ok(result < 0.2, `${line}: ${result}`);
      assert.ok(cost(run, start, start + 1) > 2, line);
    }
    run.trace.release();
  });

  it('Chinese: 蜻 and 蜓 are several tokens, 飞来 was expected for 飞走 for a look at the line before, the same ending costs less the second time', async () => {
    const run = await seen(KITTEN);
    for (const character of '蜻蜓') {
      const at = KITTEN.indexOf(character);
      assert.ok(run.tokens.filter(({ charStart }) => charStart === at).length > 1, character);
    }
    assert.deepEqual(await told(run), [2, '走了', '来', 1, '来']);
    const ending = '小猫空着手回来。';
    const saved = 1 - costOf(run, ending, 1) / costOf(run, ending);
    assert.ok(saved > 0.05 && saved < 0.4, `${saved}`);
    run.trace.release();
  });

  it('for class: “gave”, which came twice before, was expected in the second sentence, and “lost” comes', async () => {
    const run = await seen(KITE);
    assert.deepEqual(KITE.match(/gave|lost|\. /g), ['gave', 'gave', '. ', 'lost']);
    const [, came, expected, , read] = await told(run);
    assert.deepEqual([came, expected, read], ['lost', 'gave', 'gave']);
    assert.ok(KITE.trimEnd().endsWith('kite.'));
    run.trace.release();
  });
});
