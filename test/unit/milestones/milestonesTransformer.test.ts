/** The two nets on jax-js against plain loops, what they cost, and what the gap is. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../src/shared/random';
import { defaults } from '../../../src/milestones/experiment';
import { initialValues, sizeOf, tensor, useWasm, type Tensors } from '../../../src/milestones/shared/train';
import { gap, transformer } from '../../../src/milestones/transformer/experiment';
import { initial, loss, multiplyAdds } from '../../../src/milestones/transformer/nets';
import { KINDS, type Kind, type Result, type Run } from '../../../src/milestones/transformer/options';
import { ASKED, drawTexts, NAMES, QUESTIONS, THINGS } from '../../../src/milestones/transformer/task';
import { testInputs } from '../../support/milestoneInputs';
import { assertClose } from '../../support/close';

const [WIDTH, STATEMENTS] = [6, 3];
const LENGTH = STATEMENTS + QUESTIONS;

type Matrix = (row: number, column: number) => number;

/** Mean loss of one text, by loops over the formulas of Cho et al. and Vaswani et al. */
function byHand(kind: Kind, values: Record<string, Float32Array>, texts: ReturnType<typeof drawTexts>): number {
  const matrix =
    (name: string, columns: number): Matrix =>
    (row, column) =>
      values[name][row * columns + column];
  const range = [...Array(WIDTH).keys()];
  const times = (x: number[], m: Matrix, column: number): number => x.reduce((sum, v, i) => sum + v * m(i, column), 0);
  const [names, things, out] = [matrix('names', WIDTH), matrix('things', WIDTH), matrix('out', THINGS.length)];
  const xs = [...Array(LENGTH).keys()].map((at) =>
    range.map((i) => names(texts.name[at], i) + things(texts.thing[at], i)),
  );
  const states = kind === 'recurrent' ? gru(xs) : attention(xs);
  let total = 0;
  for (let question = 0; question < QUESTIONS; question++) {
    const logits = THINGS.map((_, thing) => times(states[STATEMENTS + question], out, thing));
    const normalizer = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    total += normalizer - logits[texts.answer[question]];
  }
  return total / QUESTIONS;

  function gru(inputs: number[][]): number[][] {
    const [input, state] = [matrix('input', 3 * WIDTH), matrix('state', 3 * WIDTH)];
    const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
    let memory = range.map(() => 0);
    return inputs.map((x) => {
      const before = memory;
      memory = range.map((i) => {
        const [xr, xz, xn] = [i, i + WIDTH, i + 2 * WIDTH].map((at) => times(x, input, at) + values.bias[at]);
        const [hr, hz, hn] = [i, i + WIDTH, i + 2 * WIDTH].map((at) => times(before, state, at));
        const next = Math.tanh(xn + sigma(xr + hr) * hn);
        return (1 - sigma(xz + hz)) * next + sigma(xz + hz) * before[i];
      });
      return memory;
    });
  }

  function attention(inputs: number[][]): number[][] {
    const [qkv, mix] = [matrix('qkv', 3 * WIDTH), matrix('mix', WIDTH)];
    const normal = inputs.map((x) => {
      const middle = x.reduce((a, b) => a + b, 0) / WIDTH;
      const variance = x.reduce((sum, v) => sum + (v - middle) ** 2, 0) / WIDTH;
      return x.map((v, i) => ((v - middle) / Math.sqrt(variance + 1e-5)) * values.gain[i]);
    });
    const part = (offset: number): number[][] => normal.map((x) => range.map((i) => times(x, qkv, offset + i)));
    const [q, k, v] = [part(0), part(WIDTH), part(2 * WIDTH)];
    return inputs.map((x, at) => {
      const scores = k
        .slice(0, at + 1)
        .map((key) => Math.exp(key.reduce((sum, each, i) => sum + each * q[at][i], 0) / Math.sqrt(WIDTH)));
      const sum = scores.reduce((a, b) => a + b, 0);
      const mixed = range.map((i) => scores.reduce((total, score, other) => total + (score / sum) * v[other][i], 0));
      return range.map((i) => x[i] + times(mixed, mix, i));
    });
  }
}

