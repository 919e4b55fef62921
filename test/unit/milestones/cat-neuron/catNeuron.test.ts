/** The sparse auto-encoder, the windows and the search against plain formulas; and that the effect is there. */
import assert from 'node:assert/strict';
import { principal } from '../../../../src/milestones/cat-neuron/baselines';
import { seededRandom } from '../../../../src/shared/random';
import { catNeuron } from '../../../../src/milestones/cat-neuron/experiment';
import {
  featuresOf,
  firstStage,
  firstStageSlope,
  outputsOf,
  POOLED,
  type Winners,
} from '../../../../src/milestones/cat-neuron/firstStage';
import { type Answer, WINDOW } from '../../../../src/milestones/cat-neuron/options';
import { accuracyOf, bestThreshold, bestUnit, firing } from '../../../../src/milestones/cat-neuron/search';
import { meanRow, SparseAutoencoder } from '../../../../src/milestones/cat-neuron/sparseAutoencoder';
import { drawingOf, KINDS, PIXELS, SIZE } from '../../../../src/shared/drawings';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const values = (count: number, random: () => number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, () => random() * 2 - 1);

/** Float32 sums of a few hundred terms. */
const ROUNDING = 1e-5;

describe('cat neuron: principal components', () => {
  it('are the directions in which made-up drawings differ, orthogonal, the widest first', () => {
    const random = seededRandom(3);
    const pixels = new Float32Array(30 * PIXELS);
    for (let drawing = 0; drawing < 30; drawing++) {
      pixels[drawing * PIXELS + 5] = 3 * (random() - 0.5);
      pixels[drawing * PIXELS + 9] = random() - 0.5;
    }
    const [first, second] = principal(pixels, 2);
    assert.ok(Math.abs(first[5]) > 0.99, String(first[5]));
    assert.ok(Math.abs(second[9]) > 0.99, String(second[9]));
  });
});

describe('cat neuron: the sparse auto-encoder', () => {
  const shape = { inputs: 6, units: 5, active: 2 };
  const make = (): { net: SparseAutoencoder; x: Float32Array } => {
    const random = seededRandom(2);
    const net = new SparseAutoencoder(shape, values(6, random), random);
    net.bias.set([0.3, 0.2, 0.1, 0.4, 0.2]);
    return { net, x: values(6, random) };
  };
  /** ½|redrawn − x|² by the formula, in double precision; the active units are given. */
  const lossBy = (
    weights: ArrayLike<number>,
    bias: ArrayLike<number>,
    net: SparseAutoencoder,
    x: Float32Array,
    active: number[],
  ): number => {
    const w = (i: number, unit: number): number => weights[i * 5 + unit];
    const rows = [...Array(6).keys()];
    const h = active.map((unit) => bias[unit] + rows.reduce((sum, i) => sum + (x[i] - net.centre[i]) * w(i, unit), 0));
    return rows.reduce((sum, i) => {
      const redrawn = net.centre[i] + active.reduce((total, unit, at) => total + h[at] * w(i, unit), 0);
      return sum + 0.5 * (redrawn - x[i]) ** 2;
    }, 0);
  };

  it('takes the most active units only, in their order', () => {
    const { net } = make();
    assert.deepEqual(net.mostActive(Float32Array.from([0.1, 0.9, -3, 0.5, 0.7])), [1, 4]);
    assert.deepEqual(net.mostActive(Float32Array.from([-1, -2, 0, 0.5, -1])), [3]);
    assert.deepEqual(net.mostActive(new Float32Array(5)), []);
  });

  it('has the loss of the formula and its gradient by finite differences', () => {
    const { net, x } = make();
    const response = new Float32Array(5);
    net.respond(x, response);
    const active = net.mostActive(response);
    assert.equal(active.length, 2);
    assertClose(net.learn(x), lossBy(net.weights, net.bias, net, x, active), ROUNDING);
    const gradient = net.gathered;
    const [weights, bias] = [Float64Array.from(net.weights), Float64Array.from(net.bias)];
    const step = 1e-5;
    for (let at = 0; at < gradient.length; at++) {
      const [of, index] = at < weights.length ? [weights, at] : [bias, at - weights.length];
      const value = of[index];
      of[index] = value + step;
      const above = lossBy(weights, bias, net, x, active);
      of[index] = value - step;
      const below = lossBy(weights, bias, net, x, active);
      of[index] = value;
      assertClose(gradient[at], (above - below) / (2 * step), 1e-4);
    }
  });

  it('steps as Adam does', () => {
    const { net, x } = make();
    const before = Float64Array.from(net.weights);
    net.learn(x);
    const first = net.gathered;
    net.step(1, 0.01);
    net.learn(x);
    const second = net.gathered;
    net.step(1, 0.01);
    for (let at = 0; at < before.length; at++) {
      let [m, v, weight] = [0, 0, before[at]];
      for (const [number, slope] of [first[at], second[at]].entries()) {
        m = 0.9 * m + 0.1 * slope;
        v = 0.999 * v + 0.001 * slope * slope;
        weight -= (0.01 * (m / (1 - 0.9 ** (number + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (number + 1))) + 1e-8);
      }
      assertClose(net.weights[at], weight, 1e-4);
    }
  });

  it('takes the mean row off', () => {
    assert.deepEqual([...meanRow(Float32Array.from([1, 2, 3, 4, 5, 9]), 2)], [3, 5]);
  });
});

describe('cat neuron: the windows', () => {
  const COUNT = 3;
  const features = featuresOf(values(WINDOW * WINDOW * COUNT, seededRandom(5)), COUNT);
  const drawing = drawingOf('dog', 8);

  it('are those of the formula: windows, threshold, pooling, even contrast', () => {
    const found = firstStage(drawing, features);
    const expected: number[] = [];
    for (let poolRow = 0; poolRow < POOLED; poolRow++) {
      for (let poolColumn = 0; poolColumn < POOLED; poolColumn++) {
        for (let feature = 0; feature < COUNT; feature++) {
          let most = 0;
          for (const [dy, dx] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ]) {
            const [top, left] = [(2 * poolRow + dy) * 3, (2 * poolColumn + dx) * 3];
            const window = Array.from({ length: 49 }, (_, at) => drawing[(top + Math.floor(at / 7)) * SIZE + left + (at % 7)]); // prettier-ignore
            const mean = window.reduce((a, b) => a + b) / 49;
            const dot = window.reduce((sum, value, at) => sum + (value - mean) * features.weights[at * COUNT + feature], 0); // prettier-ignore
            most = Math.max(most, dot - 0.5);
          }
          expected.push(most);
        }
      }
    }
    const length = Math.hypot(...expected);
    assert.equal(found.length, outputsOf(features));
    found.forEach((value, at) => assertClose(value, (5 * expected[at]) / length, 1e-4));
    assertClose(Math.hypot(...found), 5, 1e-4);
    assert.ok(firstStage(new Float32Array(PIXELS), features).every((value) => value === 0));
  });

  it('know the way back: slopes agree with finite differences', () => {
    const winners: Winners = { windows: new Int16Array(outputsOf(features)), scale: 0 };
    const outputs = firstStage(drawing, features, winners);
    const wanted = values(outputs.length, seededRandom(6));
    const slope = firstStageSlope(wanted, outputs, winners, features);
    const total = (pixels: Float32Array): number =>
      firstStage(pixels, features).reduce((sum, value, at) => sum + value * wanted[at], 0);
    const step = 2e-3;
    for (let at = 0; at < PIXELS; at += 13) {
      const [above, below] = [drawing.slice(), drawing.slice()];
      above[at] += step;
      below[at] -= step;
      assertClose(slope[at], (total(above) - total(below)) / (2 * step), 0.02);
    }
  });
});

