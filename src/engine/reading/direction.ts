/** The direction in the residual stream along which one token wins over another, and matrices read backwards along it. */
import { dot } from '../../shared/dot';
import type { Buf, Matrix } from '../kernel/kernel';
import type { Model } from '../model/model';
import type { FeedForward, Layer, Norm } from '../model/layerWeights';
import { eachRows, product } from '../model/unpacked';

/**
 * (u_A − u_B) ⊙ γ, or without a foil u_A ⊙ γ, times the model's scale of logits: times the stream over its deviation it gives
 * logit(A) − logit(B), before a cap, less `biasPart`. LayerNorm centres, so the direction is centred, too. [embedding]
 */
export async function towards(model: Model, target: number, foil?: number): Promise<Float32Array> {
  const { weights, config } = model;
  const row = await outputRow(model, target, foil);
  const gamma = weights.outputNorm!.weight.f32;
  const direction = row.map((value, i) => value * gamma[i]);
  if (config.norm === 'rms') return direction;
  const mean = direction.reduce((sum, value) => sum + value, 0) / direction.length;
  return direction.map((value) => value - mean);
}

/** What layer `layer` adds is multiplied by this on its way into the last stream. */
export const growthBehind = ({ weights: { layerScales = [] } }: Model, layer: number): number =>
  layerScales.slice(layer).reduce((product, scale) => product * scale.f32[0], 1);

/** What biases (the output norm's, the logits' own) add to logit(A) − logit(B), or without a foil to logit(A), whatever the stream. */
export async function biasPart(model: Model, target: number, foil?: number): Promise<number> {
  const { outputNorm, outputBias } = model.weights;
  const row = outputNorm?.bias && (await outputRow(model, target, foil));
  const own = outputBias?.f32;
  const ofLogits = own ? own[target] - (foil === undefined ? 0 : own[foil]) : 0;
  return ofLogits + (row ? dot(row, outputNorm!.bias!.f32) : 0);
}

/** (u_A − u_B) times the scale of logits: [embedding] */
async function outputRow({ kernel, weights, config }: Model, target: number, foil?: number): Promise<Float32Array> {
  const d = config.embedding;
  const rowOf = (id: number): Promise<Float32Array> =>
    weights.output.around(id, (words, first) => {
      const [out, at] = [kernel.alloc(d), kernel.alloc(1)];
      at.i32[0] = id - first;
      kernel.rows(out, words, at, 1);
      const row = out.f32.slice();
      kernel.free(out);
      kernel.free(at);
      return row;
    });
  const [own, other] = [await rowOf(target), foil === undefined ? undefined : await rowOf(foil)];
  return own.map((value, i) => (value - (other ? other[i] : 0)) * config.logitScale);
}

/** What the output norm divides this stream by. */
export function deviationOf({ norm, epsilon }: Model['config'], stream: Float32Array): number {
  const mean = norm === 'layer' ? stream.reduce((sum, x) => sum + x, 0) / stream.length : 0;
  let square = 0;
  for (let i = 0; i < stream.length; i++) square += (stream[i] - mean) ** 2;
  return Math.sqrt(square / stream.length + epsilon);
}

/** What a norm that divides by 1 / `scale` makes of a stream; without a norm the stream. [embedding] */
export function normalized(
  { norm: kind }: Model['config'],
  norm: Norm | undefined,
  stream: ArrayLike<number>,
  scale: number,
): Float32Array {
  if (!norm) return Float32Array.from(stream);
  const [weight, bias] = [norm.weight.f32, norm.bias?.f32];
  let mean = 0;
  for (let i = 0; kind === 'layer' && i < stream.length; i++) mean += stream[i] / stream.length;
  return Float32Array.from(stream, (value, i) => (value - mean) * weight[i] * scale + (bias ? bias[i] : 0));
}

/**
 * What becomes of each element of attention's output on its way into the stream: a norm behind it, held fixed, and a scale.
 * `heads` [heads · headDim]: the mixed values of the row; `stream`: what the layer found there, for a norm of both. [embedding]
 */
export function updateFactors(
  { kernel, config }: Model,
  layer: Layer,
  heads: Float32Array,
  stream?: Float32Array,
): Float32Array {
  const d = config.embedding;
  const factors = new Float32Array(d).fill(config.residualScale);
  const { attentionPostNorm, attentionStreamNorm } = layer;
  const norm = attentionPostNorm ?? attentionStreamNorm;
  if (!norm) return factors;
  const added = attentionOutput({ kernel }, layer, heads);
  const read = attentionStreamNorm ? added.map((value, i) => value + stream![i]) : added;
  const rms = deviationOf(config, read);
  return factors.map((factor, i) => (factor * norm.weight.f32[i]) / rms);
}

/** What the output matrix makes of what a layer's heads give, before a norm behind. `heads` [heads · headDim]; [embedding] */
export const attentionOutput = (
  { kernel }: Pick<Model, 'kernel'>,
  { mixer }: Layer,
  heads: Float32Array,
): Float32Array => biased(product(kernel, mixer.wo, heads), mixer.bo);

const biased = (x: Float32Array, bias: Buf | undefined): Float32Array => {
  const added = bias?.f32;
  return added ? x.map((value, i) => value + added[i]) : x;
};

/**
 * What becomes of each element of what experts give on its way into the stream: norms behind, held fixed, and a scale. `outputs`
 * [experts chosen][embedding], as they are summed; `networks` [embedding]: that with the shared one's. [embedding]
 */
export function expertFactors(
  { config }: Model,
  { feedForwardPostNorm, moe }: Layer,
  outputs: readonly Float32Array[],
  networks: Float32Array,
): Float32Array {
  const sum = (i: number): number => outputs.reduce((all, output) => all + output[i], 0);
  const behind: [norm: Norm | undefined, read: Float32Array][] = [
    [moe?.expertsPostNorm, Float32Array.from(networks, (_, i) => sum(i))],
    [feedForwardPostNorm, networks],
  ];
  const factors = new Float32Array(config.embedding).fill(config.residualScale);
  for (const [norm, read] of behind) {
    if (!norm) continue;
    const deviation = deviationOf(config, read);
    factors.forEach((factor, i) => (factors[i] = (factor * norm.weight.f32[i]) / deviation));
  }
  return factors;
}

/** What a network makes of its units. units: [hidden]; [embedding] */
export const outputOf = ({ kernel }: Model, { down, downBias }: FeedForward, units: Float32Array): Float32Array =>
  biased(product(kernel, down, units), downBias);

/** directionᵀ · W: what an input of W [rows][cols] is worth along a direction of its outputs. [cols] */
export const pullBack = (model: Model, matrix: Matrix, direction: Float32Array): Float32Array =>
  pullAllBack(model, matrix, [direction])[0];

/** The same of several directions; the matrix is unpacked once. */
export function pullAllBack(
  { kernel }: Model,
  matrix: Matrix,
  directions: readonly ArrayLike<number>[],
): Float32Array[] {
  const { cols } = matrix;
  const results = directions.map(() => new Float32Array(cols));
  eachRows(kernel, matrix, (rows, first, n) => {
    for (const [at, result] of results.entries()) {
      for (let i = 0; i < n; i++) {
        const factor = directions[at][first + i];
        for (let c = 0; c < cols; c++) result[c] += factor * rows[i * cols + c];
      }
    }
  });
  return results;
}
