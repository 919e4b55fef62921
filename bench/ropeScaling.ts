/** Needles found by length, with and without RoPE scaling; see ropeScaling.mjs. */
import { writeFileSync } from 'node:fs';
import { nn, numpy as np } from '@jax-js/jax';
import { inverseFrequencies } from '../src/engine/model/rope';
import { haystack } from '../src/milestones/long-context/haystack';
import { learn } from '../src/milestones/long-context/nets';
import { LEARNED } from '../src/milestones/long-context/options';
import { answered, Recall, type Values } from '../src/milestones/long-context/recall';
import { crossEntropy, embed, layerNorm } from '../src/milestones/shared/layers';
import { tensor, useWasm, type Tensor, type Tensors } from '../src/milestones/shared/train';
import { cos, log, power, sin } from '../src/shared/elementary';
import { seededRandom, shuffle } from '../src/shared/random';

const WIDTH = 32;
const THETA = 10_000;
const LENGTHS = [64, 256, 1024, 2048, 4096, 8192];
const ASKED = 200;

/** How the places of a haystack `times` as long as those of the learning turn: [WIDTH / 2]. */
const SCALINGS: Readonly<Record<string, (times: number) => Float32Array>> = {
  none: () => inverseFrequencies({ dim: WIDTH, theta: THETA, scale: 1, magnitude: 1 }),
  linear: (times) => inverseFrequencies({ dim: WIDTH, theta: THETA, scale: times, magnitude: 1 }),
  NTK: (times) =>
    inverseFrequencies({ dim: WIDTH, theta: THETA * power(times, WIDTH / (WIDTH - 2)), scale: 1, magnitude: 1 }),
  YaRN: (times) =>
    inverseFrequencies({ dim: WIDTH, theta: THETA, scale: times, magnitude: 1, yarn: { original: LEARNED } }),
};

/** Turns x [...][places][WIDTH]: the first half of the elements with the second. */
function turned(x: Tensor, places: readonly number[]): Tensor {
  const angles = places.flatMap((place) => [...SCALINGS.none(1)].map((frequency) => place * frequency));
  const table = (of: (angle: number) => number): Tensor =>
    tensor(Float32Array.from(angles, of), [places.length, WIDTH / 2]);
  const [c, s] = [table(cos), table(sin)];
  const [a, b] = np.split(x, 2, -1);
  return np.concatenate([a.ref.mul(c.ref).sub(b.ref.mul(s.ref)), a.mul(s).add(b.mul(c))], -1);
}

/** As the net's own, but for the turning: the question stands behind the haystack. */
function turnedLoss(weights: Tensors, batch: Tensors): Tensor {
  const { first, second, things, gain, query, key, value, out } = weights;
  const statements = embed(batch.first, first.ref).add(embed(batch.second, second.ref));
  const said = layerNorm(statements.add(embed(batch.thing, things)), gain.ref);
  const asked = layerNorm(embed(batch.askedFirst, first).add(embed(batch.askedSecond, second)), gain);
  const keys = turned(np.matmul(said.ref, key), [...Array(LEARNED).keys()]).transpose([0, 2, 1]);
  const scores = np.matmul(turned(np.matmul(asked, query), [LEARNED]), keys).mul(1 / Math.sqrt(WIDTH));
  const mixed = np.matmul(nn.softmax(scores, -1), np.matmul(said, value));
  return crossEntropy(np.matmul(mixed, out), batch.answer);
}

/** Writes the share found, by scaling, length and seed, to `file`: the page shows it as recorded. */
export async function record(file: string, steps: number, seeds: number): Promise<void> {
  await useWasm();
  const names = Object.keys(SCALINGS);
  const found = Object.fromEntries(names.map((name) => [name, LENGTHS.map((): number[] => [])]));
  for (let seed = 1; seed <= seeds; seed++) {
    let last = 0;
    const values = await learn({ width: WIDTH, steps, seed }, async (loss) => void (last = loss), turnedLoss);
    console.log(`seed ${seed}, loss ${last.toFixed(3)} after ${steps} steps; found of ${ASKED}, and with scores times ln n / ln ${LEARNED}`); // prettier-ignore
    console.log(['statements', ...names].join('\t'));
    for (const [at, length] of LENGTHS.entries()) {
      const cells = names.map((name) => {
        const [plain, sharpened] = foundBy(values, length, SCALINGS[name](length / LEARNED), seed);
        found[name][at].push(plain);
        return `${plain.toFixed(3)} ${sharpened.toFixed(3)}`;
      });
      console.log([length, ...cells].join('\t'));
    }
  }
  writeFileSync(file, `${JSON.stringify({ steps, asked: ASKED, seeds, lengths: LENGTHS, found }, null, 2)}\n`);
}

function foundBy(values: Values, length: number, frequencies: Float32Array, seed: number): number[] {
  const hay = haystack(length, seededRandom(seed * 100 + length));
  const recall = new Recall(values, hay, (x, place) => {
    frequencies.forEach((frequency, i) => {
      const [c, s] = [cos(place * frequency), sin(place * frequency)];
      const [a, b] = [x[i], x[i + WIDTH / 2]];
      [x[i], x[i + WIDTH / 2]] = [a * c - b * s, a * s + b * c];
    });
  });
  const places = shuffle([...hay.keys.keys()], seededRandom(seed)).slice(0, ASKED);
  return [1, log(length) / log(LEARNED)].map((sharpness) => {
    const hits = places.filter((place) => answered(recall.ask(hay.keys[place], sharpness)) === hay.things[place]);
    return hits.length / places.length;
  });
}
