/** What does every embedding and neuron add, along direct paths, to a direction of the stream? The strongest, and the sum of all. */
import { dot } from '../../shared/dot';
import type { LoadedModel } from '../model/load';
import { pullAllBack } from '../reading/direction';
import { eachNetwork, networkOf, networksOf } from './active';
import type { Frozen, Lent } from './frozen';
import { pullThrough, type Field } from './linear';
import type { Neuron } from './neuron';

export interface Part {
  /** Null: the token's embedding. */
  neuron: Neuron | null;
  position: number;
  amount: number;
}

/** A dense model has millions of parts: only what is asked for becomes an object. */
export interface Parts {
  /** The strongest first; of as strong ones those of later layers. */
  largest: Part[];
  /** Of all parts, with their signs and by size. */
  sum: number;
  size: number;
  /** What biases add. */
  constants: number;
  /** Of a part with the same neuron and place, where all were kept; else 0. */
  amountOf(part: Pick<Part, 'neuron' | 'position'>): number;
}

/**
 * To `seed`, which is of the stream that `layer` finds, or, `behindMixing`, of that with what its mixing adds. Leases every layer
 * below once, once more where its projections are no longer unpacked, with the networks that tokens went through.
 */
export async function partsOf(
  model: LoadedModel,
  frozen: Frozen,
  layer: number,
  seed: Field,
  {
    count,
    keep = false,
    behindMixing = false,
    pause,
  }: { count: number; keep?: boolean; behindMixing?: boolean; pause?: () => Promise<void> | void },
): Promise<Parts> {
  const largest: Part[] = [];
  const kept = new Map<string, Float64Array>();
  let [sum, size, constants] = [0, 0, 0];
  const add = (amount: number, part: () => Omit<Part, 'amount'>): void => {
    sum += amount;
    size += Math.abs(amount);
    if (amount === 0 || (largest.length >= count && Math.abs(amount) <= Math.abs(largest.at(-1)!.amount))) return;
    const at = largest.findIndex((one) => Math.abs(one.amount) < Math.abs(amount));
    largest.splice(at < 0 ? largest.length : at, 0, { ...part(), amount });
    if (largest.length > count) largest.pop();
  };
  const lent: Lent = [];
  let worth = seed;
  const throughMixing = async (l: number): Promise<void> => {
    const through = await frozen.pull(model, l, worth, lent);
    constants += through.constants;
    worth = through.before;
  };
  if (behindMixing) await throughMixing(layer);
  for (let l = layer - 1; l >= 0; l--) {
    const lease = await model.weights.layer(l);
    try {
      const { active } = frozen.layers[l];
      const left = await frozen.pullBehind(model, l, worth);
      constants += left.constants;
      worth = left.before;
      const networks = networksOf(active);
      // Biases of norms behind all networks are counted once.
      const [ofExperts, ofShared] = [false, true].map((isShared) => pullThrough(frozen.behindNetwork(lease, l, isShared), worth)); // prettier-ignore
      if (networks.length > 0) constants += ofExperts.constants;
      /** [tokens][rank] */
      const amounts: Float64Array[][] = active.map(() => []);
      await eachNetwork(lease, networks, ({ down, downBias }, id) => {
        const { before } = id === 'shared' ? ofShared : ofExperts;
        const here = before.flatMap((direction, position) => {
          const rank = active[position].findIndex(({ expert }) => networkOf(expert) === id);
          return direction && rank >= 0 ? [{ direction, position, rank, ...active[position][rank] }] : [];
        });
        const reads = pullAllBack(model, down, here.map(({ direction }) => direction)); // prettier-ignore
        for (const [i, { direction, position, rank, weight, values }] of here.entries()) {
          if (downBias) constants += weight * dot(direction, downBias.f32);
          amounts[position][rank] = values.map((value, neuron) => value * reads[i][neuron]);
        }
      });
      amounts.forEach((ofToken, position) =>
        ofToken.forEach((own, rank) => {
          const { expert, values } = active[position][rank];
          own.forEach((amount, neuron) =>
            add(amount, () => ({
              neuron: { layer: l, position, rank, expert, neuron, value: values[neuron] },
              position,
            })),
          );
          if (keep) kept.set(`${l} ${position} ${rank}`, own);
        }),
      );
      await throughMixing(l);
    } finally {
      lease.release();
    }
    await pause?.();
  }
  const embedded = worth.map((direction, position) => direction && dot(direction, frozen.embedded(position)));
  embedded.forEach((amount, position) => amount !== undefined && add(amount, () => ({ neuron: null, position })));
  return {
    largest,
    sum,
    size,
    constants,
    amountOf({ neuron, position }) {
      if (!keep) return 0;
      if (!neuron) return embedded[position] ?? 0;
      return kept.get(`${neuron.layer} ${position} ${neuron.rank}`)?.[neuron.neuron] ?? 0;
    },
  };
}
