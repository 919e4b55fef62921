/**
 * The experiment's convolutional net with more layers of 3 × 3 filters between its second and its third, from three kinds of
 * starting weights: epochs until a quarter of what is learned from is named wrongly, with rectified units and with tanh.
 */
import os from 'node:os';
import { blockUntilReady, jit, nn, numpy as np } from '@jax-js/jax';
import { initial, inputsOf, convolve, pool } from '../src/milestones/alexnet/nets';
import { WANTED } from '../src/milestones/alexnet/options';
import { descent, type Update } from '../src/milestones/alexnet/learner';
import { batchOf } from '../src/milestones/alexnet/race';
import { features, type Activation, type Convolutional } from '../src/milestones/alexnet/shape';
import {
  initialValues,
  tensor,
  useWasm,
  type Initial,
  type Tensor,
  type Tensors,
} from '../src/milestones/shared/train';
import { ANYWHERE, drawings, KINDS } from '../src/shared/drawings';
import { computeTo } from '../src/shared/learningCurve';
import { seededRandom, shuffle } from '../src/shared/random';
import { mean } from '../src/shared/statistics';

const FILTERS = 8;
const [DRAWINGS, BATCH] = [2000, 32];
/** Side of the maps behind the second pooling. */
const SIDE = Math.sqrt(features(FILTERS) / (2 * FILTERS));

/** Ours (He 2015, LeCun 1998, by activation), Glorot & Bengio 2010 for both, and the paper's 0.01 with biases of 1. */
type Start = 'scaled' | 'glorot' | 'paper';

interface Try {
  activation: Activation;
  /** Layers with weights. */
  depth: number;
  start: Start;
  rate: number;
  epochs: number;
  seed: number;
}

function starting({ activation, depth, start }: Try): Record<string, Initial> {
  const net: Convolutional = { kind: 'convolutional', activation, filters: FILTERS };
  const layers = initial(net);
  for (let at = 0; at < depth - 4; at++) {
    const inputs = 2 * FILTERS * 9;
    layers[`more${at}`] = { shape: [2 * FILTERS, inputs], scale: Math.sqrt((activation === 'tanh' ? 1 : 2) / inputs) };
    layers[`more${at}Bias`] = { shape: [2 * FILTERS], scale: 0 };
  }
  const entries = Object.entries(layers).map(([name, each]): [string, Initial] => {
    const [units, inputs = 0] = each.shape;
    if (inputs === 0)
      return [name, start === 'paper' && !/^(?:first|out)/.test(name) ? { ...each, scale: 'ones' } : each];
    if (start === 'paper') return [name, { ...each, scale: 0.01 }];
    return [name, start === 'glorot' ? { ...each, scale: Math.sqrt(2 / (inputs + units)) } : each];
  });
  return Object.fromEntries(entries);
}

/** x [channels][SIDE][SIDE][batch] with a border of zeros, so that a 3 × 3 filter keeps the side. */
function bordered(x: Tensor): Tensor {
  const [channels, side, , batch] = x.shape;
  const beside = (): Tensor => np.zeros([channels, side, 1, batch]);
  const above = (): Tensor => np.zeros([channels, 1, side + 2, batch]);
  return np.concatenate([above(), np.concatenate([beside(), x, beside()], 2), above()], 1);
}

function logits({ activation, depth }: Try, weights: Tensors, windows: Tensor[]): Tensor {
  const active = activation === 'tanh' ? np.tanh : nn.relu;
  const [taps, places] = windows[0].shape;
  const batch = BATCH;
  const half = Math.sqrt(places / batch);
  const padded = np.concatenate([weights.first, np.zeros([FILTERS, taps - 25])], 1);
  const maps = windows.map((each, at) => np.matmul(at < 3 ? padded.ref : padded, each));
  const largest = np.maximum(np.maximum(maps[0], maps[1]), np.maximum(maps[2], maps[3]));
  const first = active(largest.add(weights.firstBias.reshape([-1, 1]))).reshape([FILTERS, half, half, batch]);
  let x = active(pool(convolve(first, weights.second)).add(weights.secondBias.reshape([-1, 1, 1, 1])));
  for (let at = 0; at < depth - 4; at++)
    x = active(convolve(bordered(x), weights[`more${at}`]).add(weights[`more${at}Bias`].reshape([-1, 1, 1, 1])));
  const hidden = active(
    np.matmul(weights.hidden, x.reshape([2 * FILTERS * SIDE * SIDE, batch])).add(weights.hiddenBias.reshape([-1, 1])),
  );
  return np
    .matmul(weights.out, hidden)
    .add(weights.outBias.reshape([-1, 1]))
    .transpose([1, 0]);
}

const compiled = new Map<string, Update>();

