/** The neurons that a token went through in a layer, before their product: gate and up of each expert that was chosen, and of the one that all share. */
import type { Matrix } from '../kernel/kernel';
import { deviationOf } from '../reading/direction';
import type { LoadedModel } from '../model/load';
import type { ExpertName } from '../../protocol/edit';
import { sigmoid } from '../../shared/softmax';
import type { FeedForward } from '../model/layerWeights';
import type { Lease, NetworkId } from '../model/weights';
import type { Trace } from '../trace/trace';

/** An expert that a token went through, or the only network of a dense layer. */
export interface ActiveExpert {
  /** Null in dense layers. */
  expert: ExpertName | null;
  /** As the router used it; of the shared one its gate's, held like the router's; 1 in dense layers. */
  weight: number;
  gate: Float32Array; // [hidden], before its activation
  up: Float32Array; // [hidden]
}

/** A layer's network by name. */
type NetworkName = NetworkId | 'shared';

export const networkOf = (expert: ExpertName | null): NetworkName => expert ?? 'dense';

/** Those that tokens went through, each once. */
export const networksOf = (active: readonly (readonly Pick<ActiveExpert, 'expert'>[])[]): NetworkName[] => [
  ...new Set(active.flat().map(({ expert }) => networkOf(expert))),
];

/** Lease.networks, with the one that every token shares: that is in memory with the layer. */
export async function eachNetwork(
  lease: Lease,
  names: readonly NetworkName[],
  use: (network: FeedForward, name: NetworkName) => Promise<void> | void,
): Promise<void> {
  const ids = names.filter((name) => name !== 'shared');
  if (ids.length > 0) await lease.networks(ids, use);
  if (ids.length < names.length) await use(lease.layer.moe!.shared!, 'shared');
}

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
  const shared = lease.layer.moe?.shared;
  const normed = middles.map((middle) => {
    const scale = 1 / deviationOf(model.config, middle);
    return middle.map((value, i) => value * gamma[i] * scale);
  });
  const chosen = middles.map((_, position): Pick<ActiveExpert, 'expert' | 'weight'>[] => {
    if (!ids || !weights) return [{ expert: null, weight: 1 }];
    const own = Array.from({ length: used }, (_, rank) => {
      const at = position * used + rank;
      return { expert: ids[at], weight: weights[at] };
    });
    if (!shared) return own;
    const weight = shared.inputGate ? sigmoid(product(model, shared.inputGate, normed[position])[0]) : 1;
    return [...own, { expert: 'shared', weight }];
  });
  const active: ActiveExpert[][] = middles.map(() => []);
  await eachNetwork(lease, networksOf(chosen), (network, id) => {
    check(network);
    normed.forEach((own, position) => {
      const rank = chosen[position].findIndex(({ expert }) => networkOf(expert) === id);
      if (rank < 0) return;
      active[position][rank] = { ...chosen[position][rank], ...hidden(model, network, own) };
    });
  });
  return active;
}

/** Gate and up of a normalised stream, by the kernel. */
export const hidden = (
  model: LoadedModel,
  { gate, up }: FeedForward,
  normed: Float32Array,
): { gate: Float32Array; up: Float32Array } => ({
  gate: product(model, gate!, normed),
  up: product(model, up, normed),
});

/** matrix · x, by the kernel. [rows] */
function product({ kernel }: LoadedModel, matrix: Matrix, x: Float32Array): Float32Array {
  const [input, out] = [kernel.alloc(x.length), kernel.alloc(matrix.rows)];
  try {
    input.f32.set(x);
    kernel.matmul(out, input, matrix, 1);
    return out.f32.slice(0, matrix.rows);
  } finally {
    kernel.free(input);
    kernel.free(out);
  }
}
