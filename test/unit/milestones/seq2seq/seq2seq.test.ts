/** The LSTMs on jax-js against plain formulas and finite differences, what they write, and how it is counted. */
import { grad } from '@jax-js/jax';
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { narrower, seq2seq } from '../../../../src/milestones/seq2seq/experiment';
import { initial, loss, tensorsOf, type Shape } from '../../../../src/milestones/seq2seq/nets';
import type { Answer } from '../../../../src/milestones/seq2seq/options';
import { MOST_DIGITS, readNumber } from '../../../../webview/milestones/seq2seq/readNumber';
import { scoreOf } from '../../../../src/milestones/seq2seq/score';
import { answerTo, batchOf, END, lengthOf, randomNumber, symbolsIn } from '../../../../src/milestones/seq2seq/task';
import { Writer } from '../../../../src/milestones/seq2seq/writer';
import { initialValues, sizeOf, tensor, useWasm, type Tensors } from '../../../../src/milestones/shared/train';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const [WIDTH, LONGEST, NUMBERS] = [4, 3, 5];

type Values = Record<string, ArrayLike<number>>;

/** What each step says and where it looks, by the formulas one number at a time: no padding, no batch, double precision. */
function byHand(
  values: Values,
  given: readonly number[],
  right: readonly number[],
): { p: number[]; looked: number[] }[] {
  const range = [...Array(WIDTH).keys()];
  const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
  const times = (x: number[], name: string, column: number, columns: number): number =>
    x.reduce((sum, value, row) => sum + value * values[name][row * columns + column], 0);
  const shares = (scores: number[]): number[] => {
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    return scores.map((score) => Math.exp(score) / sum);
  };
  let [h, c] = [range.map(() => 0), range.map(() => 0)];
  const step = (cell: string, symbol: number): void => {
    const gate = (at: number): number =>
      values[`${cell}In`][symbol * 4 * WIDTH + at] +
      values[`${cell}Bias`][at] +
      times(h, `${cell}State`, at, 4 * WIDTH);
    const gates = range.map((unit) => [0, 1, 2, 3].map((kind) => gate(kind * WIDTH + unit)));
    c = range.map((u) => sigma(gates[u][1] + 1) * c[u] + sigma(gates[u][0]) * Math.tanh(gates[u][3]));
    h = range.map((u) => sigma(gates[u][2]) * Math.tanh(c[u]));
  };
  const states = given.map((digit) => {
    step('encoder', digit);
    return h;
  });
  return [END, ...right].map((symbol) => {
    step('decoder', symbol);
    const logits = Array.from({ length: END + 1 }, (_, at) => values.outBias[at] + times(h, 'out', at, END + 1));
    if (!values.ask) return { p: shares(logits), looked: [] };
    const query = range.map((at) => times(h, 'ask', at, WIDTH));
    const looked = shares(states.map((state) => state.reduce((sum, value, at) => sum + value * query[at], 0)));
    const mixed = range.map((at) => looked.reduce((sum, weight, place) => sum + weight * states[place][at], 0));
    return { p: shares(logits.map((logit, at) => logit + times(mixed, 'outSeen', at, END + 1))), looked };
  });
}

