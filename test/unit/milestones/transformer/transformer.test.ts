/** The two nets on jax-js against plain loops, the floors, and when a ratio is said. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { initialValues, sizeOf, tensor, useWasm, type Tensors } from '../../../../src/milestones/shared/train';
import { counted, countedBits } from '../../../../src/milestones/transformer/floors';
import { ratio, transformer } from '../../../../src/milestones/transformer/experiment';
import { initial, loss, multiplyAdds, WIDTH } from '../../../../src/milestones/transformer/nets';
import { KINDS, type Kind, type Run } from '../../../../src/milestones/transformer/options';
import {
  drawRecall,
  NAMES,
  RECALL_SYMBOLS,
  recallFloor,
  recallLength,
} from '../../../../src/milestones/transformer/task';
import { readText, symbolsOf, VOCABULARY } from '../../../../src/milestones/transformer/text';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const STATEMENTS = 2;
const SHAPE = { length: recallLength(STATEMENTS), vocabulary: RECALL_SYMBOLS, classes: RECALL_SYMBOLS };

type Values = Record<string, Float32Array>;
const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** Mean loss of one text where it counts, by loops over the formulas. */
function byHand(kind: Kind, values: Values, { read, target, counts }: ReturnType<typeof drawRecall>): number {
  const width = WIDTH[kind];
  const column = (name: string, columns: number, at: number): number[] =>
    Array.from({ length: values[name].length / columns }, (_, row) => values[name][row * columns + at]);
  const times = (x: number[], name: string, columns: number): number[] =>
    Array.from({ length: columns }, (_, at) => dot(x, column(name, columns, at)));
  const embedded = [...read].map((symbol) => [...values.symbols.subarray(symbol * width, (symbol + 1) * width)]);
  const states = kind === 'recurrent' ? lstm(embedded) : attention(embedded);
  const asked = [...counts.keys()].filter((at) => counts[at] > 0);
  const nats = asked.map((at) => {
    const logits = times(states[at], 'out', RECALL_SYMBOLS).map((logit, symbol) => logit + values.outBias[symbol]);
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[target[at]];
  });
  return nats.reduce((a, b) => a + b) / asked.length;

  function lstm(xs: number[][]): number[][] {
    let [h, c] = [new Array<number>(width).fill(0), new Array<number>(width).fill(0)];
    return xs.map((x) => {
      const [fromInput, fromState] = [times(x, 'input', 4 * width), times(h, 'state', 4 * width)];
      const gate = (part: number, at: number): number =>
        fromInput[part * width + at] + fromState[part * width + at] + values.bias[part * width + at];
      c = c.map((kept, at) => sigma(gate(1, at) + 1) * kept + sigma(gate(0, at)) * Math.tanh(gate(3, at)));
      h = c.map((cell, at) => sigma(gate(2, at)) * Math.tanh(cell));
      return h;
    });
  }

  function normal(x: number[], gain: string): number[] {
    const middle = x.reduce((a, b) => a + b, 0) / width;
    const variance = x.reduce((sum, v) => sum + (v - middle) ** 2, 0) / width;
    return x.map((v, at) => ((v - middle) / Math.sqrt(variance + 1e-5)) * values[gain][at]);
  }

  function attention(xs: number[][]): number[][] {
    let stream = xs.map((x, place) => x.map((v, at) => v + values.places[place * width + at]));
    const head = width / 4;
    for (const layer of [0, 1]) {
      const qkv = stream.map((x) => times(normal(x, `gain${layer}`), `qkv${layer}`, 3 * width));
      stream = stream.map((x, at) => {
        const mixed = Array.from({ length: 4 }, (_, which) => {
          const part = (place: number, offset: number): number[] =>
            qkv[place].slice(offset * width + which * head, offset * width + (which + 1) * head);
          const scores = qkv
            .slice(0, at + 1)
            .map((_, place) => Math.exp(dot(part(at, 0), part(place, 1)) / Math.sqrt(head)));
          const sum = scores.reduce((a, b) => a + b, 0);
          return part(at, 2).map((_, i) =>
            scores.reduce((total, s, place) => total + (s / sum) * part(place, 2)[i], 0),
          );
        }).flat();
        const added = times(mixed, `mix${layer}`, width);
        return x.map((v, i) => v + added[i]);
      });
      stream = stream.map((x) => {
        const inner = times(normal(x, `innerGain${layer}`), `up${layer}`, 72).map((v) => Math.max(0, v));
        const added = times(inner, `down${layer}`, width);
        return x.map((v, i) => v + added[i]);
      });
    }
    return stream.map((x) => normal(x, 'lastGain'));
  }
}

