/** Gradients of functions on jax-js arrays against finite differences. */
import assert from 'node:assert/strict';
import { numpy as np, valueAndGrad } from '@jax-js/jax';
import { seededRandom } from '../../src/shared/random';
import { initialValues, tensor, type Tensors } from '../../src/milestones/shared/train';

type Shapes = Record<string, number[]>;

/** float32 leaves about 3 digits of a central difference with this step. */
const STEP = 1e-2;
const TOLERANCE = 2e-2;

/** `loss` is a scalar; every parameter starts from a normal distribution. */
export async function checkGradient(shapes: Shapes, loss: (parameters: Tensors) => np.Array): Promise<void> {
  const random = seededRandom(7);
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, initialValues({ shape, scale: 0.7 }, random)]),
  );
  const make = (): Tensors =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tensor(values[name].slice(), shape)]));
  const lossNow = async (): Promise<number> => ((await loss(make()).data()) as Float32Array)[0];
  const [, gradient] = valueAndGrad(loss)(make()) as [np.Array, Tensors];
  for (const name in shapes) {
    const slopes = (await gradient[name].data()) as Float32Array;
    const largest = Math.max(...slopes.map(Math.abs));
    for (const at of values[name].keys()) {
      const value = values[name][at];
      values[name][at] = value + STEP;
      const above = await lossNow();
      values[name][at] = value - STEP;
      const below = await lossNow();
      values[name][at] = value;
      const numeric = (above - below) / (2 * STEP);
      assert.ok(
        Math.abs(numeric - slopes[at]) < TOLERANCE * largest,
        `${name}[${at}]: ${slopes[at]} against ${numeric}`,
      );
    }
  }
}

/** A scalar that every element has another weight in. */
export const weighted = (x: np.Array): np.Array => {
  const size = x.shape.reduce((product, each) => product * each, 1);
  const weights = Float32Array.from({ length: size }, (_, at) => Math.sin(at + 1));
  return np.sum(x.mul(tensor(weights, x.shape)));
};