function updateOf(tried: Try): Update {
  const key = `${tried.activation} ${tried.depth}`;
  const known = compiled.get(key);
  if (known) return known;
  const answers = (weights: Tensors, windows: Tensor[]): Tensor => logits(tried, weights, windows);
  const made = jit(descent(answers)) as unknown as Update;
  compiled.set(key, made);
  return made;
}

/** Epochs to WANTED; null where that was not reached; and the share that was wrong last. */
async function learn(tried: Try): Promise<{ reached: number | null; last: number }> {
  const known = drawings(DRAWINGS, tried.seed * 100_000, ANYWHERE);
  const random = seededRandom(tried.seed * 1000 + 7);
  const update = updateOf(tried);
  let [weights, velocity]: Tensors[] = [{}, {}];
  for (const [name, each] of Object.entries(starting(tried))) {
    weights[name] = tensor(initialValues(each, random), each.shape);
    velocity[name] = np.zeros(each.shape);
  }
  const net: Convolutional = { kind: 'convolutional', activation: tried.activation, filters: FILTERS };
  const order = Array.from({ length: DRAWINGS }, (_, at) => at);
  const [epochs, error] = [[0], [1 - 1 / KINDS.length]];
  const steps = Math.floor(DRAWINGS / BATCH);
  const quarter = Math.ceil(steps / 4);
  let wrong = 0;
  for (let step = 0; step < tried.epochs * steps; step++) {
    if (step % steps === 0) shuffle(order, random);
    const { pixels, kinds } = batchOf(known, order.slice((step % steps) * BATCH, ((step % steps) + 1) * BATCH));
    const [answers, ...next] = update(weights, velocity, np.array(tried.rate), inputsOf(net, pixels), np.array(kinds));
    [weights, velocity] = next;
    await blockUntilReady(weights);
    const given = (await answers.data()) as Float32Array;
    kinds.forEach((kind, at) => {
      const own = given.subarray(at * KINDS.length, (at + 1) * KINDS.length);
      wrong += Number(own.indexOf(Math.max(...own)) !== kind);
    });
    if ((step + 1) % quarter > 0) continue;
    epochs.push((step + 1 - quarter / 2) / steps);
    error.push(wrong / (quarter * BATCH));
    wrong = 0;
    if (error[error.length - 1] < WANTED) break;
  }
  for (const group of [weights, velocity]) for (const name in group) group[name].dispose();
  const reached = computeTo({ compute: epochs, loss: error }, WANTED);
  return { reached: Number.isFinite(reached) ? reached : null, last: error[error.length - 1] };
}

/** Prints a table: for each depth and start, the fewest epochs over the rates, mean over seeds. `only`: as in 'scaled 8'. */
export async function measure(seeds: number, only?: string): Promise<void> {
  await useWasm();
  console.log(`${os.cpus().length} × ${os.cpus()[0].model.trim()}, Node ${process.versions.node}, ${seeds} seeds`);
  console.log('| layers | starting weights | rectified | tanh | tanh / rectified |\n|---|---|---|---|---|');
  const cases: [Start, number, number[], number][] = [
    ...([4, 6, 8] as const).flatMap((depth): typeof cases => [
      ['scaled', depth, [0.01, 0.02, 0.04, 0.08], 6],
      ['glorot', depth, [0.01, 0.02, 0.04, 0.08], 6],
    ]),
    ['paper', 4, [0.02, 0.08, 0.32], 15],
  ];
  for (const [start, depth, rates, most] of cases.filter(([start, depth]) => !only || only === `${start} ${depth}`)) {
    const best: Record<Activation, (number | null)[]> = { relu: [], tanh: [] };
    const told: string[] = [];
    for (const activation of ['relu', 'tanh'] as const) {
      for (let seed = 1; seed <= seeds; seed++) {
        let fewest: number | null = null;
        for (const rate of rates) {
          const { reached } = await learn({ activation, depth, start, rate, epochs: Math.ceil(fewest ?? most), seed });
          if (reached !== null) fewest = Math.min(fewest ?? Infinity, reached);
        }
        best[activation].push(fewest);
      }
      const all = best[activation].filter((each) => each !== null);
      told.push(
        all.length === 0
          ? `none of ${seeds}`
          : `${mean(all).toFixed(2)}${all.length < seeds ? ` (${all.length} of ${seeds})` : ''}`,
      );
    }
    const pairs = best.relu.flatMap((relu, at) =>
      relu !== null && best.tanh[at] !== null ? [best.tanh[at] / relu] : [],
    );
    console.log(`| ${depth} | ${start} | ${told.join(' | ')} | ${pairs.length > 0 ? mean(pairs).toFixed(2) : '–'} |`);
  }
}
