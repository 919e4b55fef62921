/**
 * A mixture of experts (Shazeer et al. 2017; Fedus et al. 2021): a router chooses, each chosen expert sees all of its
 * tokens in one multiplication.
 */
import { sigmoid } from '../../shared/softmax';
import type { Buf } from '../kernel/kernel';
import { runFeedForward } from './dense';
import type { FeedForward, MixtureOfExperts } from './layerWeights';
import { normalize } from './normalize';
import type { Pass } from './pass';
import { reroute } from './reroute';
import { routeRows } from './route';
import { eachStretch, type RouterRows, type Rows } from './rows';
import type { FeedForwardShape } from './shape';

/** Which experts the rows of scratch.normed, the stream `x` normalised, go through, and how much of each counts: to `routed`. */
export function route(
  { model, scratch: s, taps }: Pass,
  layer: number,
  { experts, expertsUsed: topK }: FeedForwardShape,
  moe: MixtureOfExperts,
  x: Buf,
  rows: Rows,
  routed: RouterRows,
): void {
  const { kernel, config } = model;
  const { embedding: d, routing } = config;
  const { n } = rows;
  if (moe.routerNorm) {
    normalize(model, s.expertOut, x, moe.routerNorm, n, d);
    kernel.scale(s.expertOut, 1 / Math.sqrt(d), n * d);
  }
  kernel.matmul(routed.probabilities, moe.routerNorm ? s.expertOut : s.normed, moe.router, n);
  if (moe.routerBias) kernel.addBias(routed.probabilities, moe.routerBias, n, experts);
  routeRows(kernel, routed, moe.choiceBias, { experts, topK, routing }, n);
  eachStretch(rows, (edits, first, count, position) =>
    reroute(edits, layer, { experts, topK, routing, bias: moe.choiceBias }, routed, first, count, position),
  );
  taps.routed?.(layer, routed, rows);
}

/** Sorts the rows by expert in scratch, for `runExpert`, whose sums begin at 0 in scratch.update. The experts that are chosen, rising. */
export function chooseExperts(
  { model, scratch: s }: Pass,
  { experts, expertsUsed: topK }: FeedForwardShape,
  { n }: Rows,
  routed: RouterRows,
): number[] {
  s.update.f32.fill(0, 0, n * model.config.embedding);
  sortByExpert(s.starts, s.rowIds, s.rowScales, routed, n, topK, experts);
  const chosen: number[] = [];
  for (let expert = 0; expert < experts; expert++) if (s.starts[expert + 1] > s.starts[expert]) chosen.push(expert);
  return chosen;
}

/** scratch.update[n][embedding] += weight · expert(scratch.normed) of the rows that chose it. */
export function runExpert(pass: Pass, layer: number, network: FeedForward, expert: number, rows: Rows): void {
  const { model, scratch: s } = pass;
  const { kernel, config } = model;
  const { embedding: d } = config;
  const { starts, gathered, expertOut } = s;
  const end = starts[expert + 1];
  for (let first = starts[expert], count = 0; first < end; first += count) {
    count = Math.min(s.chunk, end - first);
    const [rowIds, scales] = [s.rowIds, s.rowScales].map((buf) => buf.slice(first, count));
    kernel.gather(gathered, s.normed, rowIds, count, d);
    runFeedForward(pass, layer, network, gathered, expertOut, { of: expert, count, rowIds, scales }, rows);
    kernel.scatterAdd(s.update, expertOut, rowIds, scales, count, d);
  }
}

/**
 * scratch.update, what the chosen experts give, becomes what the layer's networks give. The shared expert sees every token; its
 * own sigmoid gate says how much of it is used (Qwen2-MoE). `x`: the stream.
 */
export function joinShared(
  pass: Pass,
  layer: number,
  { expertsPostNorm, shared }: MixtureOfExperts,
  x: Buf,
  rows: Rows,
): void {
  const { model, scratch: s } = pass;
  const { kernel, config } = model;
  const { n } = rows;
  const d = config.embedding;
  if (expertsPostNorm) normalize(model, s.update, s.update, expertsPostNorm, n, d);
  if (!shared) return;
  if (shared.norm) normalize(model, s.normed, x, shared.norm, n, d);
  if (!shared.inputGate) {
    runFeedForward(pass, layer, shared, s.normed, s.expertOut, { of: 'shared', count: n }, rows);
    if (shared.postNorm) normalize(model, s.expertOut, s.expertOut, shared.postNorm, n, d);
    kernel.add(s.update, s.expertOut, n * d);
    return;
  }
  kernel.matmul(s.rowScales, s.normed, shared.inputGate, n);
  const scales = s.rowScales.f32;
  const rowIds = s.rowIds.i32;
  for (let i = 0; i < n; i++) {
    scales[i] = sigmoid(scales[i]);
    rowIds[i] = i;
  }
  runFeedForward(pass, layer, shared, s.normed, s.expertOut, { of: 'shared', count: n, scales: s.rowScales }, rows);
  kernel.scatterAdd(s.update, s.expertOut, s.rowIds, s.rowScales, n, d);
}

/**
 * Counting sort of the n · topK choices by expert: those of expert e are starts[e] … starts[e + 1] − 1 of rowIds (the row that
 * chose it, rising) and scales. starts: [experts + 1].
 */
function sortByExpert(
  starts: Int32Array,
  rowIds: Buf,
  rowScales: Buf,
  { ids, weights }: RouterRows,
  n: number,
  topK: number,
  experts: number,
): void {
  const [chosen, scale, rows, scales] = [ids.i32, weights.f32, rowIds.i32, rowScales.f32];
  starts.fill(0);
  // Two places further on: the second pass moves each start to where the next expert begins.
  for (let i = 0; i < n * topK; i++) starts[chosen[i] + 2]++;
  for (let e = 2; e <= experts; e++) starts[e] += starts[e - 1];
  for (let i = 0; i < n * topK; i++) {
    const at = starts[chosen[i] + 1]++;
    rows[at] = Math.floor(i / topK);
    scales[at] = scale[i];
  }
}
