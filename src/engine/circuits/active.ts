/** The neurons that a token went through in a layer, before their product: gate and up of each expert that was chosen. */
import { deviationOf } from '../reading/direction';
import type { LoadedModel } from '../model/load';
import type { FeedForward } from '../model/layerWeights';
import type { Lease, NetworkId } from '../model/weights';
import type { Trace } from '../trace/trace';

/** An expert that a token went through, or the only network of a dense layer. */
export interface ActiveExpert {
  /** Null in dense layers. */
  expert: number | null;
  /** As the router used it; 1 in dense layers. */
  weight: number;
  gate: Float32Array; // [hidden], before its activation
  up: Float32Array; // [hidden]
}

export const networkOf = (expert: number | null): NetworkId => expert ?? 'dense';

/** Those that tokens went through, each once. */
export const networksOf = (active: readonly (readonly Pick<ActiveExpert, 'expert'>[])[]): NetworkId[] => [
  ...new Set(active.flat().map(({ expert }) => networkOf(expert))),
];

/** What each token went through; `middles`: [tokens][embedding], the stream between attention and the feed-forward part. */
export async function activeIn(
  model: LoadedModel,
  trace: Trace,
  l: number,
  middles: readonly Float32Array[],
  lease: Lease,
  check: (network: FeedForward) => void,
): Promise<ActiveExpert[][]> {
  const gamma = lease.layer.feedForwardNorm!.weight.f32.slice();
  const used = model.config.shapes[l].feedForward.expertsUsed;
  const { router } = trace.layer(l);
  const [ids, weights] = router ? [router.ids.i32.slice(), router.weights.f32.slice()] : [];
  const chosen = middles.map((_, position) => {
    if (!ids || !weights) return [{ expert: null, weight: 1 }];
    return Array.from({ length: used }, (_, rank) => {
      const at = position * used + rank;
      return { expert: ids[at], weight: weights[at] };
    });
  });
  const active: ActiveExpert[][] = middles.map(() => []);
  await lease.networks(networksOf(chosen), (network, id) => {
    check(network);
    middles.forEach((middle, position) => {
      const rank = chosen[position].findIndex(({ expert }) => networkOf(expert) === id);
      if (rank < 0) return;
      const scale = 1 / deviationOf(model.config, middle);
      const normed = middle.map((value, i) => value * gamma[i] * scale);
      active[position][rank] = { ...chosen[position][rank], ...hidden(model, network, normed) };
    });
  });
  return active;
}

/** Gate and up of a normalised stream, by the kernel. */
export function hidden(
  { kernel }: LoadedModel,
  { gate, up }: FeedForward,
  normed: Float32Array,
): { gate: Float32Array; up: Float32Array } {
  const [input, out] = [kernel.alloc(normed.length), kernel.alloc(up.rows)];
  try {
    input.f32.set(normed);
    kernel.matmul(out, input, gate!, 1);
    const gates = out.f32.slice(0, up.rows);
    kernel.matmul(out, input, up, 1);
    return { gate: gates, up: out.f32.slice(0, up.rows) };
  } finally {
    kernel.free(input);
    kernel.free(out);
  }
}
