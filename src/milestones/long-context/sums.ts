/**
 * “Sum of two”: what two needles say is added, by a small network that reads both answers of attention. It learns among as few
 * statements as the net did, and is asked among more.
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

/** mixed [rows][2 × width], sum [rows] int32 */
function loss({ up, bias, down }: Tensors, { mixed, sum }: Tensors): Tensor {
  return crossEntropy(np.matmul(nn.relu(np.matmul(mixed, up).add(bias)), down), sum);
}

/** What attention brings of two needles, [2 × width]. */
function readings(recall: Recall, { keys }: Haystack, a: number, b: number): number[] {
  return [...recall.ask(keys[a]).mixed, ...recall.ask(keys[b]).mixed];
}

/** Await `useWasm()` before. */
export async function learnSums(
  values: Values,
  { steps, seed }: { steps: number; seed: number },
  onStep: () => Promise<void>,
): Promise<Values> {
  const width = values.gain.length;
  const random = seededRandom(seed * 1000 + 17);
  const read = Array.from({ length: HAYSTACKS }, () => {
    const hay = haystack(LEARNED, random);
    const recall = new Recall(values, hay);
    return { things: hay.things, mixed: [...hay.keys].map((key) => recall.ask(key).mixed) };
  });
  const initial = {
    up: scaled(2 * width, INNER, 2),
    bias: { shape: [INNER], scale: 0 },
    down: scaled(INNER, SUMS),
  };
  const trainer = new Trainer(initial, loss, seed * 1000 + 19, { learningRate: RATE });
  try {
    for (let step = 0; step < steps; step++) {
      const mixed = new Float32Array(ROWS * 2 * width);
      const sum = Int32Array.from({ length: ROWS }, (_, row) => {
        const from = read[Math.floor(random() * HAYSTACKS)];
        const [a, b] = [0, 1].map(() => Math.floor(random() * LEARNED));
        mixed.set(from.mixed[a], row * 2 * width);
        mixed.set(from.mixed[b], (row * 2 + 1) * width);
        return from.things[a] + from.things[b];
      });
      const batch = { mixed: tensor(mixed, [ROWS, 2 * width]), sum: tensor(sum, [ROWS]) };
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
  // prettier-ignore
  const read = readings(recall, hay, a, b);
  const inner = Array.from(bias, (start, unit) => Math.max(0, read.reduce((sum, value, i) => sum + value * up[i * INNER + unit], start))); // prettier-ignore
  let [best, most] = [0, -Infinity];
  for (let sum = 0; sum < SUMS; sum++) {
    const score = inner.reduce((all, value, unit) => all + value * down[unit * SUMS + sum], 0);
    if (score > most) [best, most] = [sum, score];
  }
  return best;
}
