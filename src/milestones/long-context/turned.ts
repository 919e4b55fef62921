/** The same net where places turn queries and keys (RoPE, Su et al. 2021), asked beyond its length with and without scaling. */
import { numpy as np } from '@jax-js/jax';
import { inverseFrequencies } from '../../engine/model/rope';
import { cos, log, power, sin } from '../../shared/elementary';
import { seededRandom, shuffle } from '../../shared/random';
import { tensor, type Tensor, type Tensors } from '../shared/train';
import { haystack } from './haystack';
import { loss } from './nets';
import { LEARNED, type Scaling } from './options';
import { answered, Recall, type Values } from './recall';

const THETA = 10_000;

/** How the places of a haystack `times` as long as those of the learning turn: [width / 2]. */
export function frequenciesOf(scaling: Scaling, width: number, times: number): Float32Array {
  const usual = { dim: width, theta: THETA, scale: 1, magnitude: 1 };
  switch (scaling) {
    case 'none':
      return inverseFrequencies(usual);
    case 'linear':
      return inverseFrequencies({ ...usual, scale: times });
    case 'NTK':
      return inverseFrequencies({ ...usual, theta: THETA * power(times, width / (width - 2)) });
    case 'YaRN':
      return inverseFrequencies({ ...usual, scale: times, yarn: { original: LEARNED } });
  }
}

/** Turns x [...][places][width]: the first half of the elements with the second. */
function turned(x: Tensor, places: readonly number[]): Tensor {
  const width = x.shape.at(-1)!;
  const frequencies = [...frequenciesOf('none', width, 1)];
  const angles = places.flatMap((place) => frequencies.map((frequency) => place * frequency));
  const table = (of: (angle: number) => number): Tensor => tensor(Float32Array.from(angles, of), [places.length, width / 2]); // prettier-ignore
  const [c, s] = [table(cos), table(sin)];
  const [a, b] = np.split(x, 2, -1);
  return np.concatenate([a.ref.mul(c.ref).sub(b.ref.mul(s.ref)), a.mul(s).add(b.mul(c))], -1);
}

/** The net's own, but for the turning. */
export const turnedLoss = (weights: Tensors, batch: Tensors): Tensor => loss(weights, batch, turned);

/** Turns a query or key in place by its place: the same in plain loops. */
export function turnOf(frequencies: Float32Array): (x: Float64Array, place: number) => void {
  const half = frequencies.length;
  return (x, place) => {
    frequencies.forEach((frequency, i) => {
      const [c, s] = [cos(place * frequency), sin(place * frequency)];
      const [a, b] = [x[i], x[i + half]];
      [x[i], x[i + half]] = [a * c - b * s, a * s + b * c];
    });
  };
}

/** Share of `asked` needles (of all, where there are fewer) that are found among `length`: as scores are, and sharper ones. */
export function foundBy(
  values: Values,
  { length, scaling, asked, seed }: { length: number; scaling: Scaling; asked: number; seed: number },
): { plain: number; sharpened: number } {
  const hay = haystack(length, seededRandom(seed * 100 + length));
  const recall = new Recall(values, hay, turnOf(frequenciesOf(scaling, values.gain.length, length / LEARNED)));
  const places = shuffle([...hay.keys.keys()], seededRandom(seed)).slice(0, asked);
  const share = (sharpness: number): number => places.filter((place) => answered(recall.ask(hay.keys[place], sharpness)) === hay.things[place]).length / places.length; // prettier-ignore
  return { plain: share(1), sharpened: share(log(length) / log(LEARNED)) };
}
