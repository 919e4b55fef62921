/** A logit difference taken apart adds up, agrees with a plain float64 program, and its cuts with whole runs under an edit. */
import assert from 'node:assert/strict';
import { headWeights } from '../../../../src/engine/trace/weights';
import { carrier } from '../../../../webview/explain/state/defaults';
import path from 'node:path';
import { forward } from '../../../../src/engine/model/forward';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { logitsAt, logProbabilities } from '../../../../src/engine/model/logits';
import { rerun } from '../../../../src/engine/model/rerun';
import { story } from '../../../../src/engine/reading/story';
import { why } from '../../../../src/engine/reading/why';
import { wholeWord } from '../../../../src/engine/reading/wholeWord';
import { confirms, falls, whyCut } from '../../../../src/engine/reading/whyCut';
import type { Story, Why } from '../../../../src/protocol/whyApi';
import { storyKind } from '../../../../src/shared/storyKind';
import { Trace } from '../../../../src/engine/trace/trace';
import { assertClose } from '../../../support/close';
import { isLong } from '../../../support/long';
import { plainRun, type PlainRun } from '../../../support/plainModel';
import { tinyModel, tinyModelBytes } from '../../../support/tinyModel';

const IDS = [256, 72, 101, 108, 108, 111, 44, 32, 72, 101, 108, 108, 111];
/** f32 against f64, on numbers of the order of 1 to 10. */
const F32 = 2e-4;

for (const experts of [0, 6]) {
  describe(`why this token, ${experts ? 'mixture of experts' : 'dense'}`, () => {
    let model: LoadedModel;
    let trace: Trace;
    let plain: PlainRun;
    before(async () => {
      model = await tinyModel({ experts });
      trace = new Trace(model.config, model.kernel, IDS.length);
      await forward(model, trace, IDS);
      plain = plainRun(tinyModelBytes({ experts }), IDS);
    });

    it('parts add up to the difference of the logits', async () => {
      for (const position of [1, 6, 12]) {
        const taken = await why(model, trace, { position, target: 44, foil: 108 });
        const expected = plain.logits[position][44] - plain.logits[position][108];
        assertClose(taken.difference, expected, F32);
        const size = taken.terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
        assert.ok(Math.abs(taken.remainder) < 1e-4 * size, `${taken.remainder} of ${size}`);
        assert.equal(
          taken.terms.filter(({ part }) => part.kind === 'head').length,
          model.config.layers * model.config.heads,
        );
      }
    });

    it('each head’s part is its output along the direction; all places together are all heads together', async () => {
      const position = 9;
      const taken = await why(model, trace, { position, target: 44, foil: 108 });
      const last = plain.residuals.at(-1)![position];
      const rms = Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length + 1e-6);
      const [a, b] = [plain.outputRow(44), plain.outputRow(108)];
      const heads = taken.terms.flatMap(({ part, effect }) => (part.kind === 'head' ? [{ ...part, effect }] : []));
      for (const { layer, head, effect } of heads) {
        const weights = plain.weights[layer][head][position];
        const expected = plain.outputs[layer][head]
          .slice(0, position + 1)
          .reduce(
            (sum, vector, key) =>
              sum +
              vector.reduce((part, x, i) => part + ((weights[key] * x * plain.outputNorm[i]) / rms) * (a[i] - b[i]), 0),
            0,
          );
        assertClose(effect, expected, F32, `layer ${layer} head ${head}`);
      }
      const all = heads.reduce((sum, { effect }) => sum + effect, 0);
      assertClose(
        taken.positions.reduce((sum, effect) => sum + effect, 0),
        all,
        F32,
      );
    });

    it('a cut among many is the same as a whole run under that edit', async () => {
      const asked = { position: 10, target: 44, foil: 108 };
      const dst = { from: 10, to: 11 };
      const before = await logitsAt(model, trace, 10);
      const found = await falls(model, trace, asked, [3, 7]);
      for (const [i, key] of [3, 7].entries()) {
        const edited = await rerun(model, trace, {
          edits: [{ site: 'pattern', dst, src: { from: key, to: key + 1 }, do: 'knockout' }],
        });
        const after = await logitsAt(model, edited, 10);
        edited.release();
        const expected = before[44] - before[108] - (after[44] - after[108]);
        assertClose(found[i], expected, F32, `key ${key}`);
      }
    });

    it('without a target the token that follows is meant, against the likeliest other', async () => {
      const taken = await why(model, trace, { position: 4 });
      assert.equal(taken.target.id, IDS[5]);
      assert.notEqual(taken.foil.id, IDS[5]);
      const end = await why(model, trace, { position: 12 });
      assert.ok(end.difference >= 0);
      await assert.rejects(() => why(model, trace, { position: 4, target: 1e9 }), { code: 'internal' });
      await assert.rejects(() => why(model, trace, { position: 99 }), { code: 'internal' });
    });

    it('a place is confirmed only where the fall is at least half its direct share and beyond the others', async () => {
      const asked = { position: 10, target: 44, foil: 108 };
      const { positions, difference } = await why(model, trace, asked);
      const cut = await whyCut(model, trace, { ...asked, positions, difference }, 5);
      const never = await whyCut(model, trace, { ...asked, positions: positions.map(() => 1e6), difference }, 5);
      assert.equal(never.confirmed, false);
      assert.equal(never.fall, cut.fall);
    });
  });
}