describe('cat neuron: the search', () => {
  it('finds the threshold that trying each one finds', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 30; round++) {
      const wanted = Uint8Array.from({ length: 40 }, (_, at) => (at % 4 === 0 ? 1 : 0));
      // Few values, so that some are equal.
      const responses = Float32Array.from(wanted, (cat) => Math.round(6 * random() + cat * 2 * random()));
      const by = (threshold: number): number => {
        const share = (group: number): number => {
          const members = responses.filter((_, at) => wanted[at] === group);
          return members.filter((value) => value >= threshold).length / members.length;
        };
        return (share(1) + 1 - share(0)) / 2;
      };
      const { threshold, accuracy } = bestThreshold(responses, wanted);
      assertClose(accuracy, Math.max(0.5, ...[...responses].map(by)), 1e-12);
      if (threshold !== Infinity) assertClose(accuracy, by(threshold), 1e-12);
    }
  });

  it('says which unit it is and what fires it', () => {
    const kinds = Uint8Array.from([0, 1, 0, 1]);
    const responses = Float32Array.from([5, 1, 5, 0, 5, 3, 5, 2.5]);
    const found = bestUnit(responses, 2, kinds.map((kind) => 1 - kind)); // prettier-ignore
    assert.equal(found.unit, 1);
    const shares = firing(responses, 2, kinds, 2, found);
    assert.equal(found.accuracy, accuracyOf(shares, 0));
    assert.equal(accuracyOf([1, 0, 0.5], 0), 0.875);
    assert.equal(accuracyOf([0.3, 0.3, 0.3], 0), 0.5);
  });
});

describe('cat neuron: the experiment', function () {
  this.timeout(60_000);

  const ran = runOnce(catNeuron, { options: { drawings: 400, steps: 200, tested: 300 }, seed: 3 });

  it('has a unit that fires for cats, though nothing was named, and not for a dog', async () => {
    const { signal } = new AbortController();
    const { result, answer } = await ran();
    const { sizes, chosen } = result;
    const best = sizes.at(-1)!;
    assert.ok(best.accuracy > best.random + 0.08 && best.accuracy > 0.65, JSON.stringify(best));
    const [cat] = chosen!.found;
    assert.ok(cat.shares[KINDS.indexOf('dog')] < cat.shares[0] / 2, JSON.stringify(cat.shares));
    assert.ok(chosen!.stimulusResponse > chosen!.topResponse);
    // What a person draws is answered from the same unit.
    let fired = 0;
    for (let number = 0; number < 40; number++) {
      const { responses } = (await answer!({ pixels: drawingOf('cat', 900 + number) }, signal)) as Answer;
      if (responses[0].response >= responses[0].threshold) fired++;
    }
    assertClose(fired / 40, cat.shares[0], 0.3);
  });
});