describe('sequence to sequence: the nets', function () {
  this.timeout(60_000);
  before(useWasm);

  const given = Array.from({ length: NUMBERS }, (_, at) => randomNumber(lengthOf(at, LONGEST), seededRandom(100 + at)));
  const right = given.map((number) => answerTo(number, 'backwards'));

  /** Mean over all symbols of the numbers above. */
  function lossByHand(values: Values): number {
    let [sum, symbols] = [0, 0];
    given.forEach((number, at) => {
      byHand(values, number, right[at]).forEach(({ p }, step) => {
        sum -= Math.log(p[step < right[at].length ? right[at][step] : END]);
        symbols++;
      });
    });
    return sum / symbols;
  }

  for (const attention of [false, true]) {
    const name = attention ? 'with attention' : 'with one vector';
    const shape: Shape = { attention, width: WIDTH, numbers: NUMBERS, longest: LONGEST };
    const shapes = initial(shape);
    const random = seededRandom(7);
    const values = Object.fromEntries(
      Object.entries(shapes).map(([key, each]) => [key, initialValues({ ...each, scale: 0.8 }, random)]),
    );
    const parameters = (): Tensors =>
      Object.fromEntries(Object.entries(shapes).map(([key, each]) => [key, tensor(values[key].slice(), each.shape)]));
    const batch = (): Tensors => tensorsOf(batchOf(given, right, LONGEST), shape);

    it(`${name}: the loss is that of the formulas, whatever stands before a short number`, async () => {
      const value = ((await loss(shape)(parameters(), batch()).data()) as Float32Array)[0];
      assertClose(value, lossByHand(values), 1e-5);
    });

    it(`${name}: every gradient is that of finite differences`, async () => {
      const gradient = grad(loss(shape))(parameters(), batch()) as unknown as Tensors;
      const exact: Record<string, Float64Array> = Object.fromEntries(
        Object.entries(values).map(([key, each]) => [key, Float64Array.from(each)]),
      );
      const small = 1e-5;
      for (const [key, numbers] of Object.entries(exact)) {
        const slopes = (await gradient[key].data()) as Float32Array;
        assert.ok(
          slopes.some((slope) => Math.abs(slope) > 1e-3),
          `${key} has no gradient`,
        );
        // Every third: each kind of weight, row and gate is among them.
        for (let at = 0; at < numbers.length; at += 3) {
          const value = numbers[at];
          numbers[at] = value + small;
          const above = lossByHand(exact);
          numbers[at] = value - small;
          const below = lossByHand(exact);
          numbers[at] = value;
          const expected = (above - below) / (2 * small);
          assertClose(slopes[at], expected, 2e-5, `${key}[${at}]`);
        }
      }
    });

    it(`${name}: writes the likeliest symbol each time, from what it wrote before`, () => {
      const writer = new Writer(values, WIDTH);
      for (let seed = 0; seed < 20; seed++) {
        const number = randomNumber(1 + (seed % 6), seededRandom(seed));
        const { digits, weights } = writer.write(number, 9);
        const steps = byHand(values, number, digits);
        const likeliest = steps.map(({ p }) => p.indexOf(Math.max(...p)));
        assert.deepEqual(likeliest.slice(0, digits.length), digits);
        assert.ok(digits.length === 9 || likeliest[digits.length] === END);
        assert.equal(weights.length, attention ? Math.min(9, digits.length + 1) : 0);
        weights.forEach((row, step) => row.forEach((weight, at) => assertClose(weight, steps[step].looked[at], 1e-5)));
      }
    });
  }

  it('the net with attention has no more parameters than the one without', () => {
    for (const width of [32, 64, 128]) {
      const size = (attention: boolean, of: number): number => sizeOf(initial({ attention, width: of }));
      assert.ok(size(true, narrower(width)) <= size(false, width));
      assert.ok(size(true, narrower(width) + 4) > size(false, width));
    }
  });

  it('a batch has every length, and short numbers end with the long ones', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((at) => lengthOf(at, LONGEST)),
      [1, 2, 3, 1, 2],
    );
    assert.equal(symbolsIn(NUMBERS, LONGEST), 2 + 3 + 4 + 2 + 3);
    const { source, absent, given: before, target } = batchOf([[5], [1, 2, 3]], [[5], [3, 2, 1]], 3);
    assert.deepEqual([...absent], [1, 0, 1, 0, 0, 0]);
    const ones = (values: Float32Array, columns: number): number[][] =>
      [...values.keys()].filter((at) => values[at] === 1).map((at) => [Math.floor(at / columns), at % columns]);
    // Rows: step × 2 + number.
    assert.deepEqual(ones(source, 10), [
      [1, 1],
      [3, 2],
      [4, 5],
      [5, 3],
    ]);
    assert.deepEqual(ones(before, 11), [
      [0, END],
      [1, END],
      [2, 5],
      [3, 3],
      [5, 2],
      [7, 1],
    ]);
    assert.deepEqual(ones(target, 11), [
      [0, 5],
      [1, 3],
      [2, END],
      [3, 2],
      [5, 1],
      [7, END],
    ]);
  });
});

describe('sequence to sequence: what is counted', () => {
  it('digits where they belong, whole numbers with their end, places of the longest', () => {
    const tests = [[1], [1, 2], [1, 2, 3]].map((number) =>
      [number, [...number].reverse()].map((given) => ({ given, right: given })),
    );
    const exact = scoreOf((given) => given, tests, 2);
    assert.deepEqual(exact, { digits: [1, 1, 1], whole: [1, 1, 1], places: [1, 1] });
    const endless = scoreOf((given) => [...given, 0], tests, 2);
    assert.deepEqual(endless, { digits: [1, 1, 1], whole: [0, 0, 0], places: [1, 1] });
    const short = scoreOf((given) => given.slice(0, 1), tests, 2);
    assert.deepEqual(short.whole, [1, 0, 0]);
    assert.deepEqual(short.places, [1, 0]);
    assertClose(short.digits[2], 1 / 3, 1e-12);
    assert.deepEqual(scoreOf(() => [1, 2], tests, 2).places, [0.5, 0.5]);
  });

  it('a typed number: spaces, hyphens and full-width digits are taken, other things are named', () => {
    assert.deepEqual(readNumber(' 030-12 ３'), { digits: [0, 3, 0, 1, 2, 3] });
    const problem = (typed: string): string => (readNumber(typed) as { problem: string }).problem;
    assert.match(problem(' - '), /1 to 24 digits/);
    assert.match(problem('12a4'), /“a” is not a digit/);
    assert.match(problem('1😀'), /“😀” is not a digit/);
    assert.match(problem('1'.repeat(MOST_DIGITS + 1)), /25 digits are too many; at most 24/);
    assert.deepEqual(readNumber('1'.repeat(MOST_DIGITS)), { digits: Array.from({ length: MOST_DIGITS }, () => 1) });
  });
});

describe('sequence to sequence: the experiment', function () {
  this.timeout(120_000);

  const ran = runOnce(seq2seq, { options: { order: 'backwards', steps: 70, tested: 20 }, seed: 3 });

  it('answers for a number of one’s own; attention is ahead; reading backwards makes another net', async () => {
    const { signal } = new AbortController();
    const { result, answer } = await ran();
    assert.deepEqual(result.lengths, [1, 2, 3, 4, 5, 6, 7, 8]);
    const [one] = result.runs.map(({ score }) => score!.whole[0]);
    assert.ok(one > 0.9, `numbers of one digit: ${one}`);
    assert.notDeepEqual(result.runs[1].loss, result.runs[0].loss);
    const [vector, , attention] = result.runs.map(({ score }) => score!.digits[result.longest - 1]);
    assert.ok(attention > vector + 0.1, `digits of the longest: ${attention} with attention, ${vector} without`);
    const { right, written, weights } = (await answer!({ number: [4, 2, 7] }, signal)) as Answer;
    assert.deepEqual(right, [7, 2, 4]);
    assert.equal(Object.keys(written).length, 3);
    for (const row of weights) {
      assert.equal(row.length, 3);
      assertClose(
        row.reduce((a, b) => a + b),
        1,
        1e-5,
      );
    }
  });
});
