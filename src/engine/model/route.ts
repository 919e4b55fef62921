/**
 * Which experts does a token go to, and how much does each one's answer count? Scores by softmax (Shazeer et al. 2017) or by a
 * sigmoid of each expert's own (DeepSeek V3); the choice may go by other numbers than the weights do: a bias that evens out the
 * load (Wang et al. 2024), or groups of experts of which only the best are looked at.
 */
import { sigmoid } from '../../shared/softmax';
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig, Routing } from './config';
import type { RouterRows } from './rows';

export interface RouterSizes {
  experts: number;
  topK: number;
  routing: Routing;
}

/** llama.cpp divides by no smaller sum (build_moe_ffn): the smallest normal number in half precision. */
const LEAST_SUM = 2 ** -14;

/** routed.probabilities [n][experts] come as logits; the other parts are written. `bias`: [experts], for the choice alone. */
export function routeRows(
  kernel: Kernel,
  { probabilities, choice, ids, weights }: RouterRows,
  bias: Buf | undefined,
  { experts, topK, routing }: RouterSizes,
  n: number,
): void {
  const { score, renormalize, scale, groups } = routing;
  const scores = probabilities.f32;
  if (score === 'softmax') {
    kernel.route(probabilities, ids, weights, { n, experts, topK, renormalize });
    if (!choice) {
      if (scale !== 1) kernel.scale(weights, scale, n * topK);
      return;
    }
  } else {
    for (let i = 0; i < n * experts; i++) scores[i] = sigmoid(scores[i]);
  }
  for (let row = 0; row < n; row++) {
    const [from, to] = [row * experts, (row + 1) * experts];
    const by = choice?.f32.subarray(from, to);
    by?.set(scores.subarray(from, to));
    if (by && bias) for (let e = 0; e < experts; e++) by[e] += bias.f32[e];
    if (by && groups) leaveOut(by, groups);
    const likely = scores.subarray(from, to);
    const chosen = choose(likely, by, topK);
    ids.i32.set(chosen, row * topK);
    weights.f32.set(weightsOf(likely, chosen, routing), row * topK);
  }
}

/** Of all groups but the best, by the sum of their two best experts, the scores become −Infinity. */
function leaveOut(by: Float32Array, { count, used }: NonNullable<Routing['groups']>): void {
  const size = by.length / count;
  const groups = Array.from({ length: count }, (_, group) => {
    const own = by.subarray(group * size, (group + 1) * size);
    const [first, second = 0] = own.slice().sort().reverse();
    return { own, worth: Math.fround(first + second) };
  });
  groups.sort((a, b) => b.worth - a.worth); // stable: ties go to the lower group
  for (const { own } of groups.slice(used)) own.fill(-Infinity);
}

/**
 * The topK experts of one token, in falling order of `likely`: those that must be among them, and of those that may the best
 * by `by` (`likely` where that is undefined). Ties go to the lower id.
 */
export function choose(
  likely: Float32Array,
  by: Float32Array | undefined,
  topK: number,
  banned: ReadonlySet<number> = new Set(),
  forced: readonly number[] = [],
): number[] {
  const falling =
    (row: Float32Array) =>
    (a: number, b: number): number =>
      row[b] === row[a] ? a - b : row[b] - row[a];
  const free = [...likely.keys()].filter((expert) => !banned.has(expert) && !forced.includes(expert));
  free.sort(falling(by ?? likely));
  return [...forced, ...free.slice(0, topK - forced.length)].sort(falling(likely));
}

/** How much each of the chosen counts, in their order. `likely`: one token's scores. */
export function weightsOf(likely: Float32Array, chosen: ArrayLike<number>, { renormalize, scale }: Routing): number[] {
  const own = Array.from(chosen, (expert) => likely[expert]);
  if (!renormalize) return own.map((each) => each * scale);
  const sum = own.reduce((all, each) => all + each, 0);
  // A forced expert may have a probability of 0 in f32: then the chosen share equally.
  return own.map((each) => (sum > 0 ? (each / Math.max(sum, LEAST_SUM)) * scale : scale / own.length));
}

/** [n][experts] What the experts were chosen by. */
export const chosenBy = ({ choice, probabilities }: RouterRows): Buf => choice ?? probabilities;

/** Whether weights are not simply what the router chose by, so that both are to be shown. */
export const isWeighedApart = ({ routing: { score }, shapes }: ModelConfig): boolean =>
  score === 'sigmoid' || shapes.some(({ feedForward }) => feedForward.choosesApart);
