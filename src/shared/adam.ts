/** Adam (Kingma & Ba 2015, algorithm 1): the steps of nets that are written by hand, and of those on jax-js. */
import { power } from './elementary';

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The learning rate of step 1, 2 …, with the correction of both averages' bias in it. */
export function adamRate(learningRate: number, step: number, { beta1, beta2 } = ADAM): number {
  return (learningRate * Math.sqrt(1 - power(beta2, step))) / (1 - power(beta1, step));
}

export class Adam {
  /** [weights]: running means of the gradient and of its square. */
  private readonly first: Float32Array;
  private readonly second: Float32Array;
  private steps = 0;

  constructor(
    weights: number,
    private readonly options = ADAM,
  ) {
    this.first = new Float32Array(weights);
    this.second = new Float32Array(weights);
  }

  /** Moves weights against the mean of `count` gradients whose sum is given, and empties the sum. Both [weights]. */
  step(weights: Float32Array, gradient: Float32Array, learningRate: number, count = 1): void {
    const { first, second } = this;
    const { beta1, beta2, epsilon } = this.options;
    const rate = adamRate(learningRate, ++this.steps, this.options);
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i] / count;
      first[i] = beta1 * first[i] + (1 - beta1) * slope;
      second[i] = beta2 * second[i] + (1 - beta2) * slope * slope;
      weights[i] -= (rate * first[i]) / (Math.sqrt(second[i]) + epsilon);
    }
    gradient.fill(0);
  }
}
