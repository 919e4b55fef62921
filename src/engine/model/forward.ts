/**
 * The forward pass of a decoder-only transformer, in the order of the papers: RMSNorm (Zhang & Sennrich 2019), rotary
 * positions (Su et al. 2021), grouped-query attention (Ainslie et al. 2023), SwiGLU (Shazeer 2020), and, where the model
 * has them, experts chosen by a softmax router (Shazeer et al. 2017; Fedus et al. 2021).
 */
import { Problem } from '../../protocol/problem';
import type { Buf, Kernel } from '../kernel/kernel';
import type { LayerTrace, Trace } from '../trace/trace';
import type { ModelConfig } from './config';
import { checkEdits } from './edits';
import { cutHeads, patchResidual, withCuts, type TraceById } from './intervene';
import { runExperts } from './experts';
import { Scratch } from './scratch';
import type { Layer, Weights } from './weights';

export interface Model {
  config: ModelConfig;
  weights: Weights;
  kernel: Kernel;
}

/** What happens on the way; each may wait, and may throw to stop. */
export interface Hooks {
  /** After each layer, which is then complete for all tokens. */
  afterLayer?: (layer: number) => Promise<void> | void;
  /** After each chunk of tokens in each layer: often enough for a cancellation to be heard on a long text. */
  afterChunk?: () => Promise<void> | void;
  /** Finds the traces that patches are taken from. */
  traceById?: TraceById;
}

/** Rows that go through a layer together: enough to keep the matmul busy, few enough for the scratch to stay in cache. */
const CHUNK = 256;
/** Weights per head in a chunk. Attention grows with the position; fewer rows far back keep a cancellation from waiting. */
const CHUNK_WEIGHTS = 1 << 19;
/** The kernels' tiles divide it. */
const CHUNK_STEP = 32;

/** Rows of the chunk that begins at this position. */
function chunkAt(position: number): number {
  const rows = Math.floor(CHUNK_WEIGHTS / (position + CHUNK) / CHUNK_STEP) * CHUNK_STEP;
  return Math.max(CHUNK_STEP, Math.min(CHUNK, rows));
}

/**
 * Runs `ids` through the model behind what the trace already holds, and appends their rows to it, under the trace's edits.
 * Layer by layer over all tokens, so that `afterLayer` can show each layer as soon as it is complete. The trace must have
 * room: ids.length ≤ trace.capacity − trace.ids.length. Throws Problem edit-invalid, and internal where there is no room: the
 * kernel would write over what is behind the trace.
 */
export async function forward(model: Model, trace: Trace, ids: readonly number[], hooks: Hooks = {}): Promise<void> {
  const { weights, kernel } = model;
  const start = trace.ids.length;
  checkEdits(trace.edits, model.config);
  if (start + ids.length > trace.capacity) {
    throw new Problem('internal', `${start + ids.length} tokens do not fit into a trace of ${trace.capacity}.`);
  }
  trace.ids.push(...ids); // rows of layers not yet run are zero until `afterLayer` names them
  try {
    const embed = (x: Buf, s: Scratch): void => {
      s.ids.i32.set(ids);
      kernel.rows(x, weights.tokenEmbedding, s.ids, ids.length);
    };
    await runLayers(model, trace, { start, firstLayer: 0, stream: embed }, hooks);
  } catch (thrown) {
    trace.ids.length = start;
    throw thrown;
  }
}

export interface Rows {
  /** Position of the first row; the last is the trace's. */
  start: number;
  firstLayer: number;
  /** Writes the rows that go into the first layer. */
  stream: (x: Buf, s: Scratch) => void;
}

/** Runs the trace's rows from `start` on through the layers from `firstLayer` on. */
export async function runLayers(
  model: Model,
  trace: Trace,
  { start, firstLayer, stream }: Rows,
  { afterLayer, afterChunk, traceById }: Hooks,
): Promise<void> {
  const { config, weights, kernel } = model;
  const { embedding: d } = config;
  const count = trace.ids.length - start;
  const scratch = new Scratch(kernel, config, weights, Math.min(CHUNK, count), count);
  try {
    const x = scratch.residual; // [count][d]
    stream(x, scratch);
    for (let l = firstLayer; l < config.layers; l++) {
      const kept = trace.layer(l);
      patchResidual(kernel, trace, l, x, start, count, traceById);
      if (kept.residual) kernel.copy(kept.residual.slice(start * d, count * d), x, count * d);
      for (let c = 0, n = 0; c < count; c += n) {
        n = Math.min(chunkAt(start + c), count - c);
        const rows = x.slice(c * d, n * d);
        attend(model, trace, l, rows, start + c, n, scratch);
        transform(model, trace, l, rows, start + c, n, scratch);
        trace.rowsRun += n;
        await afterChunk?.();
      }
      await afterLayer?.(l);
    }
    kernel.rmsNorm(trace.final.slice(start * d, count * d), x, weights.outputNorm, count, d, config.rmsEpsilon);
  } finally {
    scratch.free();
  }
}

/** x += Wo · attention(norm(x)); x[n][d] are the tokens at positions start … start + n − 1. */
function attend(model: Model, trace: Trace, l: number, x: Buf, start: number, n: number, s: Scratch): void {
  const { kernel, config } = model;
  const { embedding: d, heads, kvHeads, headDim, rmsEpsilon: eps } = config;
  const layer = model.weights.layers[l];
  const kept = trace.layer(l);
  const { q, k, v, stats } = rowsOf(kept, config, start, n);

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
  withCuts(kernel, trace, l, (cuts) => {
    const scale = attentionScale(config);
    kernel.attention(s.mixed, q, kept.k, kept.v, stats, { n, start, heads, kvHeads, headDim, scale, cuts });
  });
  cutHeads(trace, l, s.mixed, start, n);
  kernel.matmul(s.update, s.mixed, layer.wo, n);
  if (layer.bo) kernel.addBias(s.update, layer.bo, n, d);
  kernel.add(x, s.update, n * d);
}

/** The parts of a layer's trace that hold the tokens start … start + n − 1. */
function rowsOf({ q, k, v, stats }: LayerTrace, config: ModelConfig, start: number, n: number): LayerTrace {
  const { heads, kvHeads, headDim } = config;
  const rows = (buf: Buf, perToken: number): Buf => buf.slice(start * perToken, n * perToken);
  return {
    q: rows(q, heads * headDim),
    k: rows(k, kvHeads * headDim),
    v: rows(v, kvHeads * headDim),
    stats: rows(stats, heads * 2),
  };
}

/** x += feedForward(norm(x)), dense or by experts. */
function transform(model: Model, trace: Trace, l: number, x: Buf, start: number, n: number, s: Scratch): void {
  const { kernel, config } = model;
  const { embedding: d } = config;
  const layer: Layer = model.weights.layers[l];
  kernel.rmsNorm(s.normed, x, layer.feedForwardNorm, n, d, config.rmsEpsilon);
  if (layer.dense) {
    const { gate, up, down } = layer.dense;
    kernel.matmul(s.gate, s.normed, gate, n);
    kernel.matmul(s.up, s.normed, up, n);
    kernel.swiglu(s.gate, s.up, n * gate.rows);
    kernel.matmul(s.update, s.gate, down, n);
    kernel.add(x, s.update, n * d);
  } else {
    runExperts(model, layer.moe!, trace, l, x, start, n, s);
  }
}

/** q·k is divided by √headDim (Vaswani et al. 2017). */
export const attentionScale = (config: ModelConfig): number => 1 / Math.sqrt(config.headDim);
