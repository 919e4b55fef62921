/** The neurons that a token went through in a layer, before their product: gate and up of each expert that was chosen, and of the one that all share. */
import type { Buf, Matrix } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import { normalized } from '../reading/direction';
import type { ExpertName } from '../../protocol/edit';
import { sigmoid } from '../../shared/softmax';
import type { FeedForward, Layer, Norm } from '../model/layerWeights';
import { hasNetwork } from '../model/shape';
import type { Lease, NetworkId } from '../model/weights';
import { product } from '../model/unpacked';
import type { Trace } from '../trace/trace';
import { halvesOf } from './activation';

/** An expert that a token went through, or the only network of a dense layer. */
export interface ActiveExpert {
  /** Null in dense layers. */
  expert: ExpertName | null;
  /** As the router used it, times the expert's own scale; of the shared one its gate's, held like the router's; 1 in dense layers. */
  weight: number;
  /** Where the network has one. */
  gate?: Float32Array; // [hidden], before its activation
  up: Float32Array; // [hidden], without a gate: before its activation
  /** What the neurons give, times the weight. */
  values: Float64Array; // [hidden]
}

/** A layer's network by name. */
type NetworkName = NetworkId | 'shared';

export const networkOf = (expert: ExpertName | null): NetworkName => expert ?? 'dense';

/** Those that tokens went through, each once. */
export const networksOf = (active: readonly (readonly Pick<ActiveExpert, 'expert'>[])[]): NetworkName[] => [
  ...new Set(active.flat().map(({ expert }) => networkOf(expert))),
];

/** What stands before a network. */
export const normOf = ({ feedForwardNorm, moe }: Layer, expert: ExpertName | null): Norm | undefined =>
  (expert === 'shared' && moe?.shared?.norm) || feedForwardNorm;

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

/**
 * What each token went through; `read` [tokens][embedding]: the stream that the layer's networks read; `readScale` [tokens]: 1 /
 * what its norm divides by. Asks the lease once for the networks that tokens went through.
 */
export async function activeIn(
  model: LoadedModel,
  trace: Trace,
  l: number,
  { read, readScale }: { read: readonly Float32Array[]; readScale: readonly number[] },
  lease: Lease,
): Promise<ActiveExpert[][]> {
  const used = model.config.shapes[l].feedForward.expertsUsed;
  const { router } = trace.layer(l);
  const [ids, weights] = router ? [router.ids.i32.slice(), router.weights.f32.slice()] : [];
  const shared = lease.layer.moe?.shared;
  const normedBy = (norm: Norm | undefined): Float32Array[] =>
    read.map((stream, at) => normalized(model.config, norm, stream, readScale[at]));
  const normed = normedBy(lease.layer.feedForwardNorm);
  // RMSNorm divides by the same whatever its weights.
  const ofShared = shared?.norm ? normedBy(shared.norm) : normed;
  const chosen = read.map((_, position): Pick<ActiveExpert, 'expert' | 'weight'>[] => {
    if (!ids || !weights) return hasNetwork(model.config.shapes[l]) ? [{ expert: null, weight: 1 }] : [];
    const own = Array.from({ length: used }, (_, rank) => {
      const at = position * used + rank;
      return { expert: ids[at], weight: weights[at] };
    });
    if (!shared) return own;
    const weight = shared.inputGate ? sigmoid(product(model.kernel, shared.inputGate, normed[position])[0]) : 1;
    return [...own, { expert: 'shared', weight }];
  });
  const active: ActiveExpert[][] = read.map(() => []);
  await eachNetwork(lease, networksOf(chosen), (network, id) => {
    (id === 'shared' ? ofShared : normed).forEach((own, position) => {
      const rank = chosen[position].findIndex(({ expert }) => networkOf(expert) === id);
      if (rank < 0) return;
      const units = hidden(model, network, own);
      const weight = chosen[position][rank].weight * (network.scale?.f32[0] ?? 1);
      const values = Float64Array.from(
        units.up,
        (up, neuron) => weight * halvesOf(model.config.activation, units.gate?.[neuron], up).value,
      );
      active[position][rank] = { ...chosen[position][rank], weight, ...units, values };
    });
  });
  return active;
}

/** Gate and up of a normalised stream, by the kernel. */
export function hidden(
  model: LoadedModel,
  { gate, gateBias, up, upBias }: FeedForward,
  normed: Float32Array,
): Pick<ActiveExpert, 'gate' | 'up'> {
  const biased = (matrix: Matrix, bias: Buf | undefined): Float32Array => {
    const own = product(model.kernel, matrix, normed);
    const added = bias?.f32;
    return added ? own.map((value, i) => value + added[i]) : own;
  };
  return { ...(gate && { gate: biased(gate, gateBias) }), up: biased(up, upBias) };
}
