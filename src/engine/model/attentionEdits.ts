/** Edits at work in attention: edges that are not seen, or whose value is another; heads whose output is another. */
import type { EdgeEdit, Edit } from '../../protocol/edit';
import type { Buf, EdgeCuts, Kernel } from '../kernel/kernel';
import { changeVector } from './changeVector';
import { donated, type Donors } from './donors';
import { cutsOf, editsAt, EVERY_TOKEN, isIn } from './edits';
import { kvHeadOf, type AttentionShape } from './mixers/attentionParts';
import { positionOf, type Rows } from './rows';

/** Edges whose weight is 0 in this layer, knocked out or zeroed, in the kernel's memory for as long as `use` runs. */
export function withCuts<Result>(
  kernel: Kernel,
  edits: readonly Edit[],
  layer: number,
  heads: number,
  use: (cuts: EdgeCuts | undefined) => Result,
): Result {
  return withEdges(kernel, weightless(edits, layer), heads, use);
}

/** Edges of this layer that weigh nothing. */
export const weightless = (edits: readonly Edit[], layer: number): EdgeEdit[] =>
  editsAt(edits, 'pattern', layer).filter((edge) => edge.do !== 'swap');

function withEdges<Result>(
  kernel: Kernel,
  edges: readonly EdgeEdit[],
  heads: number,
  use: (cuts: EdgeCuts | undefined) => Result,
): Result {
  const cuts = cutsOf(edges, heads);
  if (!cuts) return use(undefined);
  const buf = kernel.alloc(cuts.length);
  try {
    buf.i32.set(cuts);
    return use(buf);
  } finally {
    kernel.free(buf);
  }
}

/**
 * mixed[n][heads][headDim] of rows under the layer's edges; `attend` runs the attention into what
 * it is given. `stats` become those of the softmax itself, which zeroed and swapped edges leave alone: with Z the share of
 * the weight that is left without them, the output is Z · (output without them), plus the swapped share · the mean value.
 */
export function attendUnder(
  kernel: Kernel,
  edits: readonly Edit[],
  layer: number,
  shape: AttentionShape,
  {
    mixed,
    stats,
    n,
    donors,
    ...place
  }: Pick<Rows, 'n' | 'start' | 'onePlace'> & { mixed: Buf; stats: Buf; donors: Donors },
  attend: (out: Buf, stats: Buf, cuts: EdgeCuts | undefined) => void,
): void {
  const { heads, headDim } = shape;
  const edges = editsAt(edits, 'pattern', layer);
  const run = (out: Buf, outStats: Buf, which: readonly EdgeEdit[]): void =>
    withEdges(kernel, which, heads, (cuts) => attend(out, outStats, cuts));
  const knockouts = edges.filter((edge) => edge.do === 'knockout');
  run(mixed, stats, knockouts);
  if (knockouts.length === edges.length) return;
  const [rest, restStats, unzeroedStats] = [n * heads * headDim, n * heads * 2, n * heads * 2].map((size) =>
    kernel.alloc(size),
  );
  try {
    // The output of this one is written over by the next.
    const unzeroed = edges.filter((edge) => edge.do !== 'swap');
    if (unzeroed.length < edges.length) run(rest, unzeroedStats, unzeroed);
    else unzeroedStats.f32.set(stats.f32.subarray(0, n * heads * 2));
    run(rest, restStats, edges);
    const [out, left, whole] = [mixed.f32, rest.f32, stats.f32];
    for (let i = 0; i < n; i++) {
      const position = positionOf(place, i);
      for (let head = 0; head < heads; head++) {
        const here = edges.filter((edge) => isIn(position, edge.dst) && (edge.head ?? head) === head);
        if (here.every((edge) => edge.do === 'knockout')) continue;
        const row = i * heads + head;
        const keptShare = share(restStats.f32, whole, row);
        const swapped = here.find((edge) => edge.do === 'swap');
        const mean = swapped && donated(donors, swapped, position, layer).subarray(kvHeadOf(shape, head) * headDim);
        const swappedShare = swapped ? share(unzeroedStats.f32, whole, row) - keptShare : 0;
        for (let j = 0; j < headDim; j++) {
          const at = row * headDim + j;
          out[at] = keptShare * left[at] + (mean ? swappedShare * mean[j] : 0);
        }
      }
    }
  } finally {
    [rest, restStats, unzeroedStats].forEach((buf) => kernel.free(buf));
  }
}

/** Which share of a softmax's weight one with fewer keys has; 0 where it has none. Both as maximum and sum by row. */
function share(fewer: Float32Array, whole: Float32Array, row: number): number {
  const [maximum, sum] = fewer.subarray(row * 2);
  return maximum === Infinity ? 0 : (Math.exp(maximum - whole[row * 2]) * sum) / whole[row * 2 + 1];
}

/** mixed[n][heads][headDim], the heads' outputs of the tokens start … start + n − 1. */
export function editHeads(
  edits: readonly Edit[],
  layer: number,
  { heads, headDim }: { heads: number; headDim: number },
  mixed: Buf,
  start: number,
  n: number,
  donors: Donors,
): void {
  for (const edit of editsAt(edits, 'z', layer)) {
    const outputs = mixed.f32;
    const { from, to } = edit.pos ?? EVERY_TOKEN;
    for (let position = Math.max(start, from); position < Math.min(start + n, to); position++) {
      const at = ((position - start) * heads + edit.head) * headDim;
      changeVector(edit, outputs, at, headDim, { donors, position, layer });
    }
  }
}
