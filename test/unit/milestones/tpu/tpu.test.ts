/** Rounding against the plain quantizers, the systolic array against a plain product, and what the experiment measures. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dequantize } from '../../../../src/engine/formats/dequantize';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { forward } from '../../../../src/engine/model/forward';
import { logitsAt } from '../../../../src/engine/model/logits';
import { Trace } from '../../../../src/engine/trace/trace';
import { seededRandom } from '../../../../src/shared/random';
import { cores } from '../../../../webview/milestones/tpu/capacity';
import { tpu } from '../../../../src/milestones/tpu/experiment';
import { modelAt } from '../../../../src/milestones/tpu/models';
import { PRECISIONS, type Result, type TextRow } from '../../../../src/milestones/tpu/options';
import { totalVariation } from '../../../../src/milestones/tpu/reading';
import { intensity, roof, TPU_NEEDS } from '../../../../src/milestones/tpu/roofline';
import { rounded, storedBytes, TYPE_OF } from '../../../../src/milestones/tpu/rounding';
import { added, bitsPerByte, moved, perplexity } from '../../../../src/milestones/tpu/summary';
import { cyclesOf, runArray, smallNumbers } from '../../../../webview/milestones/tpu/systolic';
import { pieces } from '../../../../src/milestones/tpu/texts';
import { testInputs } from '../../../support/milestoneInputs';
import { quantize } from '../../../support/quantize';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const ROWS = 6;
const COLS = 64;

function randomWeights(seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: ROWS * COLS }, () => (random() - 0.5) * (random() < 0.1 ? 8 : 1));
}

function unpacked(precision: (typeof PRECISIONS)[number], bytes: Uint8Array): Float32Array {
  const out = new Float32Array(ROWS * COLS);
  dequantize(TYPE_OF[precision], bytes, out);
  return out;
}

describe('milestones: TPU, rounding', () => {
  const weights = randomWeights(1);

  it('is ggml’s Q8_0 and Q4_0 where 32 weights share a scale', () => {
    assert.deepEqual(rounded('int8', 'block', ROWS, COLS, weights), quantize(GgmlType.Q8_0, weights));
    assert.deepEqual(rounded('int4', 'block', ROWS, COLS, weights), quantize(GgmlType.Q4_0, weights));
  });

  it('leaves floats as they are', () => {
    assert.deepEqual(unpacked('f32', rounded('f32', 'block', ROWS, COLS, weights)), weights);
  });

  it('ternary has three values in each group, the mean size and its opposite among them', () => {
    const sizes = { block: 32, row: COLS, matrix: ROWS * COLS } as const;
    for (const [sharing, size] of Object.entries(sizes)) {
      const values = unpacked('ternary', rounded('ternary', sharing as 'block', ROWS, COLS, weights));
      for (let from = 0; from < values.length; from += size) {
        const mean = weights.subarray(from, from + size).reduce((sum, each) => sum + Math.abs(each), 0) / size;
        for (const [at, value] of values.subarray(from, from + size).entries()) {
          const wanted = Math.max(-1, Math.min(1, Math.round(weights[from + at] / mean))) * mean;
          assertClose(value, wanted, mean * 1e-3, `${weights[from + at]}`);
        }
      }
    }
  });

  it('costs more the more weights share a scale, and fewer bytes', () => {
    const error = (sharing: 'block' | 'row' | 'matrix'): number =>
      unpacked('int4', rounded('int4', sharing, ROWS, COLS, weights)).reduce(
        (sum, value, at) => sum + (value - weights[at]) ** 2,
        0,
      );
    assert.ok(error('block') < error('row') && error('row') < error('matrix'));
    assert.equal(storedBytes('f32', 'block', 4, 64), 1024);
    assert.equal(storedBytes('int8', 'block', 4, 64), (256 / 32) * 34);
    assert.equal(storedBytes('int4', 'block', 4, 64), (256 / 32) * 18);
    assert.equal(storedBytes('ternary', 'row', 4, 64), 64 + 4 * 2);
    assert.equal(storedBytes('int8', 'matrix', 4, 64), 256 + 2);
  });

  it('rounds weights that are all zero to zero', () => {
    for (const precision of PRECISIONS) {
      const zero = rounded(precision, 'row', ROWS, COLS, new Float32Array(ROWS * COLS));
      assert.ok(unpacked(precision, zero).every((value) => value === 0));
    }
  });
});

describe('milestones: TPU, roofline', () => {
  it('counts multiply-adds for each byte: a token’s own experts once, all of them for many tokens', () => {
    const work = { perToken: 100, tokenBytes: 200, allBytes: 800 };
    assert.equal(intensity(work, 1), 0.5);
    assert.equal(intensity(work, 16), 2);
    assert.equal(roof(TPU_NEEDS / 4), 0.25);
    assert.equal(roof(1e9), 1);
    // 46e12 multiply-adds a second over 30 GiB.
    assertClose(TPU_NEEDS, 1428, 1);
  });
});

describe('milestones: TPU, systolic array', () => {
  it('gives the product, in as many cycles as the formula says', () => {
    for (const [n, rows, columns] of [
      [1, 1, 1],
      [4, 4, 4],
      [7, 3, 5],
      [2, 8, 8],
      [9, 2, 3],
    ]) {
      const weights = smallNumbers(rows, columns, 1);
      const inputs = smallNumbers(n, rows, 4);
      const cycles = runArray(weights, inputs);
      assert.equal(cycles.length, cyclesOf(n, rows, columns));
      const product = inputs.map((input) =>
        weights[0].map((_, j) => input.reduce((sum, value, k) => sum + value * weights[k][j], 0)),
      );
      assert.deepEqual(cycles.at(-1)!.outputs, product);
    }
  });

  it('every cell works once for each input, and hands its number on', () => {
    const [n, size] = [5, 4];
    const cycles = runArray(smallNumbers(size, size, 1), smallNumbers(n, size, 4));
    for (let k = 0; k < size; k++) {
      for (let j = 0; j < size; j++) {
        const working = cycles.flatMap(({ cells }, time) => (cells[k][j].number === null ? [] : [time]));
        // Skewed by the row, and one cycle more for each column that a number has passed.
        assert.deepEqual(working, [0, 1, 2, 3, 4].map((input) => input + k + j)); // prettier-ignore
      }
    }
  });

  it('has no sum before the first has passed all rows', () => {
    const cycles = runArray(smallNumbers(3, 3, 1), smallNumbers(2, 3, 4));
    const ready = cycles.map(({ outputs }) => outputs.flat().filter((sum) => sum !== null).length);
    assert.deepEqual(ready, [0, 0, 1, 3, 5, 6]);
  });
});

describe('milestones: TPU, the numbers', function () {
  this.timeout(60_000);
  const row = (f32: number, int4: number, drift: number[]): TextRow => {
    const none = { bits: f32, drift: [0, 0], flips: [0, 0] };
    return {
      name: '',
      bytes: 100,
      predicted: 50,
      readings: { f32: none, int8: none, int4: { bits: int4, drift, flips: [1, 0] }, ternary: none },
    };
  };
  const rows = [row(100, 130, [0.1, 0.3]), row(300, 310, [0.3, 0.5])];

  it('are sums over texts, paired with f32', () => {
    assert.equal(bitsPerByte(rows, 'f32'), 2);
    assert.equal(perplexity(rows, 'f32'), 16);
    assert.ok(Math.abs(added(rows, 'int4').value - 0.2) < 1e-12);
    const [low, high] = added(rows, 'int4').interval;
    assert.ok(Math.abs(low - 0.1) < 1e-12 && Math.abs(high - 0.3) < 1e-12);
    assert.ok(Math.abs(moved(rows, 'int4', 'drift').value - 0.3) < 1e-12);
    assert.ok(Math.abs(moved(rows, 'int4', 'drift', 1).value - 0.4) < 1e-12);
    assert.equal(moved(rows, 'int4', 'flips').value, 0.5);
  });

  it('distance of attention rows: 0 for equal ones, 1 for each row that has nothing in common', () => {
    const a = Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0);
    const b = Float32Array.of(1, 0, 0, 0, 1, 0, 0.5, 0.5, 0);
    assert.equal(totalVariation(a, a, 3), 0);
    assert.equal(totalVariation(a, b, 3), 1.5);
  });

  it('cores: users × minutes × tokens, over what a core makes in a day', () => {
    assert.equal(cores({ users: 86_400, minutes: 2, tokensPerMinute: 100 }, 50), 4);
  });

  it('reads the stories where the workspace has too few texts', async () => {
    const { tokenizer } = await (await testInputs()).model();
    const few = pieces(tokenizer, [{ name: 'a', text: 'short' }], 6, 64);
    assert.equal(few.stories, true);
    assert.equal(few.pieces.length, 6);
    for (const { ids, bytes } of few.pieces) {
      assert.equal(ids.length, 64);
      assert.ok(bytes > 0);
    }
    const texts = Array.from({ length: 8 }, (_, at) => ({ name: `${at}`, text: `word ${at} `.repeat(80) }));
    assert.deepEqual(pieces(tokenizer, texts, 4, 64).pieces.map(({ name }) => name), ['0', '2', '4', '6']); // prettier-ignore
  });

  it('the model rounded to 8 bits in blocks is the model of the file', async () => {
    const inputs = await testInputs();
    const base = await inputs.model();
    const file = new Uint8Array(readFileSync(base.card.path));
    const { model, bytes } = await modelAt('int8', { sharing: 'block', router: false }, file, base, () => {});
    const ids = base.tokenizer.encode('const total = items.length;', { bos: true }).map(({ id }) => id);
    const logits = await Promise.all(
      [base, model].map(async (each) => {
        const trace = new Trace(each.config, each.kernel, ids.length);
        await forward(each, trace, ids);
        return await logitsAt(each, trace, ids.length - 1);
      }),
    );
    assert.ok(bytes < file.length && bytes > 0.95 * file.length);
    for (const [at, logit] of logits[0].entries()) assertClose(logit, logits[1][at], 0.02);
    model.kernel.close();
  });

  const selected = 'for (const name of names) console.log(name, names.length);\n'.repeat(6);
  const ran = runOnce(tpu, {
    options: { tokens: 32 },
    inputs: async () => ({ ...(await testInputs(400_000)), selection: { title: 'mine.ts', text: selected } }),
  });

  it('fewer bits: fewer bytes, worse predictions, attention further away; the card’s words are Chinese too', async () => {
    const run = await ran();
    const { sizes, texts, stories, selection }: Result = run.result;
    assert.equal(stories, false);
    assert.equal(selection?.name, 'mine.ts');
    assert.ok(bitsPerByte([selection], 'f32') < 2);
    assert.equal(texts.length, tpu.controls.texts.small);
    const { work } = run.result;
    // Every weight but norms and the embedding's rows is multiplied; experts that are not used are left out.
    assert.ok(work!.tokenBytes < 0.9 * work!.allBytes && work!.allBytes <= sizes.int8);
    // Blocks of 32 weights in 34 bytes, and routers in floats.
    assert.ok(intensity(work!, 1) > 0.8 && intensity(work!, 1) < 32 / 34);
    const row = (name: string): number => run.card.rows.find((each) => each.name.startsWith(name))!.value;
    assert.ok(row('multiply-adds a byte of weights, a text') < 32 * row('multiply-adds a byte of weights, a token'));
    assertClose(row('of a TPU v1’s peak at most, a token'), intensity(work!, 1) / TPU_NEEDS, 1e-12);
    assert.ok(sizes.f32 > 3 * sizes.int8 && sizes.int8 > 1.8 * sizes.int4 && sizes.int4 > 1.5 * sizes.ternary);
    for (const measure of ['drift', 'flips'] as const) {
      const [int8, int4, ternary] = PRECISIONS.slice(1).map((precision) => moved(texts, precision, measure).value);
      assert.equal(moved(texts, 'f32', measure).value, 0);
      assert.ok(int8 < int4 && int4 < ternary, `${measure}: ${int8} ${int4} ${ternary}`);
    }
    assert.ok(added(texts, 'ternary').interval[0] > added(texts, 'int4').value);
    assert.ok(Math.abs(added(texts, 'int8').value) < 0.02);
    const chinese = JSON.parse(readFileSync('webview/milestones/tpu/strings.zh-cn.json', 'utf8')) as object;
    for (const { name } of run.card.rows) assert.ok(name in chinese, name);
    for (const precision of PRECISIONS) {
      assert.ok(run.timings[`prompt tokens per second, ${precision}`] > 0);
      assert.ok(run.timings[`generated tokens per second, ${precision}`] > 0);
    }
  });
});
