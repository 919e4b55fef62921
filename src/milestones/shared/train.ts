/**
 * Training small nets in the worker with @jax-js/jax on its WebAssembly backend. README.md has what was measured.
 *
 * jax-js counts references: a function uses up the arrays it is given. Where one is needed again, pass `x.ref`. Inside
 * `loss` the parameters and the batch are used once each, or with `.ref` for every use but the last.
 */
import { blockUntilReady, defaultDevice, init, jit, numpy as np, valueAndGrad } from '@jax-js/jax';
import { ADAM, adamRate } from '../../shared/adam';
import { gaussian, seededRandom } from '../../shared/random';

export type Tensor = np.Array;
export type Tensors = Record<string, Tensor>;

let ready: Promise<unknown> | undefined;

/** Call before the first array is made. */
export async function useWasm(): Promise<void> {
  ready ??= init('wasm').then(() => defaultDevice('wasm'));
  await ready;
}

export interface Initial {
  shape: number[];
  /** Standard deviation of the normal distribution that it starts from; 0: zeros; 'ones': ones. */
  scale: number | 'ones';
  /** Learned before: [product of shape]; then `scale` says nothing. */
  values?: Float32Array;
}

/** Starting values, the same on every machine for a seed: [product of shape]. */
export function initialValues(
  { shape, scale, values: learned }: Initial,
  random: () => number,
): Float32Array<ArrayBuffer> {
  if (learned) return Float32Array.from(learned);
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (scale === 'ones') return values.fill(1);
  return values.map(() => scale * gaussian(random));
}

export function tensor(values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, shape: number[]): Tensor {
  return np.array(values).reshape(shape);
}

/** Number of parameters. */
export function sizeOf(parameters: Record<string, Initial>): number {
  return Object.values(parameters).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

export interface AdamOptions {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

type Loss = (parameters: Tensors, batch: Tensors) => Tensor;
type Update = (
  parameters: Tensors,
  first: Tensors,
  second: Tensors,
  rate: Tensor,
  batch: Tensors,
) => [Tensor, Tensors, Tensors, Tensors];

/** Kept with the loss, which has one set of betas: jax-js gives back only a part of a compiled function’s memory. */
const updates = new WeakMap<Loss, Update>();

/** Adam (Kingma & Ba 2015) on `loss`, compiled once for each loss function and the shapes of a batch. */
export class Trainer {
  private parameters: Tensors = {};
  private first: Tensors = {};
  private second: Tensors = {};
  private steps = 0;
  private readonly update: Update;

  /** `loss` returns a scalar. Await `useWasm()` before. */
  constructor(
    initial: Record<string, Initial>,
    loss: Loss,
    seed: number,
    private readonly options: AdamOptions,
  ) {
    const random = seededRandom(seed);
    for (const [name, each] of Object.entries(initial)) {
      this.parameters[name] = tensor(initialValues(each, random), each.shape);
      this.first[name] = np.zeros(each.shape);
      this.second[name] = np.zeros(each.shape);
    }
    this.update = updates.get(loss) ?? compile(loss, options);
    updates.set(loss, this.update);
  }

  /** One step; uses up the batch. Returns the loss before it. `factor` scales the learning rate (warm-up, decay). */
  async step(batch: Tensors, factor = 1): Promise<number> {
    const { learningRate, ...betas } = this.options;
    const rate = adamRate(factor * learningRate, ++this.steps, { ...ADAM, ...betas });
    const [loss, ...next] = this.update(this.parameters, this.first, this.second, np.array(rate), batch);
    [this.parameters, this.first, this.second] = next;
    // Otherwise jax-js queues whole steps.
    await blockUntilReady(this.parameters);
    return ((await loss.data()) as Float32Array)[0];
  }

  /** References to the parameters, for a forward pass of one's own (jit it). */
  get current(): Tensors {
    return refs(this.parameters);
  }

  /** Copies of the values. */
  async values(): Promise<Record<string, Float32Array>> {
    const entries = Object.entries(this.parameters).map(async ([name, each]) => {
      return [name, Float32Array.from((await each.ref.data()) as Float32Array)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  dispose(): void {
    for (const group of [this.parameters, this.first, this.second]) {
      for (const name in group) group[name].dispose();
    }
  }
}

function compile(loss: Loss, options: AdamOptions): Update {
  const { beta1, beta2, epsilon } = { ...ADAM, ...options };
  return jit((parameters: Tensors, first: Tensors, second: Tensors, rate: Tensor, batch: Tensors) => {
    const [value, gradient] = valueAndGrad(loss)(refs(parameters), batch) as [Tensor, Tensors];
    const next: [Tensors, Tensors, Tensors] = [{}, {}, {}];
    for (const name in parameters) {
      const slope = gradient[name];
      const m = first[name].mul(beta1).add(slope.ref.mul(1 - beta1));
      const v = second[name].mul(beta2).add(np.square(slope).mul(1 - beta2));
      const change = m.ref.div(np.sqrt(v.ref).add(epsilon)).mul(rate.ref);
      next[0][name] = parameters[name].sub(change);
      next[1][name] = m;
      next[2][name] = v;
    }
    rate.dispose();
    return [value, ...next];
  }) as unknown as Update;
}

/** The same arrays, once more. */
export function refs(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [name, each.ref]));
}
