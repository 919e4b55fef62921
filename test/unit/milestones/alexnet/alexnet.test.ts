/** Convolution and pooling against plain loops and finite differences, the descent, and that the effect is there. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { alexNet } from '../../../../src/milestones/alexnet/experiment';
import { Learner, type Batch } from '../../../../src/milestones/alexnet/learner';
import { look, type Values } from '../../../../src/milestones/alexnet/look';
import { convolve, initial, inputsOf, logits, pool } from '../../../../src/milestones/alexnet/nets';
import { type Answer, FIRST, MAP } from '../../../../src/milestones/alexnet/options';
import { batchOf } from '../../../../src/milestones/alexnet/race';
import { multiplyAdds, perceptronLike, weightsOf, type Convolutional } from '../../../../src/milestones/alexnet/shape';
import { ANYWHERE, drawingOf, drawings, KINDS, PIXELS, SIZE } from '../../../../src/shared/drawings';
import { initialValues, sizeOf, tensor, useWasm } from '../../../../src/milestones/shared/train';
import { checkGradient, weighted } from '../../../support/gradients';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

/** Float32 sums of a few hundred terms. */
const ROUNDING = 1e-5;
const random = (shape: number[], seed: number): Float32Array<ArrayBuffer> =>
  initialValues({ shape, scale: 0.7 }, seededRandom(seed));

const relu: Convolutional = { kind: 'convolutional', activation: 'relu', filters: 4 };
const tanh: Convolutional = { ...relu, activation: 'tanh' };

