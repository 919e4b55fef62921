/** A mixture-of-experts layer: the router chooses, each chosen expert sees all of its tokens in one multiplication. */
import type { Buf } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import type { Model } from './forward';
import { reroute } from './reroute';
import type { Scratch } from './scratch';
import type { FeedForward, MixtureOfExperts } from './weights';

/** x[n][d] += Σ over chosen experts of weight · expert(normed x); s.normed holds norm(x). Routing is kept in the trace. */
export function runExperts(
  model: Model,
  moe: MixtureOfExperts,
  trace: Trace,
  layer: number,
  x: Buf,
  start: number,
  n: number,
  s: Scratch,
): void {
  const { kernel, config } = model;
  const { embedding: d, experts, expertsUsed: topK } = config;
  const kept = trace.layer(layer).router!;
  const probabilities = kept.probabilities.slice(start * experts, n * experts);
  const ids = kept.ids.slice(start * topK, n * topK);
  const weights = kept.weights.slice(start * topK, n * topK);
  kernel.matmul(probabilities, s.normed, moe.router, n);
  kernel.route(probabilities, ids, weights, { n, experts, topK, renormalize: config.renormalizeExperts });
  reroute(trace.edits, layer, config, kept, start, n);

  for (const { expert, rows, scales } of byExpert(ids.i32, weights.f32, n, topK, experts)) {
    s.rowIds.i32.set(rows);
    s.rowScales.f32.set(scales);
    kernel.gather(s.gathered, s.normed, s.rowIds, rows.length, d);
    feedForward(model, moe.experts[expert], s.gathered, rows.length, s);
    kernel.scatterAdd(x, s.update, s.rowIds, s.rowScales, rows.length, d);
  }
  if (moe.shared) runShared(model, moe.shared, x, n, s);
}

/** s.update[n][d] = down · (silu(gate · input) ⊙ (up · input)) */
function feedForward({ kernel }: Model, { gate, up, down }: FeedForward, input: Buf, n: number, s: Scratch): void {
  kernel.matmul(s.gate, input, gate, n);
  kernel.matmul(s.up, input, up, n);
  kernel.swiglu(s.gate, s.up, n * gate.rows);
  kernel.matmul(s.update, s.gate, down, n);
}

/** The shared expert sees every token; its own sigmoid gate says how much of it is used (Qwen2-MoE). */
function runShared(model: Model, shared: NonNullable<MixtureOfExperts['shared']>, x: Buf, n: number, s: Scratch): void {
  const { kernel, config } = model;
  feedForward(model, shared, s.normed, n, s);
  if (!shared.inputGate) {
    kernel.add(x, s.update, n * config.embedding);
    return;
  }
  kernel.matmul(s.rowScales, s.normed, shared.inputGate, n);
  const scales = s.rowScales.f32;
  const rowIds = s.rowIds.i32;
  for (let i = 0; i < n; i++) {
    scales[i] = 1 / (1 + Math.exp(-scales[i]));
    rowIds[i] = i;
  }
  kernel.scatterAdd(x, s.update, s.rowIds, s.rowScales, n, config.embedding);
}

interface ExpertLoad {
  expert: number;
  /** Tokens of the chunk that chose it, rising. */
  rows: number[];
  scales: number[];
}

/** ids and weights are [n][topK]; experts that nobody chose are left out. */
function byExpert(ids: Int32Array, weights: Float32Array, n: number, topK: number, experts: number): ExpertLoad[] {
  const loads: ExpertLoad[] = Array.from({ length: experts }, (_, expert) => ({ expert, rows: [], scales: [] }));
  for (let i = 0; i < n * topK; i++) {
    loads[ids[i]].rows.push(Math.floor(i / topK));
    loads[ids[i]].scales.push(weights[i]);
  }
  return loads.filter(({ rows }) => rows.length > 0);
}
