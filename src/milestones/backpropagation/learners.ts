/** Four ways to learn, each an object that takes one step and says what the step cost in sweeps over the 64 cases. */
import { gaussian } from '../../shared/random';
import { backward, numericGradient, score, type Net, type Score } from './net';
import type { Method } from './options';

/** As in the paper. */
const MOMENTUM = 0.9;
/** In forward passes: a backward pass is about two more. */
const BACKWARD = 3;

export interface Learner {
  /** One step; the net's score before it. */
  step(): Score;
  /** What a step costs, in the cost of a sweep with backpropagation. */
  cost: number;
}

export function learner(method: Method, net: Net, learningRate: number, random: () => number): Learner {
  const { weights, hidden } = net;
  const gradient = new Float64Array(weights.length);
  const velocity = new Float64Array(weights.length);
  const descend = (from: number): void => {
    for (let at = from; at < weights.length; at++) {
      velocity[at] = MOMENTUM * velocity[at] - learningRate * gradient[at];
      weights[at] += velocity[at];
    }
  };
  switch (method) {
    case 'backpropagation':
      return {
        cost: 1,
        step() {
          gradient.fill(0);
          const before = backward(net, gradient);
          descend(0);
          return before;
        },
      };
    case 'numeric':
      return {
        // Two forward sweeps for each weight, and one to score.
        cost: (2 * weights.length + 1) / BACKWARD,
        step() {
          gradient.set(numericGradient(net));
          const before = score(net);
          descend(0);
          return before;
        },
      };
    case 'output only': {
      // The rule known before: only weights into the output, whose error is seen, are taught.
      const out = weights.length - hidden - 1;
      return {
        cost: 1,
        step() {
          gradient.fill(0);
          const before = backward(net, gradient);
          descend(out);
          return before;
        },
      };
    }
    case 'random':
      return randomTrials(net, random);
  }
}

/** A random change to all weights, kept when the error falls; its size adapts (the 1/5 rule of Rechenberg 1973). */
function randomTrials(net: Net, random: () => number): Learner {
  const { weights } = net;
  let current = score(net);
  let size = 0.3;
  return {
    cost: 1 / BACKWARD,
    step() {
      const before = current;
      const old = weights.slice();
      for (let at = 0; at < weights.length; at++) weights[at] += size * gaussian(random);
      const tried = score(net);
      if (tried.error < current.error) {
        current = tried;
        size *= 1.22;
      } else {
        weights.set(old);
        size *= 0.952;
      }
      return before;
    },
  };
}