describe('“because”', () => {
  it('is said only after a cut that takes half the direct share and a fifth of the lead, and more than 95 % of at least 19 other cuts do', () => {
    const cut = { key: 5, fall: 1, beyond: 0.95, compared: 19 };
    assert.ok(confirms(cut, 2, 5) && confirms(cut, -1, 5));
    assert.ok(!confirms(cut, 2, 5.1), 'less than a fifth of the lead');
    assert.ok(!confirms({ ...cut, fall: 0.99 }, 2, 1), 'less than half');
    assert.ok(!confirms({ ...cut, beyond: 0.94 }, 2, 1), 'other places matter as much');
    assert.ok(!confirms({ ...cut, compared: 18 }, 2, 1), 'too few others');
    assert.ok(!confirms({ ...cut, fall: 0 }, -1, 1), 'no effect');
    const why = { positions: Float32Array.of(0, 0, 0, 0, 0, 2) } as Why;
    const kindOf = (fall: number, confirmed: boolean, beyond = 0.95): string =>
      storyKind({ why, met: false, cut: { ...cut, fall, confirmed, beyond } } as Story);
    assert.deepEqual(
      [kindOf(1, true), kindOf(1, false), kindOf(1, false, 0.94), kindOf(0.9, false), kindOf(-1, false)],
      ['because', 'partly', 'among', 'little', 'despite'],
    );
  });
});

