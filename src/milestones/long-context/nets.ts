/** One layer of attention that learns to find statements by their keys, on jax-js arrays (see shared/train.ts). */
import { nn, numpy as np } from '@jax-js/jax';
import { seededRandom } from '../../shared/random';
import { crossEntropy, embed, layerNorm } from '../shared/layers';
import { tensor, Trainer, type Initial, type Tensor, type Tensors } from '../shared/train';
import { HALVES, haystack } from './haystack';
import { LEARNED, THINGS } from './options';

const TEXTS = 16;
const QUESTIONS = 32;
const RATE = 0.01;
/** Steps in which the rate rises; then it falls to a tenth. */
const WARM_UP = 20;

function initial(width: number): Record<string, Initial> {
  const square: Initial = { shape: [width, width], scale: 1 / Math.sqrt(width) };
  return {
    first: { shape: [HALVES, width], scale: 0.5 },
    second: { shape: [HALVES, width], scale: 0.5 },
    things: { shape: [THINGS, width], scale: 0.5 },
    gain: { shape: [width], scale: 'ones' },
    query: square,
    key: square,
    value: square,
    out: { shape: [width, THINGS], scale: 1 / Math.sqrt(width) },
  };
}

/** What is done to queries or keys [...][places][width] by their places; a single place is all of theirs. */
type Turn = (x: Tensor, places: readonly number[]) => Tensor;

/** Batch: first, second, thing [texts][statements]; askedFirst, askedSecond, answer [texts][questions], which stand behind the statements. */
export function loss(weights: Tensors, batch: Tensors, turn: Turn = (x) => x): Tensor {
  const { first, second, things, gain, query, key, value, out } = weights;
  const width = gain.shape[0];
  const statements = embed(batch.first, first.ref).add(embed(batch.second, second.ref));
  const said = layerNorm(statements.add(embed(batch.thing, things)), gain.ref);
  const asked = layerNorm(embed(batch.askedFirst, first).add(embed(batch.askedSecond, second)), gain);
  const keys = turn(np.matmul(said.ref, key), [...Array(LEARNED).keys()]).transpose([0, 2, 1]);
  const scores = np.matmul(turn(np.matmul(asked, query), [LEARNED]), keys).mul(1 / Math.sqrt(width));
  const mixed = np.matmul(nn.softmax(scores, -1), np.matmul(said, value));
  return crossEntropy(np.matmul(mixed, out), batch.answer);
}

/** Await `useWasm()` before. `onStep` gets the loss before each step, in nats; `lossOf`: of a net that is built otherwise. */
export async function learn(
  { width, steps, seed }: { width: number; steps: number; seed: number },
  onStep: (loss: number) => Promise<void>,
  lossOf: (weights: Tensors, batch: Tensors) => Tensor = loss,
): Promise<Record<string, Float32Array>> {
  const trainer = new Trainer(initial(width), lossOf, seed * 1000 + 7, { learningRate: RATE });
  const random = seededRandom(seed * 1000 + 11);
  try {
    for (let step = 0; step < steps; step++) {
      const factor = Math.min(1, (step + 1) / WARM_UP) * (1 - (0.9 * step) / steps);
      await onStep(await trainer.step(batch(random), factor));
    }
    return await trainer.values();
  } finally {
    trainer.dispose();
  }
}

function batch(random: () => number): Tensors {
  const row = (count: number): Int32Array<ArrayBuffer> => new Int32Array(TEXTS * count);
  const [first, second, thing] = [row(LEARNED), row(LEARNED), row(LEARNED)];
  const [askedFirst, askedSecond, answer] = [row(QUESTIONS), row(QUESTIONS), row(QUESTIONS)];
  for (let text = 0; text < TEXTS; text++) {
    const { keys, things } = haystack(LEARNED, random);
    keys.forEach((key, at) => {
      const place = text * LEARNED + at;
      [first[place], second[place], thing[place]] = [Math.floor(key / HALVES), key % HALVES, things[at]];
    });
    for (let question = 0; question < QUESTIONS; question++) {
      const place = text * QUESTIONS + question;
      const from = text * LEARNED + Math.floor(random() * LEARNED);
      [askedFirst[place], askedSecond[place], answer[place]] = [first[from], second[from], thing[from]];
    }
  }
  const statements = [TEXTS, LEARNED];
  const questions = [TEXTS, QUESTIONS];
  return {
    first: tensor(first, statements),
    second: tensor(second, statements),
    thing: tensor(thing, statements),
    askedFirst: tensor(askedFirst, questions),
    askedSecond: tensor(askedSecond, questions),
    answer: tensor(answer, questions),
  };
}
