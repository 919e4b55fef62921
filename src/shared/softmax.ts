/** From logits to probabilities, in a way that does not overflow. */
import { exp, log } from './elementary';

/** exp(row / temperature) made to sum to 1, in place: [n]. */
export function softmax<Row extends Float32Array | Float64Array>(row: Row, temperature = 1): Row {
  const most = largestOf(row);
  let sum = 0;
  for (let i = 0; i < row.length; i++) row[i] = exp((row[i] - most) / temperature);
  for (const each of row) sum += each;
  for (let i = 0; i < row.length; i++) row[i] /= sum;
  return row;
}

/** log Σ exp: a logit less this is its log-probability, in nats. */
export function logSumExp(logits: Float32Array): number {
  const most = largestOf(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += exp(logits[i] - most);
  return most + log(sum);
}

/** KL(p ‖ q) in nats of two distributions given by their logits. */
export function divergence(p: Float32Array, q: Float32Array): number {
  const [normP, normQ] = [logSumExp(p), logSumExp(q)];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const own = p[i] - normP;
    sum += exp(own) * (own - (q[i] - normQ));
  }
  // Rounding may take equal distributions a little below zero.
  return Math.max(0, sum);
}

/** Softmax of (x, 0): the logistic function. */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

function largestOf(row: Float32Array | Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < row.length; i++) if (row[i] > most) most = row[i];
  return most;
}
