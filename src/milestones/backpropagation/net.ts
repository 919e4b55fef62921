/**
 * The symmetry net of Rumelhart, Hinton & Williams 1986 (Nature 323, 533-536, figure 1): six inputs, a few hidden units,
 * one output, all logistic. Its forward pass, its backward pass, and the 64 cases. Float64.
 */
import { sigmoid } from '../../shared/softmax';

export const INPUTS = 6;

export interface Net {
  hidden: number;
  /** [hidden][inputs + 1]: the last is the bias; then [hidden + 1] into the output, the last is its bias. */
  weights: Float64Array;
}

export interface Case {
  input: number[];
  /** 1 where the six bits read the same backwards. */
  target: number;
}

/** All 64 vectors of six bits. */
export const CASES: readonly Case[] = Array.from({ length: 1 << INPUTS }, (_, code) => {
  const input = Array.from({ length: INPUTS }, (_, bit) => (code >> bit) & 1);
  const target = input.every((bit, at) => bit === input[INPUTS - 1 - at]) ? 1 : 0;
  return { input, target };
});

/** Weights uniform in ±0.3, as in the paper. */
export function freshNet(hidden: number, random: () => number): Net {
  const weights = new Float64Array(hidden * (INPUTS + 1) + hidden + 1);
  return { hidden, weights: weights.map(() => (random() * 2 - 1) * 0.3) };
}

/** Writes the hidden units' values into `values` ([hidden]) and returns the output. */
export function forward({ hidden, weights }: Net, input: readonly number[], values: Float64Array): number {
  const out = hidden * (INPUTS + 1);
  let total = weights[out + hidden];
  for (let unit = 0; unit < hidden; unit++) {
    const row = unit * (INPUTS + 1);
    let sum = weights[row + INPUTS];
    for (let i = 0; i < INPUTS; i++) sum += weights[row + i] * input[i];
    values[unit] = sigmoid(sum);
    total += weights[out + unit] * values[unit];
  }
  return sigmoid(total);
}

export interface Score {
  /** ½ Σ (output − target)² over the cases. */
  error: number;
  /** Cases whose output is on the right side of ½. */
  right: number;
}

export function score(net: Net): Score {
  const values = new Float64Array(net.hidden);
  let [error, right] = [0, 0];
  for (const { input, target } of CASES) {
    const output = forward(net, input, values);
    error += 0.5 * (output - target) ** 2;
    if (output > 0.5 === (target === 1)) right++;
  }
  return { error, right };
}

/** Adds ∂error/∂weights over all cases to `gradient`, by the chain rule from the output back; returns the score. */
export function backward(net: Net, gradient: Float64Array): Score {
  const { hidden, weights } = net;
  const values = new Float64Array(hidden);
  const out = hidden * (INPUTS + 1);
  let [error, right] = [0, 0];
  for (const { input, target } of CASES) {
    const output = forward(net, input, values);
    error += 0.5 * (output - target) ** 2;
    if (output > 0.5 === (target === 1)) right++;
    const outputDelta = (output - target) * output * (1 - output);
    gradient[out + hidden] += outputDelta;
    for (let unit = 0; unit < hidden; unit++) {
      gradient[out + unit] += outputDelta * values[unit];
      const delta = outputDelta * weights[out + unit] * values[unit] * (1 - values[unit]);
      const row = unit * (INPUTS + 1);
      for (let i = 0; i < INPUTS; i++) gradient[row + i] += delta * input[i];
      gradient[row + INPUTS] += delta;
    }
  }
  return { error, right };
}

/** ∂error/∂weight by central differences: the loss measured on both sides of each weight. */
export function numericGradient(net: Net, step = 1e-5): Float64Array {
  return net.weights.map((weight, at) => {
    net.weights[at] = weight + step;
    const above = score(net).error;
    net.weights[at] = weight - step;
    const below = score(net).error;
    net.weights[at] = weight;
    return (above - below) / (2 * step);
  });
}

/** "x3 → h1", "bias → out". */
export function weightName(hidden: number, at: number): string {
  const out = hidden * (INPUTS + 1);
  const name = (from: string, to: string): string => `${from} → ${to}`;
  if (at >= out) return name(at - out < hidden ? `h${at - out + 1}` : 'bias', 'out');
  const from = at % (INPUTS + 1);
  return name(from < INPUTS ? `x${from + 1}` : 'bias', `h${Math.floor(at / (INPUTS + 1)) + 1}`);
}
