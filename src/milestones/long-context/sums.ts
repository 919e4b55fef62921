/**
 * “Sum of two”: what two needles say is added, by a small network that reads how likely the net holds each thing for either. It
 * learns among as few statements as the net did, and is asked among more.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { seededRandom } from '../../shared/random';
import { crossEntropy, scaled } from '../shared/layers';
import { tensor, Trainer, type Tensor, type Tensors } from '../shared/train';
import { haystack, type Haystack } from './haystack';
import { LEARNED, THINGS } from './options';
import { Recall, type Values } from './recall';

const INNER = 64;
const ROWS = 128;
const RATE = 0.01;
/** Haystacks that its lessons are read from, again and again. */
const HAYSTACKS = 24;
/** Different sums. */
const SUMS = 2 * THINGS - 1;

/** read [rows][2 × THINGS], sum [rows] int32 */
function loss({ up, bias, down }: Tensors, { read, sum }: Tensors): Tensor {
  return crossEntropy(np.matmul(nn.relu(np.matmul(read, up).add(bias)), down), sum);
}

/** Of two needles, [2 × THINGS]. */
function readings(recall: Recall, { keys }: Haystack, a: number, b: number): number[] {
  return [...recall.ask(keys[a]).shares, ...recall.ask(keys[b]).shares];
}

/** Await `useWasm()` before. */
export async function learnSums(
  values: Values,
  { steps, seed }: { steps: number; seed: number },
  onStep: () => Promise<void>,
): Promise<Values> {
  const random = seededRandom(seed * 1000 + 17);
  const lessons = Array.from({ length: HAYSTACKS }, () => {
    const hay = haystack(LEARNED, random);
    const recall = new Recall(values, hay);
    return { things: hay.things, shares: [...hay.keys].map((key) => recall.ask(key).shares) };
  });
  const initial = {
    // Two numbers of them all are large.
    up: scaled(2 * THINGS, INNER, THINGS),
    bias: { shape: [INNER], scale: 0 },
    down: scaled(INNER, SUMS),
  };
  const trainer = new Trainer(initial, loss, seed * 1000 + 19, { learningRate: RATE });
  try {
    for (let step = 0; step < steps; step++) {
      const read = new Float32Array(ROWS * 2 * THINGS);
      const sum = Int32Array.from({ length: ROWS }, (_, row) => {
        const from = lessons[Math.floor(random() * HAYSTACKS)];
        const [a, b] = [0, 1].map(() => Math.floor(random() * LEARNED));
        read.set(from.shares[a], row * 2 * THINGS);
        read.set(from.shares[b], (row * 2 + 1) * THINGS);
        return from.things[a] + from.things[b];
      });
      const batch = { read: tensor(read, [ROWS, 2 * THINGS]), sum: tensor(sum, [ROWS]) };
      await trainer.step(batch, 1 - (0.9 * step) / steps);
      await onStep();
    }
    return await trainer.values();
  } finally {
    trainer.dispose();
  }
}

/** The sum that is answered for the needles at places a and b. */
export function summed(
  { up, bias, down }: Values,
  recall: Recall,
  hay: Haystack,
  [a, b]: readonly [number, number],
): number {
  const read = readings(recall, hay, a, b);
  const inner = Array.from(bias, (start, unit) => Math.max(0, read.reduce((sum, value, i) => sum + value * up[i * INNER + unit], start))); // prettier-ignore
  let [best, most] = [0, -Infinity];
  for (let sum = 0; sum < SUMS; sum++) {
    const score = inner.reduce((all, value, unit) => all + value * down[unit * SUMS + sum], 0);
    if (score > most) [best, most] = [sum, score];
  }
  return best;
}