describe('transformer', function () {
  this.timeout(60_000);
  before(useWasm);

  for (const kind of KINDS) {
    it(`${kind}: the loss is that of the formulas`, async () => {
      const random = seededRandom(4);
      const shapes = initial(kind, SHAPE);
      const values = Object.fromEntries(
        Object.entries(shapes).map(([name, each]) => [name, initialValues({ ...each, scale: 0.3 }, random)]),
      );
      const text = drawRecall(1, STATEMENTS, random);
      const parameters: Tensors = Object.fromEntries(
        Object.entries(values).map(([name, each]) => [name, tensor(each.slice(), shapes[name].shape)]),
      );
      const size = [1, SHAPE.length];
      const value = loss(kind, { ...SHAPE, texts: 1 })(parameters, {
        read: tensor(text.read, size),
        target: tensor(text.target, size),
        weight: tensor(
          text.counts.map((each) => each / 4),
          size,
        ),
      });
      assertClose(((await value.data()) as Float32Array)[0], byHand(kind, values, text), 1e-4);
    });
  }

  it('both nets have as many parameters within 3 % and nearly the same cost', () => {
    const shape = { length: 32, vocabulary: VOCABULARY, classes: VOCABULARY };
    const [recurrent, attention] = KINDS.map((kind) => sizeOf(initial(kind, shape)));
    assert.ok(Math.abs(recurrent / attention - 1) < 0.03, `${recurrent} and ${attention}`);
    const costs = KINDS.map((kind) => multiplyAdds(kind, shape));
    assert.ok(Math.abs(costs[0] / costs[1] - 1) < 0.15, costs.join());
    assert.equal(costs[0], 32 * (8 * 64 * 64 + 64 * VOCABULARY));
  });

  it('statements: names differ, what is asked for was stated, and only that counts', () => {
    const length = recallLength(4);
    const { read, target, counts } = drawRecall(50, 4, seededRandom(1));
    for (let text = 0; text < 50; text++) {
      const symbols = read.subarray(text * length, (text + 1) * length);
      const names = [0, 2, 4, 6].map((at) => symbols[at]);
      assert.equal(new Set(names).size, 4);
      for (let at = 0; at < length; at++) {
        assert.equal(counts[text * length + at], at >= 8 && at % 2 === 0 ? 1 : 0);
        if (at < 8 || at % 2 === 1) continue;
        assert.ok(symbols[at] < NAMES);
        assert.equal(target[text * length + at], symbols[2 * names.indexOf(symbols[at]) + 1]);
      }
    }
  });

  it('guessing among two things stated costs a bit where they differ', () => {
    assertClose(recallFloor(2, seededRandom(1)), 7 / 8, 0.02);
    assert.equal(recallFloor(1, seededRandom(1)), 0);
  });

  it('counting gives probabilities, and Witten and Bell’s', () => {
    const chances = counted(Uint8Array.from([0, 1, 0, 1, 0, 2]), 4);
    for (const order of [1, 2, 3]) {
      assertClose(
        chances(Uint8Array.from([1, 0]), order).reduce((a, b) => a + b),
        1,
        1e-12,
      );
    }
    // Six symbols of three kinds: (3 + 3 · 1/4) / 9 of the first; after it 1, 1, 2: (2 + 2 · lower) / 5.
    const unigram = chances(new Uint8Array(), 1);
    assertClose(unigram[0], 3.75 / 9, 1e-12);
    assertClose(chances(Uint8Array.from([0]), 2)[1], (2 + 2 * unigram[1]) / 5, 1e-12);
    const { mean, byPlace } = countedBits(chances, [Uint8Array.from([0, 1, 0])], 1);
    assertClose(mean, (byPlace[0] + byPlace[1]) / 2, 1e-12);
    assertClose(byPlace[1], -Math.log2(unigram[0]), 1e-12);
  });

  it('reads the workspace, or the words of this history where that is small; what is held out is not learned from', () => {
    assert.equal(readText([{ name: 'a.ts', text: 'short' }], seededRandom(1)).from, 'history');
    const files = Array.from({ length: 10 }, (_, at) => ({ name: `${at}.ts`, text: `${at}`.repeat(10_000) }));
    const { from, training, heldOut } = readText(files, seededRandom(1));
    assert.equal(from, 'workspace');
    const [newline] = symbolsOf(['\n']);
    const kinds = (symbols: Uint8Array): number[] => [...new Set(symbols)].filter((symbol) => symbol !== newline);
    assert.equal(kinds(training).length + kinds(heldOut).length, 10);
    assert.deepEqual([...symbolsOf(['A  \tb€'])], [...symbolsOf(['a b']), VOCABULARY - 1]);
  });

  it('says a ratio only where the recurrent net has beaten the floor, and the other came as far', () => {
    const run = (kind: Kind, loss: number[]): Run => ({
      kind,
      parameters: 1,
      compute: loss.map((_, at) => at + 1),
      loss,
      end: loss.at(-1)!,
    });
    const runs = [run('recurrent', [4, 3, 2.5, 2]), run('attention', [3, 1, 0.5, 0])];
    assert.equal(ratio(runs, 2), null);
    assertClose(ratio(runs, 2.5)!, 4 / 1.5, 1e-12);
    assert.equal(ratio([runs[0], run('attention', [4, 3, 2.6])], 2.5), null);
  });
});

describe('transformer: the experiment', function () {
  this.timeout(120_000);
  // Their losses are asked of nothing here.
  runOnce(transformer, { options: { steps: 3, recallSteps: 4 } });
});
