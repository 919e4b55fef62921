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
    const likely = scores.subarray(from, to);
    if (by) chooseBy(by, likely, bias, groups);
    const chosen = choose(likely, by, topK);
    ids.i32.set(chosen, row * topK);
    weights.f32.set(weightsOf(likely, chosen, routing), row * topK);
  }
}

/** by [experts]: what one token's experts are chosen by; of `likely`, its scores. Groups are chosen without those that are `banned`. */
export function chooseBy(
  by: Float32Array,
  likely: Float32Array,
  bias: Buf | undefined,
  groups: Routing['groups'],
  banned: ReadonlySet<number> = new Set(),
): void {
  by.set(likely);
  if (bias) for (let e = 0; e < by.length; e++) by[e] += bias.f32[e];
  if (groups) leaveOut(by, groups, banned);
}

/** Of all groups but the best, by the sum of their two best experts, the scores become −Infinity. */
function leaveOut(
  by: Float32Array,
  { count, used }: NonNullable<Routing['groups']>,
  banned: ReadonlySet<number>,
): void {
  const size = by.length / count;
  const groups = Array.from({ length: count }, (_, group) => {
    const own = by.subarray(group * size, (group + 1) * size);
    const [first = -Infinity, second = 0] = own.filter((_, i) => !banned.has(group * size + i)).sort().reverse(); // prettier-ignore
    return { own, worth: Math.fround(first + second) };
  });
  groups.sort((a, b) => b.worth - a.worth); // stable: ties go to the lower group
  for (const { own } of groups.slice(used)) own.fill(-Infinity);
}

/**
 * The topK experts of one token, in falling order of `likely`: those that must be among them, and of those that may the best
 * by `by` (`likely` where that is undefined; −Infinity: may not), fewer where there are no more. Ties go to the lower id.
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
  const order = by ?? likely;
  const free = [...likely.keys()].filter(
    (expert) => order[expert] > -Infinity && !banned.has(expert) && !forced.includes(expert),
  );
  free.sort(falling(order));
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
