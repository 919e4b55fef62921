/** The neurons that a token went through in a layer, before their product: gate and up of each expert that was chosen, and of the one that all share. */
import type { Buf, Matrix } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import type { ExpertName } from '../../protocol/edit';
import type { FeedForward, Layer, Norm } from '../model/layerWeights';
import { scaleOf, type Pre } from '../model/rows';
import type { Lease, NetworkId } from '../model/weights';
import { product } from '../model/unpacked';
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

/** What row `i` of those that go through a network makes there. */
export function activeOf(
  { activation }: LoadedModel['config'],
  { of, gate, up, width, scales, scale }: Pre,
  i: number,
): ActiveExpert {
  const [ofGate, ofUp] = [gate, up].map((buf) => buf?.f32.slice(i * width, (i + 1) * width));
  const weight = scaleOf({ scales }, i) * scale;
  return {
    expert: of === 'dense' ? null : of,
    weight,
    ...(ofGate && { gate: ofGate }),
    up: ofUp!,
    values: Float64Array.from(ofUp!, (own, neuron) => weight * halvesOf(activation, ofGate?.[neuron], own).value),
  };
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
