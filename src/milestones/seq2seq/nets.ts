/**
 * Encoder and decoder on jax-js arrays (see shared/train.ts for who uses up what), and what their parameters are.
 *
 * The cell (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000, started open):
 *
 *   i, f, o, g = input row of the symbol + bias + h · state        c ← σ(f + 1) c + σ(i) tanh(g)        h ← σ(o) tanh(c)
 *
 * Without attention the decoder has what the encoder's last h and c hold, and nothing else: logits = h · out. With
 * attention it asks all of the encoder's h at every step: weights = softmax(h · ask · hᵉ), logits = h · out + Σ weights hᵉ ·
 * outSeen. That is the idea of Bahdanau et al. 2014 in the form of Luong et al. 2015, which needs no loop.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { tensor, type Initial, type Tensor, type Tensors } from '../shared/train';
import { DIGITS, symbolsIn, SYMBOLS, type Batch } from './task';

export interface Shape {
  attention: boolean;
  width: number;
  numbers: number;
  longest: number;
}

/** The forget gate starts open: what was read first is still there at the end (Jozefowicz et al. 2015). */
export const FORGET_BIAS = 1;
/** Added to all gates where nothing is read yet: input and output closed, the state stays 0. */
const CLOSED = -30;
/** Added to the score of what is not there. */
const NEVER = -1e4;

export function initial({ attention, width }: Pick<Shape, 'attention' | 'width'>): Record<string, Initial> {
  const scale = 1 / Math.sqrt(width);
  const cell = (symbols: number): [Initial, Initial, Initial] => [
    { shape: [symbols, 4 * width], scale: 0.5 },
    { shape: [4 * width], scale: 0 },
    { shape: [width, 4 * width], scale },
  ];
  const [encoderIn, encoderBias, encoderState] = cell(DIGITS);
  const [decoderIn, decoderBias, decoderState] = cell(SYMBOLS);
  const out: Initial = { shape: [width, SYMBOLS], scale };
  return {
    encoderIn,
    encoderBias,
    encoderState,
    decoderIn,
    decoderBias,
    decoderState,
    out,
    outBias: { shape: [SYMBOLS], scale: 0 },
    ...(attention && { ask: { shape: [width, width], scale }, outSeen: out }),
  };
}

type Loss = (parameters: Tensors, batch: Tensors) => Tensor;

/** A trainer compiles each function once; a shape that comes again gets the same one. */
const losses = new Map<string, Loss>();

/** Mean cross-entropy of the symbols to be written, in nats. Batch: as `tensorsOf` makes it. */
export function loss(shape: Shape): Loss {
  const key = JSON.stringify(shape);
  const known = losses.get(key) ?? ((parameters, batch) => lossOf(parameters, batch, shape));
  losses.set(key, known);
  return known;
}

export function tensorsOf({ source, absent, given, target }: Batch, { numbers, longest }: Shape): Tensors {
  return {
    source: tensor(source, [longest * numbers, DIGITS]),
    absent: tensor(absent, [longest, numbers, 1]),
    given: tensor(given, [(longest + 1) * numbers, SYMBOLS]),
    target: tensor(target, [(longest + 1) * numbers, SYMBOLS]),
  };
}

function lossOf(parameters: Tensors, { source, absent, given, target }: Tensors, shape: Shape): Tensor {
  const { width, numbers, longest } = shape;
  const { encoderIn, encoderBias, encoderState, decoderIn, decoderBias, decoderState, out, outBias, ...rest } =
    parameters;
  const closed = absent.ref.mul(CLOSED).reshape([longest * numbers, 1]);
  const read = np.matmul(source, encoderIn).add(encoderBias).add(closed);
  const nothing: State = { h: np.zeros([numbers, width]), c: np.zeros([numbers, width]) };
  const encoder = lstm(read, encoderState, nothing, longest);
  const decoder = lstm(np.matmul(given, decoderIn).add(decoderBias), decoderState, encoder.last, longest + 1);
  for (const unused of Object.values(decoder.last)) unused.dispose();
  let logits = np.matmul(decoder.states.ref, out).add(outBias);
  if (shape.attention) logits = logits.add(seen(decoder.states, encoder.states, absent, rest, shape));
  else for (const unused of [decoder.states, encoder.states, absent]) unused.dispose();
  return np.sum(nn.logSoftmax(logits, -1).mul(target)).mul(-1 / symbolsIn(numbers, longest));
}

interface State {
  /** [numbers][width] */
  h: Tensor;
  c: Tensor;
}

/** inputs [steps · numbers][4 · width] → states [steps · numbers][width] and the last one. */
function lstm(inputs: Tensor, state: Tensor, first: State, steps: number): { states: Tensor; last: State } {
  let { h, c } = first;
  const states: Tensor[] = [];
  for (const input of np.split(inputs, steps, 0)) {
    const [i, f, o, g] = np.split(input.add(np.matmul(h, state.ref)), 4, 1);
    c = nn
      .sigmoid(f.add(FORGET_BIAS))
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    h = nn.sigmoid(o).mul(np.tanh(c.ref));
    states.push(h.ref);
  }
  state.dispose();
  return { states: np.concatenate(states, 0), last: { h, c } };
}

/** What attention adds to the logits: [(longest + 1) · numbers][SYMBOLS]. */
function seen(
  decoder: Tensor,
  encoder: Tensor,
  absent: Tensor,
  { ask, outSeen }: Tensors,
  { width, numbers, longest }: Shape,
): Tensor {
  const queries = np
    .matmul(decoder, ask)
    .reshape([longest + 1, numbers, width])
    .transpose([1, 0, 2]);
  const keys = encoder.reshape([longest, numbers, width]).transpose([1, 0, 2]);
  const hidden = absent.mul(NEVER).transpose([1, 2, 0]);
  const weights = nn.softmax(np.matmul(queries, keys.ref.transpose([0, 2, 1])).add(hidden), -1);
  const mixed = np.matmul(weights, keys).transpose([1, 0, 2]);
  return np.matmul(mixed.reshape([(longest + 1) * numbers, width]), outSeen);
}
