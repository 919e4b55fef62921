/**
 * The two nets on jax-js arrays (see shared/train.ts for who uses up what), their parameters and what they cost. Both read
 * x [texts][length][width] and give logits at every place; what a place has read before it is all that it knows.
 *
 * Recurrent: one layer of LSTM (Hochreiter & Schmidhuber 1997, forget gate of Gers et al. 2000, started open).
 * Attention: two layers of a pre-norm Transformer (Vaswani et al. 2017, norm in front as in GPT-2), learned positions.
 * Widths are such that both have the same number of parameters within 3 %, and so nearly the same cost a symbol.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { causalAttention, embed, layerNorm } from '../shared/layers';
import type { Initial, Tensor, Tensors } from '../shared/train';
import type { Kind } from './options';

export interface Shape {
  texts: number;
  length: number;
  /** Symbols that are read, and those that may be told. */
  vocabulary: number;
  classes: number;
}

export const WIDTH: Record<Kind, number> = { recurrent: 64, attention: 48 };
const HEADS = 4;
const LAYERS = 2;
/** Width of the feed-forward layer. */
const INNER = 72;
const FORGET_BIAS = 1;

export function initial(kind: Kind, { length, vocabulary, classes }: Omit<Shape, 'texts'>): Record<string, Initial> {
  const width = WIDTH[kind];
  const scale = 1 / Math.sqrt(width);
  const both: Record<string, Initial> = {
    symbols: { shape: [vocabulary, width], scale: 0.5 },
    out: { shape: [width, classes], scale },
    outBias: { shape: [classes], scale: 0 },
  };
  if (kind === 'recurrent') {
    return {
      ...both,
      input: { shape: [width, 4 * width], scale },
      state: { shape: [width, 4 * width], scale },
      bias: { shape: [4 * width], scale: 0 },
    };
  }
  const made: Record<string, Initial> = { ...both, places: { shape: [length, width], scale: 0.1 } };
  for (let layer = 0; layer < LAYERS; layer++) {
    Object.assign(made, {
      [`gain${layer}`]: { shape: [width], scale: 'ones' },
      [`qkv${layer}`]: { shape: [width, 3 * width], scale },
      [`mix${layer}`]: { shape: [width, width], scale: scale / 2 },
      [`innerGain${layer}`]: { shape: [width], scale: 'ones' },
      [`up${layer}`]: { shape: [width, INNER], scale },
      [`down${layer}`]: { shape: [INNER, width], scale: 0.5 / Math.sqrt(INNER) },
    });
  }
  return { ...made, lastGain: { shape: [width], scale: 'ones' } };
}

type Loss = (parameters: Tensors, batch: Tensors) => Tensor;

/** A trainer compiles each function once; a shape that comes again gets the same one. */
const known = new Map<string, Loss>();

/**
 * Mean cross-entropy in nats over the places with weight. Batch: `read` int32 [texts][length], `target` int32 the same,
 * `weight` [texts][length], which sums to 1.
 */
export function loss(kind: Kind, shape: Shape): Loss {
  const key = JSON.stringify([kind, shape]);
  const made = known.get(key) ?? ((parameters, batch) => np.sum(lossesOf(kind, shape, parameters, batch)));
  known.set(key, made);
  return made;
}

/** [texts][length]: weight times nats at each place. */
export function lossesOf(kind: Kind, shape: Shape, parameters: Tensors, { read, target, weight }: Tensors): Tensor {
  const { symbols, out, outBias, ...rest } = parameters;
  const x = embed(read, symbols);
  const states = kind === 'recurrent' ? recurrentStates(x, rest, shape) : attentionStates(x, rest);
  const logits = np.matmul(states, out).add(outBias);
  const told = np.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(target, shape.classes)), -1);
  return told.mul(weight).mul(-1);
}

function recurrentStates(x: Tensor, { input, state, bias }: Tensors, { texts, length }: Shape): Tensor {
  const width = WIDTH.recurrent;
  const inputs = np.split(np.matmul(x, input).add(bias).transpose([1, 0, 2]), length, 0);
  let h: Tensor = np.zeros([texts, width]);
  let c: Tensor = np.zeros([texts, width]);
  const states: Tensor[] = [];
  for (const each of inputs) {
    const [i, f, o, g] = np.split(each.reshape([texts, 4 * width]).add(np.matmul(h, state.ref)), 4, 1);
    c = nn
      .sigmoid(f.add(FORGET_BIAS))
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    h = nn.sigmoid(o).mul(np.tanh(c.ref));
    states.push(h.ref.reshape([1, texts, width]));
  }
  for (const unused of [h, c, state]) unused.dispose();
  return np.concatenate(states, 0).transpose([1, 0, 2]);
}

function attentionStates(x: Tensor, { places, lastGain, ...layers }: Tensors): Tensor {
  let stream = x.add(places);
  for (let layer = 0; layer < LAYERS; layer++) {
    const of = (name: string): Tensor => layers[`${name}${layer}`];
    const looked = causalAttention(layerNorm(stream.ref, of('gain')), of('qkv'), of('mix'), HEADS);
    stream = stream.add(looked);
    const inner = nn.relu(np.matmul(layerNorm(stream.ref, of('innerGain')), of('up')));
    stream = stream.add(np.matmul(inner, of('down')));
  }
  return layerNorm(stream, lastGain);
}

/** Multiply-adds of one text's forward pass. Looking rows up is free; scores and mixing are counted for all pairs. */
export function multiplyAdds(kind: Kind, { length, classes }: Pick<Shape, 'length' | 'classes'>): number {
  const width = WIDTH[kind];
  const told = length * width * classes;
  if (kind === 'recurrent') return length * 8 * width * width + told;
  return LAYERS * (length * (4 * width * width + 2 * width * INNER) + 2 * length * length * width) + told;
}
