/** What tells cats from the rest without a network: a template that is told the names, principal components that are not. */
import { dot } from '../../shared/dot';
import { KINDS, PIXELS } from '../../shared/drawings';
import { shuffle } from '../../shared/random';
import { measure, type Half, type Halves } from './measure';
import { accuracyOf, bestUnit, firing } from './search';
import type { SparseAutoencoder } from './sparseAutoencoder';

const CAT = KINDS.indexOf('cat');
/** Rounds of power iteration for a component; what has not settled by then is a mixture of two that weigh alike. */
const ROUNDS = 60;

export interface Baselines {
  /** Mean cat minus mean of the others, laid over the drawing. */
  template: number;
  /** The best of the principal components, either sign. */
  principal: number;
  /** The network's best unit where the names of the drawings are shuffled. */
  shuffled: number;
}

/** Accuracies on what was held back, all chosen on the other half. `pixels`: the drawings themselves. */
export function baselines(
  pixels: Halves,
  stage: Halves,
  top: SparseAutoencoder,
  components: number,
  random: () => number,
): Baselines {
  const mixed = (half: Half): Half => ({ ...half, kinds: Uint8Array.from(shuffle([...half.kinds], random)) });
  return {
    template: accuracyAlong([template(pixels.search)], pixels),
    principal: accuracyAlong(
      principal(pixels.search.inputs, components).flatMap((axis) => [axis, axis.map((value) => -value)]),
      pixels,
    ),
    shuffled: measure(top, { search: mixed(stage.search), held: mixed(stage.held) }).accuracy,
  };
}

/** The best of these directions, each [PIXELS], as if they were units. */
function accuracyAlong(directions: readonly Float32Array[], { search, held }: Halves): number {
  const wanted = search.kinds.map((kind) => (kind === CAT ? 1 : 0));
  const detector = bestUnit(responses(directions, search.inputs), directions.length, wanted);
  const shares = firing(responses(directions, held.inputs), directions.length, held.kinds, KINDS.length, detector);
  return accuracyOf(shares, CAT);
}

/** [drawings][directions] */
function responses(directions: readonly Float32Array[], pixels: Float32Array): Float32Array {
  const all = new Float32Array((pixels.length / PIXELS) * directions.length);
  for (let at = 0; at < all.length; at++) {
    const drawing = Math.floor(at / directions.length) * PIXELS;
    const direction = directions[at % directions.length];
    let sum = 0;
    for (let pixel = 0; pixel < PIXELS; pixel++) sum += pixels[drawing + pixel] * direction[pixel];
    all[at] = sum;
  }
  return all;
}

function template({ inputs, kinds }: Half): Float32Array {
  const cats = kinds.reduce((sum, kind) => sum + Number(kind === CAT), 0);
  const sums = new Float32Array(PIXELS);
  for (const [drawing, kind] of kinds.entries()) {
    const weight = kind === CAT ? 1 / cats : -1 / (kinds.length - cats);
    for (let pixel = 0; pixel < PIXELS; pixel++) sums[pixel] += weight * inputs[drawing * PIXELS + pixel];
  }
  return sums;
}

/** The first principal components of drawings [drawings][PIXELS], each [PIXELS]: power iteration on the covariance. */
export function principal(pixels: Float32Array, count: number): Float32Array[] {
  const covariance = covarianceOf(pixels);
  const axes: Float32Array[] = [];
  for (let number = 0; number < count; number++) {
    let axis = Float32Array.from({ length: PIXELS }, (_, at) => 1 + (((at + number) * 7919) % 13) / 13);
    for (let round = 0; round < ROUNDS; round++) {
      const next = product(covariance, axis);
      for (const before of axes) {
        const along = dot(next, before);
        for (let at = 0; at < PIXELS; at++) next[at] -= along * before[at];
      }
      const length = Math.sqrt(dot(next, next)) || 1;
      axis = next.map((value) => value / length);
    }
    axes.push(axis);
  }
  return axes;
}

/** [PIXELS][PIXELS] times [PIXELS]. Four rows at once, whose sums need not wait for each other; each is in the order of `dot`. */
function product(matrix: Float32Array, axis: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(PIXELS);
  for (let row = 0; row < PIXELS; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0, from = row * PIXELS; at < PIXELS; at++, from++) {
      const value = axis[at];
      a += matrix[from] * value;
      b += matrix[from + PIXELS] * value;
      c += matrix[from + 2 * PIXELS] * value;
      d += matrix[from + 3 * PIXELS] * value;
    }
    out.set([a, b, c, d], row);
  }
  return out;
}

/** [PIXELS][PIXELS], about the mean. */
function covarianceOf(pixels: Float32Array): Float32Array {
  const count = pixels.length / PIXELS;
  const middle = new Float32Array(PIXELS);
  for (let at = 0; at < pixels.length; at++) middle[at % PIXELS] += pixels[at] / count;
  const covariance = new Float32Array(PIXELS * PIXELS);
  const centred = new Float32Array(PIXELS);
  for (let drawing = 0; drawing < count; drawing++) {
    for (let at = 0; at < PIXELS; at++) centred[at] = pixels[drawing * PIXELS + at] - middle[at];
    for (let row = 0; row < PIXELS; row++) {
      const value = centred[row] / count;
      for (let column = 0; column < PIXELS; column++) covariance[row * PIXELS + column] += value * centred[column];
    }
  }
  return covariance;
}
