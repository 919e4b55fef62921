/** A net of one hidden layer that chooses among classes, taught with hard targets or with soft ones. Plain loops, float32. */
import { log } from '../../shared/elementary';
import { Adam } from '../../shared/adam';
import { gaussian } from '../../shared/random';
import { softmax } from '../../shared/softmax';

export class Net {
  /** [inputs][hidden], then [hidden], then [hidden][classes], then [classes] */
  readonly weights: Float32Array;
  private readonly gradient: Float32Array;
  private readonly adam: Adam;
  private readonly hiddenBias: number;
  private readonly out: number;
  private readonly outBias: number;

  constructor(
    readonly inputs: number,
    readonly hidden: number,
    readonly classes: number,
    random: () => number,
  ) {
    this.hiddenBias = inputs * hidden;
    this.out = this.hiddenBias + hidden;
    this.outBias = this.out + hidden * classes;
    const size = this.outBias + classes;
    this.weights = new Float32Array(size);
    this.gradient = new Float32Array(size);
    this.adam = new Adam(size);
    // He et al. 2015 for the rectified layer; inputs are mostly 0, so fewer count than there are.
    for (let at = 0; at < this.hiddenBias; at++) this.weights[at] = gaussian(random) * Math.sqrt(6 / inputs);
    for (let at = this.out; at < this.outBias; at++) this.weights[at] = gaussian(random) / Math.sqrt(hidden);
  }

  get parameters(): number {
    return this.weights.length;
  }

  /** x [inputs] → logits [classes]; the hidden values are left in `values` ([hidden]). */
  logits(x: Float32Array, values = new Float32Array(this.hidden)): Float32Array {
    const { weights, hidden, classes, out } = this;
    values.set(weights.subarray(this.hiddenBias, out));
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      // Most inputs of a drawing or a board are 0.
      if (value === 0) continue;
      const row = i * hidden;
      for (let unit = 0; unit < hidden; unit++) values[unit] += value * weights[row + unit];
    }
    const logits = weights.slice(this.outBias);
    for (let unit = 0; unit < hidden; unit++) {
      if (values[unit] < 0) values[unit] = 0;
      for (let c = 0; c < classes; c++) logits[c] += values[unit] * weights[out + unit * classes + c];
    }
    return logits;
  }

  /**
   * Adds the gradient of −Σ target · log softmax(logits / temperature) · temperature² for one drawing; with the factor,
   * gradients keep their size whatever the temperature (Hinton, Vinyals & Dean 2015, section 2). Returns that loss.
   * @param target [classes], sums to 1: one 1 for a hard target, the teacher's softened answer for a soft one
   */
  learn(x: Float32Array, target: ArrayLike<number>, temperature = 1): number {
    const { weights, gradient, hidden, classes, out } = this;
    const values = new Float32Array(hidden);
    const answer = softmax(this.logits(x, values), temperature);
    let loss = 0;
    const slope = new Float32Array(classes);
    for (let c = 0; c < classes; c++) {
      if (target[c] > 0) loss -= target[c] * log(Math.max(answer[c], 1e-30));
      slope[c] = temperature * (answer[c] - target[c]);
      gradient[this.outBias + c] += slope[c];
    }
    const back = new Float32Array(hidden);
    for (let unit = 0; unit < hidden; unit++) {
      if (values[unit] === 0) continue;
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        gradient[out + unit * classes + c] += values[unit] * slope[c];
        sum += slope[c] * weights[out + unit * classes + c];
      }
      back[unit] = sum;
      gradient[this.hiddenBias + unit] += sum;
    }
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      if (value === 0) continue;
      const row = i * hidden;
      for (let unit = 0; unit < hidden; unit++) gradient[row + unit] += value * back[unit];
    }
    return loss * temperature * temperature;
  }

  /** One step of Adam on the mean of the `count` drawings learned since the last one. */
  step(count: number, learningRate: number): void {
    this.adam.step(this.weights, this.gradient, learningRate, count);
  }

  /** The gradient gathered so far, in the order of `weights`. */
  get gathered(): Float32Array {
    return this.gradient.slice();
  }
}
