/**
 * Attention of several heads or layers as one row per token.
 * mean: the plain average of chosen heads' rows. rollout and flow: Abnar & Zuidema 2020, "Quantifying Attention Flow in
 * Transformers", with each layer's heads averaged and half of every token kept by the residual stream: A' = (A + I)/2.
 * Both follow the weights alone and know nothing of values or feed-forward layers: a picture of where information could
 * come from, not a measured effect.
 */
import type { LayerFlow } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import type { Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { headWeights, tileWeights } from '../trace/weights';
import { maximumFlows } from './maximumFlow';

/** Flow costs the cube of the tokens: a limit at which it still takes about a second. */
export const FLOW_TOKENS = 160;

/** [token + 1], sums to 1. Throws Problem internal for a token or head that is not there, or too many tokens for flow. */
export async function layerFlow(
  kernel: Kernel,
  trace: Trace,
  token: number,
  how: LayerFlow,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  trace.checkToken(token);
  if (how.method === 'mean') return meanRow(trace, token, how.heads);
  if (how.method === 'rollout') return rollout(kernel, trace, token, pause);
  if (token >= FLOW_TOKENS) {
    throw new Problem('internal', `Attention flow is computed for the first ${FLOW_TOKENS} tokens only.`);
  }
  const n = token + 1;
  const layers: Float32Array[] = [];
  for (let layer = 0; layer < trace.config.layers; layer++) {
    layers.push(withResidual(meanMatrix(kernel, trace, layer, n), n));
    await pause();
  }
  return normalized(maximumFlows(layers, n, token));
}

function meanRow(trace: Trace, token: number, heads: readonly { layer: number; head: number }[]): Float32Array {
  if (heads.length === 0) throw new Problem('internal', 'There are no heads to average.');
  const sum = new Float32Array(token + 1);
  for (const { layer, head } of heads) {
    headWeights(trace, layer, head, token, 'from').forEach((weight, key) => {
      if (key <= token) sum[key] += weight / heads.length;
    });
  }
  return sum;
}

/** The token's row of A'_L · … · A'_1, from the last layer down, so that only rows are multiplied. */
async function rollout(
  kernel: Kernel,
  trace: Trace,
  token: number,
  pause: () => Promise<void> | void,
): Promise<Float32Array> {
  const n = token + 1;
  let row = new Float32Array(n);
  row[token] = 1;
  for (let layer = trace.config.layers - 1; layer >= 0; layer--) {
    const attention = meanMatrix(kernel, trace, layer, n);
    const next = row.map((value) => value / 2);
    for (let query = 0; query < n; query++) {
      if (row[query] === 0) continue;
      for (let key = 0; key <= query; key++) next[key] += (row[query] * attention[query * n + key]) / 2;
    }
    row = next;
    await pause();
  }
  return row;
}

/** Mean of a layer's heads over the first n tokens: [n][n], lower-triangular. */
function meanMatrix(kernel: Kernel, trace: Trace, layer: number, n: number): Float32Array {
  const { heads } = trace.config;
  const mean = new Float32Array(n * n);
  const range = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n };
  for (let head = 0; head < heads; head++) {
    const own = tileWeights(kernel, trace, { layer, head, ...range, pool: 'max' });
    for (let i = 0; i < own.length; i++) mean[i] += own[i] / heads;
  }
  return mean;
}

function withResidual(attention: Float32Array, n: number): Float32Array {
  return attention.map((weight, i) => weight / 2 + (Math.floor(i / n) === i % n ? 0.5 : 0));
}

function normalized(values: Float32Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
