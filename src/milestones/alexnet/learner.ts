/** Gradient descent with momentum, as AlexNet was trained; without its weight decay, which figure 1 of the paper does without. */
import { blockUntilReady, jit, numpy as np, valueAndGrad } from '@jax-js/jax';
import { seededRandom } from '../../shared/random';
import { KINDS } from '../../shared/drawings';
import { crossEntropy } from '../shared/layers';
import { initialValues, refs, tensor, type Tensor, type Tensors } from '../shared/train';
import { initial, inputsOf, logits } from './nets';
import type { Net } from './shape';

const MOMENTUM = 0.9;

/** Drawings and what they are of, as the nets read them. */
export interface Batch {
  /** [PIXELS][drawings] */
  pixels: Float32Array<ArrayBuffer>;
  /** [drawings], places in KINDS */
  kinds: Int32Array<ArrayBuffer>;
}

export type Update = (
  weights: Tensors,
  velocity: Tensors,
  rate: Tensor,
  inputs: Tensor[],
  kinds: Tensor,
) => [Tensor, Tensors, Tensors];
type Forward = (weights: Tensors, inputs: Tensor[]) => Tensor;

/** Each net is compiled once: jax-js gives back only a part of a compiled function’s memory. */
const compiled = new Map<string, { update: Update; forward: Forward }>();

export class Learner {
  private weights: Tensors = {};
  private velocity: Tensors = {};
  private readonly update: Update;
  private readonly forward: Forward;

  /** Await `useWasm()` before. The same seed starts from the same numbers, whatever the rate. */
  constructor(
    private readonly net: Net,
    seed: number,
    private readonly rate: number,
  ) {
    const random = seededRandom(seed);
    for (const [name, each] of Object.entries(initial(net))) {
      this.weights[name] = tensor(initialValues(each, random), each.shape);
      this.velocity[name] = np.zeros(each.shape);
    }
    const key = JSON.stringify(net);
    const { update, forward } = compiled.get(key) ?? compile(net);
    compiled.set(key, { update, forward });
    [this.update, this.forward] = [update, forward];
  }

  /** One step. Returns how many drawings of the batch were named wrongly before it. */
  async step({ pixels, kinds }: Batch): Promise<number> {
    const [answers, weights, velocity] = this.update(
      this.weights,
      this.velocity,
      np.array(this.rate),
      inputsOf(this.net, pixels),
      np.array(kinds),
    );
    [this.weights, this.velocity] = [weights, velocity];
    // Otherwise jax-js queues whole steps.
    await blockUntilReady(weights);
    return wrongOf((await answers.data()) as Float32Array, kinds);
  }

  /** How many of them are named wrongly. */
  async wrong({ pixels, kinds }: Batch): Promise<number> {
    const answers = this.forward(refs(this.weights), inputsOf(this.net, pixels));
    return wrongOf((await answers.data()) as Float32Array, kinds);
  }

  /** Copies of the values. */
  async values(): Promise<Record<string, Float32Array>> {
    const entries = Object.entries(this.weights).map(async ([name, each]) => {
      return [name, Float32Array.from((await each.ref.data()) as Float32Array)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  dispose(): void {
    for (const group of [this.weights, this.velocity]) for (const name in group) group[name].dispose();
  }
}

/** One step of descent with momentum on what `logits` makes of drawings: their logits before it, weights, velocity. To be compiled. */
export const descent =
  (logits: (weights: Tensors, inputs: Tensor[]) => Tensor): Update =>
  (weights, velocity, rate, inputs, kinds) => {
    const loss = (own: Tensors, read: Tensor[], wanted: Tensor): [Tensor, Tensor] => {
      const answers = logits(own, read);
      return [crossEntropy(answers.ref, wanted), answers];
    };
    const [[value, answers], slopes] = valueAndGrad(loss, { hasAux: true })(
      refs(weights),
      inputs,
      kinds,
    ) as unknown as [[Tensor, Tensor], Tensors];
    value.dispose();
    const next: [Tensors, Tensors] = [{}, {}];
    for (const name in weights) {
      const change = velocity[name].mul(MOMENTUM).sub(slopes[name].mul(rate.ref));
      next[0][name] = weights[name].add(change.ref);
      next[1][name] = change;
    }
    rate.dispose();
    return [answers, ...next];
  };

function compile(net: Net): { update: Update; forward: Forward } {
  const answers: Forward = (weights, inputs) => logits(net, weights, inputs);
  return {
    update: jit(descent(answers)) as unknown as Update,
    forward: jit(answers) as unknown as Forward,
  };
}

/** answers [drawings][KINDS] */
function wrongOf(answers: Float32Array, kinds: Int32Array): number {
  return kinds.reduce((wrong, kind, at) => {
    const own = answers.subarray(at * KINDS.length, (at + 1) * KINDS.length);
    return wrong + Number(own.indexOf(Math.max(...own)) !== kind);
  }, 0);
}
