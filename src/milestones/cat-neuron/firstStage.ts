/**
 * The lower part of the network: small windows look for strokes, neighbours are pooled, contrast is evened out. The same
 * three steps as in each layer of the paper (receptive fields, pooling, contrast normalisation), with shared weights.
 */
import { PIXELS, SIZE } from '../../shared/drawings';
import { WINDOW } from './options';
import { SparseAutoencoder, scaleUnit } from './sparseAutoencoder';

/** Pixels from one window to the next. */
const STRIDE = 3;
const WINDOW_PIXELS = WINDOW * WINDOW;
/** Windows in a row; pooled by twos. */
const PLACES = Math.floor((SIZE - WINDOW) / STRIDE) + 1;
export const POOLED = PLACES / 2;
/** How much of a feature a window must hold before it counts. */
const THRESHOLD = 0.5;
/** Length of every output. */
const CONTRAST = 5;

export interface Features {
  count: number;
  /** [WINDOW][WINDOW][count], each feature of length 1 */
  weights: Float32Array;
  /** [count]: sums of the weights; a window's mean is taken off by them. */
  sums: Float32Array;
}

export const outputsOf = ({ count }: Pick<Features, 'count'>): number => POOLED * POOLED * count;

export function featuresOf(weights: Float32Array, count: number): Features {
  const unit = weights.slice();
  const sums = new Float32Array(count);
  for (let feature = 0; feature < count; feature++) scaleUnit(unit, WINDOW_PIXELS, count, feature, 1);
  for (let at = 0; at < unit.length; at++) sums[at % count] += unit[at];
  return { count, weights: unit, sums };
}

/** Features learned from windows of unlabelled drawings ([drawings][SIZE][SIZE]). */
export async function learnFeatures(
  pixels: Float32Array,
  { count, steps }: { count: number; steps: number },
  random: () => number,
  onStep: (share: number) => Promise<void>,
): Promise<Features> {
  const centre = new Float32Array(WINDOW_PIXELS);
  const net = new SparseAutoencoder({ inputs: WINDOW_PIXELS, units: count, active: 2 }, centre, random);
  const batch = 32;
  for (let step = 0; step < steps; step++) {
    for (let at = 0; at < batch; at++) net.learn(randomWindow(pixels, random));
    net.step(batch, 0.003);
    await onStep((step + 1) / steps);
  }
  return featuresOf(net.weights, count);
}

/** One with something in it, its mean taken off. */
function randomWindow(pixels: Float32Array, random: () => number): Float32Array {
  const window = new Float32Array(WINDOW_PIXELS);
  const drawings = pixels.length / PIXELS;
  const place = (): number => Math.floor(random() * (SIZE - WINDOW + 1));
  for (let tries = 0; tries < 100; tries++) {
    const start = Math.floor(random() * drawings) * PIXELS + place() * SIZE + place();
    let sum = 0;
    for (let at = 0; at < WINDOW_PIXELS; at++) {
      window[at] = pixels[start + Math.floor(at / WINDOW) * SIZE + (at % WINDOW)];
      sum += window[at];
    }
    const mean = sum / WINDOW_PIXELS;
    if (mean < 0.06) continue;
    for (let at = 0; at < WINDOW_PIXELS; at++) window[at] -= mean;
    break;
  }
  return window;
}

/** Which window each output of one drawing came from; −1: none reached the threshold. For the way back. */
export interface Winners {
  /** [POOLED][POOLED][count] */
  windows: Int16Array;
  /** What the outputs were multiplied by to even out the contrast. */
  scale: number;
}

/** One drawing ([SIZE][SIZE]) to [POOLED][POOLED][count], length CONTRAST; all 0 for an empty sheet. */
export function firstStage(drawing: Float32Array, { count, weights, sums }: Features, winners?: Winners): Float32Array {
  const pooled = new Float32Array(POOLED * POOLED * count);
  const found = new Float32Array(count);
  winners?.windows.fill(-1);
  for (let window = 0; window < PLACES * PLACES; window++) {
    const [row, column] = [Math.floor(window / PLACES), window % PLACES];
    const start = row * STRIDE * SIZE + column * STRIDE;
    found.fill(0);
    let ink = 0;
    for (let at = 0; at < WINDOW_PIXELS; at++) {
      const value = drawing[start + Math.floor(at / WINDOW) * SIZE + (at % WINDOW)];
      if (value === 0) continue;
      ink += value;
      for (let feature = 0; feature < count; feature++) found[feature] += value * weights[at * count + feature];
    }
    if (ink === 0) continue;
    const mean = ink / WINDOW_PIXELS;
    const pool = (Math.floor(row / 2) * POOLED + Math.floor(column / 2)) * count;
    for (let feature = 0; feature < count; feature++) {
      const value = found[feature] - mean * sums[feature] - THRESHOLD;
      if (value <= pooled[pool + feature]) continue;
      pooled[pool + feature] = value;
      if (winners) winners.windows[pool + feature] = window;
    }
  }
  let length2 = 0;
  for (const value of pooled) length2 += value * value;
  const scale = length2 > 0 ? CONTRAST / Math.sqrt(length2) : 0;
  for (let at = 0; at < pooled.length; at++) pooled[at] *= scale;
  if (winners) winners.scale = scale;
  return pooled;
}

/**
 * The way back: from the slope of something with respect to the outputs ([POOLED][POOLED][count]) to its slope with
 * respect to the pixels. `outputs` and `winners` are those of the way there.
 */
export function firstStageSlope(
  slope: Float32Array,
  outputs: Float32Array,
  { windows, scale }: Winners,
  { count, weights, sums }: Features,
): Float32Array {
  const pixels = new Float32Array(PIXELS);
  // Through the division by the length: what lies along the outputs does not count.
  let along = 0;
  for (let at = 0; at < slope.length; at++) along += slope[at] * outputs[at];
  along /= CONTRAST * CONTRAST;
  for (let at = 0; at < slope.length; at++) {
    const window = windows[at];
    if (window < 0) continue;
    const value = scale * (slope[at] - along * outputs[at]);
    const feature = at % count;
    const mean = sums[feature] / WINDOW_PIXELS;
    const start = Math.floor(window / PLACES) * STRIDE * SIZE + (window % PLACES) * STRIDE;
    for (let pixel = 0; pixel < WINDOW_PIXELS; pixel++) {
      const to = start + Math.floor(pixel / WINDOW) * SIZE + (pixel % WINDOW);
      pixels[to] += value * (weights[pixel * count + feature] - mean);
    }
  }
  return pixels;
}
