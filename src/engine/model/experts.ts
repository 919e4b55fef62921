/**
 * A mixture of experts (Shazeer et al. 2017; Fedus et al. 2021): a router chooses, each chosen expert sees all of its
 * tokens in one multiplication.
 */
import { sigmoid } from '../../shared/softmax';
import type { Buf } from '../kernel/kernel';
import { runFeedForward } from './dense';
import type { FeedForward, MixtureOfExperts } from './layerWeights';
import type { Pass } from './pass';
import { reroute } from './reroute';
import { routeRows } from './route';
import { eachStretch, type RouterRows, type Rows } from './rows';
import type { FeedForwardShape } from './shape';

/** Which experts the rows of scratch.normed go through, and how much of each counts: to `routed`. */
export function route(
  { model, scratch: s, taps }: Pass,
  layer: number,
  { experts, expertsUsed: topK }: FeedForwardShape,
  moe: MixtureOfExperts,
  rows: Rows,
  routed: RouterRows,
): void {
  const { kernel, config } = model;
  const { routing } = config;
  const { n } = rows;
  kernel.matmul(routed.probabilities, s.normed, moe.router, n);
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
    const rowIds = s.rowIds.slice(first, count);
    kernel.gather(gathered, s.normed, rowIds, count, d);
    runFeedForward(pass, layer, network, gathered, expertOut, { of: expert, count, rowIds }, rows);
    kernel.scatterAdd(s.update, expertOut, rowIds, s.rowScales.slice(first, count), count, d);
  }
}

/** The shared expert sees every token; its own sigmoid gate says how much of it is used (Qwen2-MoE). */
export function runShared(
  pass: Pass,
  layer: number,
  shared: NonNullable<MixtureOfExperts['shared']>,
  rows: Rows,
): void {
  const { model, scratch: s } = pass;
  const { kernel, config } = model;
  const { n } = rows;
  if (!shared.inputGate) {
    runFeedForward(pass, layer, shared, s.normed, s.expertOut, { of: 'shared', count: n }, rows);
    kernel.add(s.update, s.expertOut, n * config.embedding);
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
  kernel.scatterAdd(s.update, s.expertOut, s.rowIds, s.rowScales, n, config.embedding);
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