describe('alexnet: the layers', function () {
  this.timeout(60_000);
  before(useWasm);

  it('a convolution is that of plain loops, for every filter, place and drawing', async () => {
    const [channels, height, width, batch, count, side] = [2, 6, 5, 3, 4, 3];
    const x = random([channels, height, width, batch], 1);
    const filters = random([count, side * side * channels], 2);
    const result = convolve(
      tensor(x.slice(), [channels, height, width, batch]),
      tensor(filters.slice(), [count, side * side * channels]),
    );
    const [rows, columns] = [height - side + 1, width - side + 1];
    assert.deepEqual(result.shape, [count, rows, columns, batch]);
    const got = (await result.data()) as Float32Array;
    for (let filter = 0; filter < count; filter++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          for (let at = 0; at < batch; at++) {
            let sum = 0;
            for (let dy = 0; dy < side; dy++)
              for (let dx = 0; dx < side; dx++)
                for (let channel = 0; channel < channels; channel++)
                  sum +=
                    filters[((filter * side + dy) * side + dx) * channels + channel] *
                    x[((channel * height + row + dy) * width + column + dx) * batch + at];
            assertClose(got[((filter * rows + row) * columns + column) * batch + at], sum, ROUNDING);
          }
  });

  it('a convolution’s gradient is that of finite differences: input and filters', () =>
    checkGradient({ x: [2, 4, 3, 2], filters: [2, 18] }, ({ x, filters }) => weighted(convolve(x, filters))));

  it('pooling takes the largest of each two by two, and its gradient falls on it', async () => {
    const x = Float32Array.of(1, 5, 2, 0, 3, 4, 7, 6, -1, -2, 0, 0.5, -3, -4, 0.25, 0);
    const pooled = (await pool(tensor(x, [1, 4, 4, 1])).data()) as Float32Array;
    assert.deepEqual([...pooled], [5, 7, -1, 0.5]);
    await checkGradient({ x: [2, 4, 2, 2] }, ({ x: values }) => weighted(pool(values)));
  });

  it('nets have the weights that are counted, and those without convolutions as many, or as many multiply-adds', () => {
    for (const net of [relu, { ...relu, filters: 16 }]) {
      assert.equal(sizeOf(initial(net)), weightsOf(net));
      const [weights, operations] = [perceptronLike(net, 'weights'), perceptronLike(net, 'multiplyAdds')];
      assert.equal(sizeOf(initial(weights)), weightsOf(weights));
      assertClose(weightsOf(weights), weightsOf(net), PIXELS / 2 + KINDS.length);
      assertClose(multiplyAdds(operations), multiplyAdds(net), PIXELS / 2 + KINDS.length);
    }
  });

  for (const net of [relu, tanh, perceptronLike(relu, 'weights')]) {
    it(`${net.kind === 'convolutional' ? net.activation : 'without convolutions'}: learns and looks alike`, async () => {
      const values = startOf(net, 5);
      const { pixels } = drawings(3, 9, ANYWHERE);
      const weights = Object.fromEntries(
        Object.entries(initial(net)).map(([name, { shape }]) => [name, tensor(Float32Array.from(values[name]), shape)]),
      );
      const batch = batchOf({ pixels, kinds: new Uint8Array(3) }, [0, 1, 2]);
      const answers = (await logits(net, weights, inputsOf(net, batch.pixels)).data()) as Float32Array;
      for (let at = 0; at < 3; at++) {
        const own = [...answers.subarray(at * KINDS.length, (at + 1) * KINDS.length)].map(Math.exp);
        const total = own.reduce((a, b) => a + b);
        const { shares } = look(net, values, pixels.subarray(at * PIXELS, (at + 1) * PIXELS));
        shares.forEach((share, kind) => assertClose(share, own[kind] / total, 1e-4));
      }
    });
  }

  it('a drawing that is moved moves the maps of the filters, and changes nothing else in them', () => {
    const values = startOf(relu, 6);
    const small = drawings(1, 2, { ...ANYWHERE, scale: [0.5, 0.5], roam: 0 }).pixels;
    const moved = Float32Array.from(small, (_, at) =>
      at % SIZE >= 2 && at >= 3 * SIZE ? small[at - 3 * SIZE - 2] : 0,
    );
    const [first, second] = [small, moved].map((pixels) => look(relu, values, pixels).maps);
    for (let filter = 0; filter < relu.filters; filter++)
      for (let row = 0; row < MAP - 3; row++)
        for (let column = 0; column < MAP - 2; column++)
          assertClose(
            second[(filter * MAP + row + 3) * MAP + column + 2],
            first[(filter * MAP + row) * MAP + column],
            ROUNDING,
          );
  });

  /** Starting values with biases that are not zero. */
  function startOf(net: Parameters<typeof initial>[0], seed: number): Values {
    const chance = seededRandom(seed);
    return Object.fromEntries(
      Object.entries(initial(net)).map(([name, each]) => [
        name,
        initialValues({ ...each, scale: each.scale === 0 ? 0.3 : each.scale }, chance),
      ]),
    );
  }
});

describe('alexnet: the descent', function () {
  this.timeout(60_000);
  before(useWasm);

  it('goes down the slope of the loss that plain loops have, with nine tenths of the last step', async () => {
    const net = tanh;
    const rate = 0.05;
    const { pixels, kinds } = drawings(4, 3, ANYWHERE);
    const batch = (): Batch => batchOf({ pixels, kinds }, [0, 1, 2, 3]);
    const lossOf = (values: Values): number =>
      [...kinds].reduce((sum, kind, at) => {
        const { shares } = look(net, values, pixels.subarray(at * PIXELS, (at + 1) * PIXELS));
        return sum - Math.log(shares[kind]) / kinds.length;
      }, 0);
    const learner = new Learner(net, 4, rate);
    const path = [await learner.values()];
    for (let step = 0; step < 2; step++) {
      await learner.step(batch());
      path.push(await learner.values());
    }
    learner.dispose();
    for (const name of Object.keys(path[0])) {
      const middle = path[1][name].length >> 1;
      for (const at of new Set([0, middle, path[1][name].length - 1])) {
        const slope = (values: Values): number => {
          const nudged = (by: number): number =>
            lossOf({ ...values, [name]: values[name].map((value, place) => (place === at ? value + by : value)) });
          return (nudged(STEP) - nudged(-STEP)) / (2 * STEP);
        };
        const change = (step: number): number => path[step + 1][name][at] - path[step][name][at];
        assertClose(change(0), -rate * slope(path[0]), tolerance(change(0)), `${name}[${at}], first step:`);
        assertClose(
          change(1),
          0.9 * change(0) - rate * slope(path[1]),
          tolerance(change(1)),
          `${name}[${at}], second step:`,
        );
      }
    }
  });
  /** Small, so that hardly another place becomes the largest of its four; float32 then leaves two digits of the difference. */
  const STEP = 1e-3;
  const tolerance = (value: number): number => 2e-5 + 0.05 * Math.abs(value);
});

describe('alexnet: the experiment', function () {
  this.timeout(60_000);

  const options = { drawings: 400, filters: 4, epochs: 4, tested: 200 };
  const ran = runOnce(alexNet, { options, seed: 2 });

  it('names more with convolutions than without at equal weights, and answers with maps', async () => {
    const { signal } = new AbortController();
    const { result, answer } = await ran();
    const [withFilters, , without] = result.contests.map(({ run }) => run.right.at(-1)!);
    assert.ok(withFilters > without + 0.05, `${withFilters} ${without}`);
    assert.equal(result.filters.relu.length, options.filters * FIRST ** 2);
    const said = (await answer!({ pixels: drawingOf('house', 77) }, signal)) as Answer;
    for (const shares of Object.values(said.shares))
      assertClose(
        shares.reduce((a, b) => a + b),
        1,
        1e-5,
      );
    assert.equal(said.maps.length, options.filters * MAP ** 2);
    assert.equal(Math.max(...said.maps), 255);
    said.responses.forEach(({ strongest, row, column }, filter) => {
      if (strongest === 0) return;
      const map = said.maps.subarray(filter * MAP ** 2, (filter + 1) * MAP ** 2);
      assert.equal(map[row * MAP + column], Math.max(...map));
    });
  });
});
