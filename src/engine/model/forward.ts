/**
 * The forward pass of a decoder-only transformer, in the order of the papers: RMSNorm (Zhang & Sennrich 2019), rotary
 * positions (Su et al. 2021), grouped-query attention (Ainslie et al. 2023), SwiGLU (Shazeer 2020), and, where the model
 * has them, experts chosen by a softmax router (Shazeer et al. 2017; Fedus et al. 2021).
 */
import type { Buf, Kernel } from '../kernel/kernel';
import type { LayerTrace, Trace } from '../trace/trace';
import type { ModelConfig } from './config';
import { runExperts } from './experts';
import { Scratch } from './scratch';
import type { Layer, Weights } from './weights';

export interface Model {
  config: ModelConfig;
  weights: Weights;
  kernel: Kernel;
}

/** Rows that go through a layer together: enough to keep the matmul busy, few enough for the scratch to stay in cache. */
const CHUNK = 256;

/**
 * Runs `ids` through the model behind what the trace already holds, and appends their rows to it. Layer by layer over
 * all tokens, so that `afterLayer` can show each layer as soon as it is complete; it may wait, and may throw to stop.
 * The trace must have room: ids.length ≤ trace.capacity − trace.ids.length.
 */
export async function forward(
  model: Model,
  trace: Trace,
  ids: readonly number[],
  afterLayer: (layer: number) => Promise<void> | void = () => {},
): Promise<void> {
  const { config, weights, kernel } = model;
  const { embedding: d } = config;
  const start = trace.ids.length;
  const scratch = new Scratch(kernel, config, weights, Math.min(CHUNK, ids.length), ids.length);
  try {
    const x = scratch.residual; // [ids.length][d]
    scratch.ids.i32.set(ids);
    trace.ids.push(...ids); // rows of layers not yet run are zero until `afterLayer` names them
    kernel.rows(x, weights.tokenEmbedding, scratch.ids, ids.length);
    for (const [l, layer] of weights.layers.entries()) {
      for (let c = 0; c < ids.length; c += CHUNK) {
        const n = Math.min(CHUNK, ids.length - c);
        const rows = x.slice(c * d, n * d);
        attend(model, layer, trace.layer(l), rows, start + c, n, scratch);
        transform(model, layer, trace.layer(l), rows, start + c, n, scratch);
      }
      await afterLayer(l);
    }
    kernel.rmsNorm(
      trace.final.slice(start * d, ids.length * d),
      x,
      weights.outputNorm,
      ids.length,
      d,
      config.rmsEpsilon,
    );
  } catch (thrown) {
    trace.ids.length = start;
    throw thrown;
  } finally {
    scratch.free();
  }
}

/** x += Wo · attention(norm(x)); x[n][d] are the tokens at positions start … start + n − 1. */
function attend(model: Model, layer: Layer, kept: LayerTrace, x: Buf, start: number, n: number, s: Scratch): void {
  const { kernel, config } = model;
  const { embedding: d, heads, kvHeads, headDim, rmsEpsilon: eps } = config;
  const q = kept.q.slice(start * heads * headDim, n * heads * headDim);
  const k = kept.k.slice(start * kvHeads * headDim, n * kvHeads * headDim);
  const v = kept.v.slice(start * kvHeads * headDim, n * kvHeads * headDim);
  const stats = kept.stats.slice(start * heads * 2, n * heads * 2);

  kernel.rmsNorm(s.normed, x, layer.attentionNorm, n, d, eps);
  kernel.matmul(q, s.normed, layer.wq, n);
  kernel.matmul(k, s.normed, layer.wk, n);
  kernel.matmul(v, s.normed, layer.wv, n);
  if (layer.bq) kernel.addBias(q, layer.bq, n, heads * headDim);
  if (layer.bk) kernel.addBias(k, layer.bk, n, kvHeads * headDim);
  if (layer.bv) kernel.addBias(v, layer.bv, n, kvHeads * headDim);
  // The norm's own length tells whether it works per head or over the whole projection.
  if (layer.qNorm)
    kernel.rmsNorm(q, q, layer.qNorm, (n * heads * headDim) / layer.qNorm.length, layer.qNorm.length, eps);
  if (layer.kNorm)
    kernel.rmsNorm(k, k, layer.kNorm, (n * kvHeads * headDim) / layer.kNorm.length, layer.kNorm.length, eps);
  kernel.rope(q, n, heads, headDim, start, model.weights.inverseFrequencies, config.ropePairing);
  kernel.rope(k, n, kvHeads, headDim, start, model.weights.inverseFrequencies, config.ropePairing);
  kernel.attention(s.mixed, q, kept.k, kept.v, stats, {
    n,
    start,
    heads,
    kvHeads,
    headDim,
    scale: attentionScale(config),
  });
  kernel.matmul(s.update, s.mixed, layer.wo, n);
  if (layer.bo) kernel.addBias(s.update, layer.bo, n, d);
  kernel.add(x, s.update, n * d);
}

/** x += feedForward(norm(x)), dense or by experts. */
function transform(model: Model, layer: Layer, kept: LayerTrace, x: Buf, start: number, n: number, s: Scratch): void {
  const { kernel, config } = model;
  const { embedding: d } = config;
  kernel.rmsNorm(s.normed, x, layer.feedForwardNorm, n, d, config.rmsEpsilon);
  if (layer.dense) {
    const { gate, up, down } = layer.dense;
    kernel.matmul(s.gate, s.normed, gate, n);
    kernel.matmul(s.up, s.normed, up, n);
    kernel.swiglu(s.gate, s.up, n * gate.rows);
    kernel.matmul(s.update, s.gate, down, n);
    kernel.add(x, s.update, n * d);
  } else {
    runExperts(model, layer.moe!, kept.router!, x, start, n, s);
  }
}

/** q·k is divided by √headDim (Vaswani et al. 2017). */
export const attentionScale = (config: ModelConfig): number => 1 / Math.sqrt(config.headDim);
