/**
 * Attention of several heads or layers as one row per token.
 * mean: the plain average of chosen heads' rows. rollout and flow: Abnar & Zuidema 2020, "Quantifying Attention Flow in
 * Transformers", with each layer's heads averaged and half of every token kept by the residual stream: A' = (A + I)/2.
 * Both follow the weights alone and know nothing of values or feed-forward layers: a picture of where information could
 * come from, not a measured effect.
 */
import { FLOW_TOKENS, type LayerFlow } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import type { Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { headsWithWeights, headWeights, keysOf, tileWeights } from '../trace/weights';
import { refuseBothWays } from '../model/bothWays';
import { maximumFlows } from './maximumFlow';

/**
 * [token + 1], or of all tokens where later ones are seen; sums to 1. Throws Problem internal for a token or head that is not there, or too many tokens for flow; no-attention
 * where a layer has none: what it carries on is not seen in weights.
 */
export async function layerFlow(
  kernel: Kernel,
  trace: Trace,
  token: number,
  how: LayerFlow,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  trace.checkToken(token);
  if (how.method === 'mean') return meanRow(trace, token, how.heads);
  for (let layer = 0; layer < trace.config.layers; layer++) trace.attention(layer);
  if (how.method === 'rollout') return rollout(kernel, trace, token, pause);
  refuseBothWays(trace.config); // the flow's graph has edges to earlier tokens alone
  if (token >= FLOW_TOKENS) {
    throw new Problem('internal', `Attention flow is computed for the first ${FLOW_TOKENS} tokens only.`);
  }
  const n = token + 1;
  const layers: Float32Array[] = [];
  for (let layer = 0; layer < trace.config.layers; layer++) {
    layers.push(withResidual(await meanMatrix(kernel, trace, layer, n, pause), n));
  }
  return normalized(await maximumFlows(layers, n, token, pause));
}

function meanRow(trace: Trace, token: number, heads: readonly { layer: number; head: number }[]): Float32Array {
  if (heads.length === 0) throw new Problem('internal', 'There are no heads to average.');
  const sum = new Float32Array(keysOf(trace, token));
  for (const { layer, head } of heads) {
    headWeights(trace, layer, head, token, 'from').forEach((weight, key) => {
      if (key < sum.length) sum[key] += weight / heads.length;
    });
  }
  return sum;
}

/** Queries whose weights are computed together. */
const BLOCK = 64;

/**
 * The token's row of A'_L · … · A'_1, from the last layer down, so that only rows are multiplied. Weights are computed in
 * blocks of queries and not kept: the memory grows with the tokens, and `pause` is heard between blocks.
 */
async function rollout(
  kernel: Kernel,
  trace: Trace,
  token: number,
  pause: () => Promise<void> | void,
): Promise<Float32Array> {
  let row = new Float64Array(keysOf(trace, token));
  row[token] = 1;
  for (let layer = trace.config.layers - 1; layer >= 0; layer--) {
    const next = row.map((value) => value / 2);
    await eachBlock(
      kernel,
      trace,
      layer,
      row.length,
      pause,
      (q0, rows, cols, weights) => {
        for (let i = 0; i < rows; i++) {
          const half = row[q0 + i] / 2 / headsWithWeights(trace, layer);
          for (let key = 0; key < cols; key++) next[key] += half * weights[i * cols + key];
        }
      },
      (q0, q1) => row.subarray(q0, q1).some((value) => value > 0),
    );
    row = next;
  }
  return Float32Array.from(row);
}

/** Weights [rows][cols] of the queries from q0 on and all keys that any of them sees, of one head. */
type Take = (q0: number, rows: number, cols: number, weights: Float32Array) => void;

/** Every head's weights among the first n tokens in blocks of queries, those that are `wanted`. */
async function eachBlock(
  kernel: Kernel,
  trace: Trace,
  layer: number,
  n: number,
  pause: () => Promise<void> | void,
  take: Take,
  wanted: (q0: number, q1: number) => boolean = () => true,
): Promise<void> {
  for (let q0 = 0; q0 < n; q0 += BLOCK) {
    const q1 = Math.min(n, q0 + BLOCK);
    if (!wanted(q0, q1)) continue;
    const keys = trace.config.bothWays ? n : q1;
    const range = { q0, q1, k0: 0, k1: keys, rows: q1 - q0, cols: keys };
    for (let head = 0; head < headsWithWeights(trace, layer); head++) {
      take(q0, q1 - q0, keys, tileWeights(kernel, trace, { layer, head, ...range, pool: 'max' }));
      await pause();
    }
  }
}

/** Mean of a layer's heads over the first n tokens: [n][n], lower-triangular. */
async function meanMatrix(
  kernel: Kernel,
  trace: Trace,
  layer: number,
  n: number,
  pause: () => Promise<void> | void,
): Promise<Float32Array> {
  const mean = new Float32Array(n * n);
  await eachBlock(kernel, trace, layer, n, pause, (q0, rows, cols, weights) => {
    for (let i = 0; i < rows; i++) {
      for (let key = 0; key < cols; key++)
        mean[(q0 + i) * n + key] += weights[i * cols + key] / headsWithWeights(trace, layer);
    }
  });
  return mean;
}

function withResidual(attention: Float32Array, n: number): Float32Array {
  return attention.map((weight, i) => weight / 2 + (Math.floor(i / n) === i % n ? 0.5 : 0));
}

function normalized(values: Float32Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
