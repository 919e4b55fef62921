/** The two stages together: a drawing in, the responses of the units at the top out. */
import { PIXELS, SIZE } from '../../shared/drawings';
import { featuresOf, firstStage, firstStageSlope, outputsOf, type Features, type Winners } from './firstStage';
import { SparseAutoencoder } from './sparseAutoencoder';
import { WINDOW } from './options';

export interface Network {
  features: Features;
  top: SparseAutoencoder;
}

/** Responses at the top to many drawings: [drawings][units]. `stage` are their first stages, [drawings][outputs]. */
export function responsesTo(top: SparseAutoencoder, stage: Float32Array): Float32Array {
  const { inputs, units } = top.shape;
  const count = stage.length / inputs;
  const all = new Float32Array(count * units);
  for (let at = 0; at < count; at++) {
    top.respond(stage.subarray(at * inputs, (at + 1) * inputs), all.subarray(at * units, (at + 1) * units));
  }
  return all;
}

/** First features that nobody taught, for comparison. */
export function randomFeatures(count: number, random: () => number): Features {
  const centre = new Float32Array(WINDOW * WINDOW);
  return featuresOf(
    new SparseAutoencoder({ inputs: centre.length, units: count, active: 1 }, centre, random).weights,
    count,
  );
}

/** Weights and biases of both stages. */
export function parametersOf({ features, top }: Network): number {
  return features.weights.length + top.weights.length + top.bias.length;
}

export function responseOf({ features, top }: Network, drawing: Float32Array): Float32Array {
  const out = new Float32Array(top.shape.units);
  top.respond(firstStage(drawing, features), out);
  return out;
}

const ROUNDS = 300;

/**
 * A drawing made to excite one unit: uphill from a faint sheet, in small and ever smaller steps, with no more ink than
 * `ink` (sum of brightness). The paper makes its picture in the same way, by numerical optimisation under a bound. The
 * slope is smoothed, so that lines come out and not single pixels.
 */
export async function preferredStimulus(
  { features, top }: Network,
  unit: number,
  { start, ink }: { start: Float32Array; ink: number },
  onRound: (drawing: Float32Array, share: number) => Promise<void>,
): Promise<Float32Array> {
  const { units } = top.shape;
  const drawing = start.slice();
  const winners: Winners = { windows: new Int16Array(outputsOf(features)), scale: 0 };
  const wanted = Float32Array.from({ length: outputsOf(features) }, (_, at) => top.weights[at * units + unit]);
  for (let round = 0; round < ROUNDS; round++) {
    const outputs = firstStage(drawing, features, winners);
    const slope = smoothed(firstStageSlope(wanted, outputs, winners, features));
    let length2 = 0;
    for (const value of slope) length2 += value * value;
    const rate = (1 - round / ROUNDS) / Math.sqrt(Math.max(length2, 1e-12));
    for (let at = 0; at < PIXELS; at++) drawing[at] += rate * slope[at];
    bound(drawing, ink);
    await onRound(drawing, (round + 1) / ROUNDS);
  }
  return drawing;
}

/** Each pixel with its neighbours, weights ¼ ½ ¼ across and down; outside the sheet is nothing. */
function smoothed(pixels: Float32Array): Float32Array {
  const pass = (from: Float32Array, step: number, place: (at: number) => number): Float32Array =>
    from.map((value, at) => {
      const before = place(at) > 0 ? from[at - step] : 0;
      const after = place(at) < SIZE - 1 ? from[at + step] : 0;
      return 0.5 * value + 0.25 * (before + after);
    });
  const across = pass(pixels, 1, (at) => at % SIZE);
  return pass(across, SIZE, (at) => Math.floor(at / SIZE));
}

/** Brightness back within 0 … 1, and the sum to no more than `ink`: the faintest goes first. */
function bound(drawing: Float32Array, ink: number): void {
  const total = (less: number): number =>
    drawing.reduce((sum, value) => sum + Math.min(1, Math.max(0, value - less)), 0);
  let [low, high] = [0, 1];
  if (total(0) > ink) {
    for (let half = 0; half < 20; half++) {
      const middle = (low + high) / 2;
      if (total(middle) > ink) low = middle;
      else high = middle;
    }
  } else high = 0;
  for (let at = 0; at < drawing.length; at++) drawing[at] = Math.min(1, Math.max(0, drawing[at] - high));
}
