/** The two nets on jax-js arrays (see shared/train.ts for who uses up what), their parameters and what they cost. */
import { nn, numpy as np } from '@jax-js/jax';
import { causalAttention, crossEntropy, embed, layerNorm } from '../shared/layers';
import type { Initial, Tensor, Tensors } from '../shared/train';
import type { Kind } from './options';
import { NAMES, QUESTIONS, THINGS } from './task';

export interface Shape {
  width: number;
  texts: number;
  statements: number;
}

/** Both: x = name + thing, logits = state · out. */
export function initial(kind: Kind, width: number): Record<string, Initial> {
  const scale = 1 / Math.sqrt(width);
  const both = {
    names: { shape: [NAMES.length, width], scale: 0.5 },
    things: { shape: [THINGS.length + 1, width], scale: 0.5 },
    out: { shape: [width, THINGS.length], scale },
  };
  if (kind === 'recurrent') {
    return {
      ...both,
      input: { shape: [width, 3 * width], scale },
      state: { shape: [width, 3 * width], scale },
      bias: { shape: [3 * width], scale: 0 },
    };
  }
  return {
    ...both,
    gain: { shape: [width], scale: 'ones' },
    qkv: { shape: [width, 3 * width], scale },
    mix: { shape: [width, width], scale },
  };
}

type Loss = (parameters: Tensors, batch: Tensors) => Tensor;

/** A trainer compiles each function once; a shape that comes again gets the same one. */
const losses = new Map<string, Loss>();

/** Mean cross-entropy of the answers in nats. Batch: name and thing [texts][length], answer [texts][questions]. */
export function loss(kind: Kind, shape: Shape): Loss {
  const key = [kind, shape.width, shape.texts, shape.statements].join();
  const known = losses.get(key) ?? lossOf(kind, shape);
  losses.set(key, known);
  return known;
}

function lossOf(kind: Kind, shape: Shape): Loss {
  const states = kind === 'recurrent' ? recurrentStates : attentionStates;
  return (parameters, { name, thing, answer }) => {
    const { names, things, out, ...rest } = parameters;
    const x = embed(name, names).add(embed(thing, things));
    return crossEntropy(np.matmul(states(x, rest, shape), out), answer);
  };
}

/** Gated recurrent unit (Cho et al. 2014, with the reset after the product, as in cuDNN): [texts][questions][width]. */
function recurrentStates(x: Tensor, { input, state, bias }: Tensors, { width, texts, statements }: Shape): Tensor {
  const length = statements + QUESTIONS;
  const inputs = np.split(np.matmul(x, input).add(bias).transpose([1, 0, 2]), length, 0);
  let memory: Tensor = np.zeros([texts, width]);
  const answers: Tensor[] = [];
  for (const [at, each] of inputs.entries()) {
    const [xr, xz, xn] = np.split(each.reshape([texts, 3 * width]), 3, 1);
    const [hr, hz, hn] = np.split(np.matmul(memory.ref, state.ref), 3, 1);
    const reset = nn.sigmoid(xr.add(hr));
    const keep = nn.sigmoid(xz.add(hz));
    const next = np.tanh(xn.add(reset.mul(hn)));
    memory = next.ref.add(keep.mul(memory.sub(next)));
    if (at >= statements) answers.push(memory.ref.reshape([texts, 1, width]));
  }
  memory.dispose();
  state.dispose();
  return np.concatenate(answers, 1);
}

/** One layer of causal attention with one head and a residual stream: [texts][questions][width]. */
function attentionStates(x: Tensor, { gain, qkv, mix }: Tensors, { statements }: Shape): Tensor {
  const looked = causalAttention(layerNorm(x.ref, gain), qkv, mix, 1);
  return x.add(looked).slice([], [statements, statements + QUESTIONS]);
}

/** Multiply-adds of one text's forward pass. Looking rows up is free; scores and mixing are counted for all pairs. */
export function multiplyAdds(kind: Kind, { width, statements }: Omit<Shape, 'texts'>): number {
  const length = statements + QUESTIONS;
  const answers = QUESTIONS * width * THINGS.length;
  if (kind === 'recurrent') return length * 6 * width * width + answers;
  return length * 4 * width * width + 2 * length * length * width + answers;
}
