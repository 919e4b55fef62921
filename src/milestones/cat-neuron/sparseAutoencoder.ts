/**
 * A sparse auto-encoder: it has to draw its input again from a few units, the most active ones (k-sparse: Makhzani & Frey
 * 2013). Nobody tells it what the input is. Weights are tied: what a unit looks for is what it draws.
 */
import { Adam } from '../../shared/adam';
import { gaussian } from '../../shared/random';

export interface SparseShape {
  inputs: number;
  units: number;
  /** How many units may be active for one input. */
  active: number;
}

export class SparseAutoencoder {
  /** [inputs][units] */
  readonly weights: Float32Array;
  /** [units] */
  readonly bias: Float32Array;
  private readonly gradient: Float32Array;
  private readonly adam: readonly [weights: Adam, bias: Adam];
  /** Kept until the weights change. */
  private rest: Float32Array | undefined;

  /** @param centre [inputs]: taken from each input before, given back after; the mean of the inputs */
  constructor(
    readonly shape: SparseShape,
    readonly centre: Float32Array,
    random: () => number,
  ) {
    const { inputs, units } = shape;
    this.weights = randomWeights(inputs, units, random);
    this.bias = new Float32Array(units);
    // Weights and, behind them, the bias.
    const size = inputs * units + units;
    this.gradient = new Float32Array(size);
    this.adam = [new Adam(this.weights.length), new Adam(this.bias.length)];
  }

  /** Wᵀ(x − centre) + bias into `out` ([units]): how much each unit finds of what it looks for. */
  respond(x: Float32Array, out: Float32Array): void {
    out.set((this.rest ??= this.responseToNothing()));
    addProducts(x, this.weights, out);
  }

  /** bias − Wᵀcentre: the same for every input, so that the zeros of an input cost nothing. */
  private responseToNothing(): Float32Array {
    const rest = new Float32Array(this.shape.units);
    addProducts(this.centre, this.weights, rest);
    return rest.map((value, unit) => this.bias[unit] - value);
  }

  /** The units with the largest positive response, at most `active`. */
  mostActive(response: Float32Array): number[] {
    const chosen: number[] = [];
    for (let unit = 0; unit < response.length; unit++) {
      if (response[unit] <= 0) continue;
      let at = chosen.length;
      while (at > 0 && response[chosen[at - 1]] < response[unit]) at--;
      if (at >= this.shape.active) continue;
      chosen.splice(at, 0, unit);
      if (chosen.length > this.shape.active) chosen.pop();
    }
    return chosen;
  }

  /** The input again, from these units alone, into `out` ([inputs]). */
  redraw(response: Float32Array, active: readonly number[], out: Float32Array): void {
    const { inputs, units } = this.shape;
    for (let i = 0; i < inputs; i++) {
      let sum = this.centre[i];
      for (const unit of active) sum += response[unit] * this.weights[i * units + unit];
      out[i] = sum;
    }
  }

  /** ½|redrawn − x|² of one input; its gradient is added to what `step` takes. */
  learn(x: Float32Array): number {
    const { inputs, units } = this.shape;
    const response = new Float32Array(units);
    this.respond(x, response);
    const active = this.mostActive(response);
    const redrawn = new Float32Array(inputs);
    this.redraw(response, active, redrawn);
    let loss = 0;
    const slopes = new Float64Array(active.length);
    for (let i = 0; i < inputs; i++) {
      const error = redrawn[i] - x[i];
      loss += 0.5 * error * error;
      for (let at = 0; at < active.length; at++) slopes[at] += error * this.weights[i * units + active[at]];
    }
    for (let i = 0; i < inputs; i++) {
      const error = redrawn[i] - x[i];
      const value = x[i] - this.centre[i];
      for (let at = 0; at < active.length; at++) {
        this.gradient[i * units + active[at]] += value * slopes[at] + error * response[active[at]];
      }
    }
    for (let at = 0; at < active.length; at++) this.gradient[inputs * units + active[at]] += slopes[at];
    return loss;
  }

  /** One step of Adam on the mean of the `count` inputs learned since the last one. */
  step(count: number, learningRate: number): void {
    this.rest = undefined;
    const { gradient, weights, bias, adam } = this;
    adam[0].step(weights, gradient.subarray(0, weights.length), learningRate, count);
    adam[1].step(bias, gradient.subarray(weights.length), learningRate, count);
  }

  /** The gradient gathered so far: [inputs][units], then [units] of the bias. */
  get gathered(): Float32Array {
    return this.gradient.slice();
  }
}

/** out += Wᵀx, row by row of W ([inputs][units]). */
function addProducts(x: Float32Array, weights: Float32Array, out: Float32Array): void {
  const units = out.length;
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value === 0) continue;
    const row = i * units;
    for (let unit = 0; unit < units; unit++) out[unit] += value * weights[row + unit];
  }
}

/** [inputs][units]: normal, each unit's weights of length ½. */
function randomWeights(inputs: number, units: number, random: () => number): Float32Array {
  const weights = new Float32Array(inputs * units).map(() => gaussian(random));
  for (let unit = 0; unit < units; unit++) scaleUnit(weights, inputs, units, unit, 0.5);
  return weights;
}

/** Brings one unit's weights ([inputs] of [inputs][units]) to a length. */
export function scaleUnit(weights: Float32Array, inputs: number, units: number, unit: number, length: number): void {
  let sum = 0;
  for (let i = 0; i < inputs; i++) sum += weights[i * units + unit] ** 2;
  const scale = sum > 0 ? length / Math.sqrt(sum) : 0;
  for (let i = 0; i < inputs; i++) weights[i * units + unit] *= scale;
}

/** Mean of rows: [rows][width] → [width]. */
export function meanRow(rows: Float32Array, width: number): Float32Array {
  const sum = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) sum[at % width] += rows[at];
  return Float32Array.from(sum, (value) => (value * width) / rows.length);
}
