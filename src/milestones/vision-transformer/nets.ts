/** The Transformer over patches on jax-js arrays (see shared/train.ts for who uses up what), and both nets' lessons. */
import { numpy as np } from '@jax-js/jax';
import { KINDS, PIXELS, type Drawings } from '../../shared/drawings';
import { seededRandom, shuffle } from '../../shared/random';
import { initial as convolutionalInitial, inputsOf, logits as convolutionalLogits } from '../alexnet/nets';
import { batchOf } from '../alexnet/race';
import type { Convolutional } from '../alexnet/shape';
import { block, blockWeights, crossEntropy, layerNorm, scaled } from '../shared/layers';
import { tensor, Trainer, type Initial, type Tensor, type Tensors } from '../shared/train';
import { PATCH, PATCHES, type Learned } from './options';
import { HEADS, INNER, LAYERS, patchesOf, WIDTH } from './shape';

export const CONVOLUTIONAL: Convolutional = { kind: 'convolutional', activation: 'relu', filters: 8 };

const BATCH = 32;
/** Of Adam; set once for each kind of net, on other seeds than those that are checked. */
const RATES = { convolutions: 0.004, patches: 0.004, placeless: 0.004 };
/** Part of the steps in which the rate rises; then it falls to nothing. */
const WARM_UP = 0.1;
/** A multiple of four, which the products are fast for. */
const COLUMNS = Math.ceil(PATCH ** 2 / 4) * 4;

function initial(places: boolean): Record<string, Initial> {
  const all: Record<string, Initial> = {
    patch: scaled(COLUMNS, WIDTH, 4),
    ...(places && { places: { shape: [PATCHES, WIDTH], scale: 0.3 } }),
    gain: { shape: [WIDTH], scale: 'ones' },
    out: scaled(WIDTH, KINDS.length),
    outBias: { shape: [KINDS.length], scale: 0 },
  };
  for (let layer = 0; layer < LAYERS; layer++) Object.assign(all, blockWeights(layer, WIDTH, INNER));
  return all;
}

/** patches [batch][PATCHES][COLUMNS] → [batch][KINDS]; without `places` in the weights it is not told where a patch is. */
export function logits(weights: Tensors, patches: Tensor): Tensor {
  const { patch, places, gain, out, outBias } = weights;
  let x = np.matmul(patches, patch);
  if (places) x = x.add(places);
  for (let layer = 0; layer < LAYERS; layer++) x = block(x, weights, layer, HEADS);
  return np.matmul(np.mean(layerNorm(x, gain), 1), out).add(outBias);
}

const patchLoss = (weights: Tensors, { patches, kinds }: Tensors): Tensor =>
  crossEntropy(logits(weights, patches), kinds);
// One function for each set of weights: a trainer compiles each once.
const placelessLoss = (weights: Tensors, batch: Tensors): Tensor => patchLoss(weights, batch);
const convolutionalLoss = (weights: Tensors, { kinds, ...windows }: Tensors): Tensor =>
  crossEntropy(convolutionalLogits(CONVOLUTIONAL, weights, Object.values(windows)), kinds);

const LOSSES = { convolutions: convolutionalLoss, patches: patchLoss, placeless: placelessLoss };

function batch(net: Learned, known: Drawings, ids: readonly number[]): Tensors {
  if (net === 'convolutions') {
    const { pixels, kinds } = batchOf(known, ids);
    const windows = inputsOf(CONVOLUTIONAL, pixels).map((each, corner) => [`corner${corner}`, each] as const);
    return { kinds: np.array(kinds), ...Object.fromEntries(windows) };
  }
  const patches = new Float32Array(ids.length * PATCHES * COLUMNS);
  ids.forEach((id, at) => {
    const pixels = known.pixels.subarray(id * PIXELS, (id + 1) * PIXELS);
    patchesOf(pixels, COLUMNS, patches, at * PATCHES * COLUMNS);
  });
  return {
    kinds: np.array(Int32Array.from(ids, (id) => known.kinds[id])),
    patches: tensor(patches, [ids.length, PATCHES, COLUMNS]),
  };
}

/** Shows so many drawings, all equally often, in the same order to each net. Await `useWasm()` before. */
export async function learn(
  net: Learned,
  known: Drawings,
  { examples, seed, onStep }: { examples: number; seed: number; onStep: (done: number) => Promise<void> },
): Promise<Record<string, Float32Array>> {
  const start = net === 'convolutions' ? convolutionalInitial(CONVOLUTIONAL) : initial(net === 'patches');
  const trainer = new Trainer(start, LOSSES[net], seed * 1000 + 7, { learningRate: RATES[net] });
  const random = seededRandom(seed * 1000 + 11);
  const steps = Math.ceil(examples / BATCH);
  let order: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      if (order.length < BATCH) order = shuffle([...known.kinds.keys()], random);
      const done = step / steps;
      await trainer.step(batch(net, known, order.splice(0, BATCH)), Math.min(1, (done + 1 / steps) / WARM_UP) * (1 - done)); // prettier-ignore
      await onStep(done);
    }
    return await trainer.values();
  } finally {
    trainer.dispose();
  }
}