describe('transformer', function () {
  this.timeout(60_000);
  before(useWasm);

  for (const kind of KINDS) {
    it(`${kind}: the loss is that of the formulas`, async () => {
      const random = seededRandom(4);
      const shapes = initial(kind, WIDTH);
      const values = Object.fromEntries(
        Object.entries(shapes).map(([name, each]) => [name, initialValues({ ...each, scale: 0.6 }, random)]),
      );
      const texts = drawTexts(1, STATEMENTS, random);
      const parameters: Tensors = Object.fromEntries(
        Object.entries(values).map(([name, each]) => [name, tensor(each.slice(), shapes[name].shape)]),
      );
      const value = loss(kind, { width: WIDTH, texts: 1, statements: STATEMENTS })(parameters, {
        name: tensor(texts.name, [1, LENGTH]),
        thing: tensor(texts.thing, [1, LENGTH]),
        answer: tensor(texts.answer, [1, QUESTIONS]),
      });
      assertClose(((await value.data()) as Float32Array)[0], byHand(kind, values, texts), 1e-5);
    });
  }

  it('texts: names differ, questions ask for what was stated', () => {
    const { name, thing, answer } = drawTexts(50, 8, seededRandom(1));
    for (let text = 0; text < 50; text++) {
      const start = text * (8 + QUESTIONS);
      const stated = name.subarray(start, start + 8);
      assert.equal(new Set(stated).size, 8);
      for (let question = 0; question < QUESTIONS; question++) {
        const at = stated.indexOf(name[start + 8 + question]);
        assert.equal(answer[text * QUESTIONS + question], thing[start + at]);
        assert.equal(thing[start + 8 + question], ASKED);
      }
    }
    assert.equal(new Set(NAMES).size, 24);
    assert.equal(new Set(THINGS).size, 24);
  });

  it('counts parameters and compute', () => {
    const both = (24 + 25 + 24) * 8;
    assert.equal(sizeOf(initial('recurrent', 8)), both + 6 * 64 + 24);
    assert.equal(sizeOf(initial('attention', 8)), both + 4 * 64 + 8);
    assert.equal(multiplyAdds('recurrent', { width: 8, statements: 4 }), 8 * 6 * 64 + 4 * 8 * 24);
    assert.equal(multiplyAdds('attention', { width: 8, statements: 4 }), 8 * 4 * 64 + 2 * 64 * 8 + 4 * 8 * 24);
  });

  it('reads the gap off at the best recurrent net’s loss', () => {
    const run = (kind: Kind, width: number, parameters: number, loss: number[]): Run => ({
      kind,
      width,
      parameters,
      loss,
      compute: loss.map((_, at) => at * width),
      end: loss.at(-1)!,
    });
    const runs = [
      run('recurrent', 10, 100, [4, 3, 2]),
      run('attention', 10, 80, [4, 3, 2.5]),
      run('recurrent', 20, 400, [4, 3, 1]),
      run('attention', 20, 300, [4, 1, 0]),
    ];
    const found = gap({ runs } as Result);
    assert.equal(found.recurrent, runs[2]);
    assert.deepEqual(found.compute, { run: runs[3], times: 2 });
    assert.deepEqual(found.parameters, { run: runs[3], times: 400 / 300 });
    assert.deepEqual(found.ahead, [-0.5, 1]);
    assert.equal(
      gap({ runs: runs.map((each) => ({ ...each, end: each.end! + 0 })).slice(0, 2) } as Result).compute,
      null,
    );
  });

  it('attention is ahead of the recurrent net of its width', async () => {
    const options = { ...defaults(transformer.controls, true), steps: 120 };
    const { signal } = new AbortController();
    const { result } = await transformer.run(options, 1, async () => {}, signal, await testInputs());
    assert.ok(gap(result).ahead.at(-1)! > 1, JSON.stringify(gap(result).ahead));
  });
});
