/** The learning: drawings without names, through the windows, to the units at the top. */
import type { Report } from '../experiment';
import { drawings, KINDS, PIXELS, type Drawings } from '../../shared/drawings';
import { firstStage, outputsOf, type Features } from './firstStage';
import type { Options, Result } from './options';
import { brightness } from '../shared/pictures';
import type { SparseAutoencoder } from './sparseAutoencoder';

const BATCH = 32;
const LEARNING_RATE = 0.003;
const POINTS = 25;
/** Drawings that are shown. */
const SAMPLE = 30;
const CAT = KINDS.indexOf('cat');

export interface Known {
  /** [drawings][SIZE][SIZE], without a word on what they are. */
  training: Float32Array;
  /** To search the unit with, and to measure it. */
  search: Drawings;
  held: Drawings;
}

export async function makeDrawings(
  { drawings: wanted, tested, withCats }: Options,
  seed: number,
  result: Result,
  report: Report<Result>,
): Promise<Known> {
  const chunk = 100;
  const training = new Float32Array(wanted * PIXELS);
  let made = 0;
  for (let number = 0; made < wanted; number++) {
    const { pixels, kinds } = drawings(chunk, seed * 100_000 + number);
    for (let at = 0; at < chunk && made < wanted; at++) {
      if (!withCats && kinds[at] === CAT) continue;
      training.set(pixels.subarray(at * PIXELS, (at + 1) * PIXELS), made++ * PIXELS);
    }
    if (number === 0) result.sample = brightness(training.subarray(0, Math.min(made, SAMPLE) * PIXELS));
    await report((0.1 * made) / wanted, { text: 'Drawings are made' }, result);
  }
  const search = drawings(tested, seed * 100_000 + 50_001);
  await report(0.12, { text: 'Drawings are made' }, result);
  const held = drawings(tested, seed * 100_000 + 50_002);
  return { training, search, held };
}

/** [drawings][SIZE][SIZE] to [drawings][outputs]. */
export async function throughFirstStage(
  pixels: Float32Array,
  features: Features,
  onDrawing: (share: number) => Promise<void> = async () => {},
): Promise<Float32Array> {
  const outputs = outputsOf(features);
  const count = pixels.length / PIXELS;
  const stage = new Float32Array(count * outputs);
  for (let at = 0; at < count; at++) {
    stage.set(firstStage(pixels.subarray(at * PIXELS, (at + 1) * PIXELS), features), at * outputs);
    if (at % 50 === 0) await onDrawing(at / count);
  }
  return stage;
}

export async function learnTop(
  top: SparseAutoencoder,
  stage: Float32Array,
  steps: number,
  random: () => number,
  onStep: (share: number, point?: Result['curve'][number]) => Promise<void>,
): Promise<void> {
  const { inputs } = top.shape;
  const count = stage.length / inputs;
  // What there is to redraw: the mean of all drawings is known beforehand.
  let all = 0;
  for (let at = 0; at < stage.length; at++) all += 0.5 * (stage[at] - top.centre[at % inputs]) ** 2;
  all /= count;
  const every = Math.ceil(steps / POINTS);
  let loss = 0;
  for (let step = 1; step <= steps; step++) {
    for (let at = 0; at < BATCH; at++) {
      const drawing = Math.floor(random() * count) * inputs;
      loss += top.learn(stage.subarray(drawing, drawing + inputs));
    }
    top.step(BATCH, LEARNING_RATE);
    const full = step % every === 0;
    await onStep(
      step / steps,
      full ? { drawings: step * BATCH, unexplained: loss / (every * BATCH) / all } : undefined,
    );
    if (full) loss = 0;
  }
}