describe('the story of a text', function () {
  this.timeout(60_000);
  let model: LoadedModel;
  before(async () => {
    // Where it is undecided by little, relaxed SIMD's rounding tells another word: this one is the same on every machine.
    const file = path.join('media', 'models', 'attention-explainer-moe-q8_0.gguf');
    model = await loadModel(new FileSource(file), undefined, 'simd');
  });
  after(() => model.kernel.close());

  it('on the bundled model: a repetition that breaks off is the place, the first time is what it looked back at', async () => {
    const text = `${'The old man opened the window. '.repeat(3)}The old man opened the door.`;
    const tokens = model.tokenizer.encode(text, { bos: true });
    const ids = tokens.map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const told = await story(model, trace, await logProbabilities(model, trace), async () => {});
    assert.ok(told, 'nothing was expected');
    const size = told.why.terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
    // Activations are rounded to 8 bits on the way.
    assert.ok(Math.abs(told.why.remainder) < 5e-3 * size, `${told.why.remainder} of ${size}`);
    const textTo = (token: number): string =>
      new TextDecoder().decode(new TextEncoder().encode(text).slice(0, tokens[token].end));
    assert.equal(told.why.target.text, ' window');
    assert.match(textTo(told.why.position), /window\. The old man opened the$/);
    assert.match(textTo(told.cut.key), / window$/);
    assert.ok(told.cut.confirmed);
    // The head that carried it is known by the place that it read.
    const head = carrier(told, { model: model.card })!;
    const row = headWeights(trace, head.layer, head.head, told.why.position, 'from');
    assert.ok(row[told.cut.key] > 0.2, `${row[told.cut.key]} of ${JSON.stringify(head)}`);
    assert.equal(told.met, false);
    assert.equal(told.word.text, ' window');
    // One token is the whole word; its probability is summed up in two ways, one of them in 32 bits.
    assertClose(told.word.probability, told.why.target.probability, 1e-5);
    // All came as expected: what is told then is a place at which it was sure, and only if a cut confirms why.
    const sure = await story(model, trace, new Float32Array(ids.length), async () => {});
    if (sure) assert.ok(sure.met && sure.cut.confirmed && sure.why.target.id === ids[sure.why.position + 1]);
    trace.release();
  });

  const toldOf = async (text: string): Promise<Story | null> => {
    const ids = model.tokenizer.encode(text, { bos: true }).map(({ id }) => id);
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const told = await story(model, trace, await logProbabilities(model, trace), async () => {});
    trace.release();
    return told;
  };

  it('is no word that differs from what came by its ending', async () => {
    const lines = 'for each of the cycles we count\n';
    const told = await toldOf(`${lines.repeat(3)}for each of the cycle we count\n`);
    assert.ok(!told || told.met || told.word.text.trim() !== 'cycles', JSON.stringify(told?.word));
  });

  const moves = 'turn(left);turn(left);move(left);turn(right);turn(right);turn(right);turn(right);turn(left);';
  const undecided = `const left = 1;\nconst right = 2;\n${moves.replaceAll(';', ';\n')}`;

  it('is a place at which it was undecided between two words of the text, where no surprise is stronger', async () => {
    const told = await toldOf(undecided);
    assert.ok(told?.other, 'it was undecided nowhere');
    assert.deepEqual([told.word.text, told.other.text].sort(), ['left', 'right']);
    assert.deepEqual(new Set([told.why.target.text, told.why.foil.text]), new Set(['left', 'right']));
    assert.ok(told.other.probability >= 0.25 && told.other.probability <= told.word.probability);
    assert.ok(told.cut.confirmed && told.cut.fall > 0);
    assert.equal(storyKind(told), 'undecided');
    // A word that was expected and did not come is more than one of two that did not.
    const area = (factor: string, other: string): string =>
      `function area(width, ${factor}) {\n  return width * ${other};\n}\n`;
    const surprised = await toldOf(`${undecided}${area('height', 'height')}${area('depth', 'height')}`);
    assert.ok(surprised);
    assert.equal(surprised.other, undefined);
    assert.equal(surprised.why.target.text, ' height');
  });

  it('is none of being undecided between marks that a tool wrote', async () => {
    const marked = (code: string): string => `/*istanbul ignore start*/ ${code} /*istanbul ignore end*/`;
    const text = [
      marked('let onlyWindows = 1;'),
      marked('let onlyUnix = 2;'),
      'if (onlyWindows) {',
      marked('  use(onlyWindows);'),
      '} else if (onlyUnix) {',
      marked('  use(onlyWindows);'),
      '}',
    ].join('\n');
    assert.equal((await toldOf(text))?.other, undefined);
  });

  it('is told of a word of which it was sure as a whole', async () => {
    const keys = ['RS', 'ES', 'PS'].flatMap((kind) => ['256', '384', '512'].map((bits) => `    "${kind}${bits}"`));
    const hashed = ['RS', 'PS'].flatMap((kind) =>
      ['256', '384', '512'].map((bits) => `    "${kind}${bits}": ${kind}Algorithm(${kind}Algorithm.SHA${bits})`),
    );
    const texts = [
      // Sure of “PS” it was, of “PS512” 0.11.
      `REQUIRES = {\n${keys.join(',\n')},\n    "EdDSA",\n}\n`,
      // “RS” came, and it was open how that went on.
      `ALGORITHMS = {\n${hashed.join(',\n')},\n    "EdDSA": OKPAlgorithm(),\n}\n`,
    ];
    for (const text of isLong ? texts : texts.slice(0, 1)) {
      const told = await toldOf(text);
      if (told) assert.ok(told.word.probability >= (told.met ? 0.6 : 0.25), JSON.stringify(told.word));
      if (told?.met) assert.ok(!told.word.text.endsWith('…'), told.word.text);
    }
  });

  it('is not how the rest of a word was spelled, where no word before is copied', async () => {
    const text = [
      '/* Prepare a parser object to be re-used.  This is particularly',
      '   valuable when memory allocation overhead is disproportionately high,',
      '   such as when a large number of small documents need to be parsed. */',
    ].join('\n');
    const told = await toldOf(text);
    assert.ok(told, 'nothing was expected');
    // Surest of all it is of “disproported”, which nobody wrote.
    assert.doesNotMatch(told.why.target.text, /^\p{Ll}/u);
  });
});

describe('the word that was expected', () => {
  it('is left open where no piece that goes on is likelier than not', async () => {
    const model = await tinyModel({});
    const trace = new Trace(model.config, model.kernel, IDS.length);
    await forward(model, trace, IDS);
    const letters = Array.from({ length: 26 }, (_, i) => 97 + i);
    const words = await Promise.all(
      letters.map((id) => wholeWord(model, trace, 5, { id, text: String.fromCharCode(id), probability: 0.5 })),
    );
    // Each token of this model is one byte.
    for (const { text, probability } of words) {
      const pieces = text.replace('…', '').length;
      assert.ok(probability >= 0.5 ** pieces, `${text}: ${probability}`);
    }
    assert.ok(words.some(({ text }) => text.endsWith('…')));
    trace.release();
    model.kernel.close();
  });
});
