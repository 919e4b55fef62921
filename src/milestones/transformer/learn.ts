/** One net learns one task: steps, points of its curve, and its loss at each place afterwards. */
import { jit, numpy as np } from '@jax-js/jax';
import { sizeOf, tensor, Trainer, type Tensor, type Tensors } from '../shared/train';
import { mean } from '../../shared/statistics';
import { initial, lossesOf, loss, multiplyAdds, type Shape } from './nets';
import type { Kind, Run } from './options';
import type { Windows } from './task';

/** Of 0.005, 0.01, 0.02, 0.04 and 0.08 the best for each kind on each task, by a seed that no check has (bench/LOG.md). */
export const LEARNING_RATE: Record<'text' | 'recall', Record<Kind, number>> = {
  text: { recurrent: 0.04, attention: 0.02 },
  recall: { recurrent: 0.04, attention: 0.005 },
};
const WARM_UP = 20;
/** From this share of the steps on the rate falls, to a twentieth. */
const DECAY_FROM = 0.6;
const POINTS = 12;
/** A backward pass costs two forward passes; a multiply-add is two operations. */
const OPERATIONS_PER_MULTIPLY_ADD = 6;

type Evaluate = (parameters: Tensors, batch: Tensors) => Tensor;
const evaluations = new Map<string, Evaluate>();

export interface Task {
  shape: Shape;
  steps: number;
  learningRate: number;
  /** Draws what one step learns from. */
  draw(): Windows;
  /** Windows kept back, in batches: a few for the curve, all for the end. */
  test: readonly Windows[];
}

/** `run` is changed as it goes. Returns the bits at each place that counts, after the last step. */
export async function learn(
  kind: Kind,
  { shape, steps, learningRate, draw, test }: Task,
  seed: number,
  run: Run,
  onStep: (share: number) => Promise<void>,
): Promise<number[]> {
  const trainer = new Trainer(initial(kind, shape), loss(kind, shape), seed, { learningRate });
  const stepCost = (multiplyAdds(kind, shape) * shape.texts * OPERATIONS_PER_MULTIPLY_ADD) / 1e6;
  const stepsAPoint = Math.max(1, Math.round(steps / POINTS));
  try {
    for (let step = 1; step <= steps; step++) {
      await trainer.step(batchOf(draw(), shape), rateAt(step, steps));
      if (step % stepsAPoint === 0) {
        run.loss.push(mean(await bitsByPlace(kind, shape, trainer, test.slice(0, 2))));
        run.compute.push(step * stepCost);
      }
      await onStep(step / steps);
    }
    const byPlace = await bitsByPlace(kind, shape, trainer, test);
    run.end = mean(byPlace);
    return byPlace;
  } finally {
    trainer.dispose();
  }
}

export const parametersOf = (kind: Kind, shape: Shape): number => sizeOf(initial(kind, shape));

function rateAt(step: number, steps: number): number {
  const falling = (steps - step) / (steps * (1 - DECAY_FROM));
  return Math.min(1, step / WARM_UP) * Math.min(1, Math.max(0.05, falling));
}

function batchOf({ read, target, counts }: Windows, { texts, length }: Shape): Tensors {
  let counted = 0;
  for (const count of counts) counted += count;
  return {
    read: tensor(read, [texts, length]),
    target: tensor(target, [texts, length]),
    weight: tensor(
      counts.map((count) => count / counted),
      [texts, length],
    ),
  };
}

/** [places that count]: mean bits at each. */
async function bitsByPlace(kind: Kind, shape: Shape, trainer: Trainer, batches: readonly Windows[]): Promise<number[]> {
  const key = JSON.stringify([kind, shape]);
  const evaluate =
    evaluations.get(key) ??
    jit((parameters: Tensors, batch: Tensors) => np.sum(lossesOf(kind, shape, parameters, batch), 0));
  evaluations.set(key, evaluate as Evaluate);
  const sums = new Array<number>(shape.length).fill(0);
  for (const windows of batches) {
    const nats = (await (evaluate as Evaluate)(trainer.current, batchOf(windows, shape)).data()) as Float32Array;
    // Weights sum to one over a batch: as many places count at each counted place.
    const places = countedPlaces(windows, shape);
    for (const place of places) sums[place] += (nats[place] * places.length) / (batches.length * Math.LN2);
  }
  return countedPlaces(batches[0], shape).map((place) => sums[place]);
}

/** A place counts in all texts of a batch or in none. */
const countedPlaces = ({ counts }: Windows, { length }: Shape): number[] =>
  [...Array(length).keys()].filter((place) => counts[place] > 0);
