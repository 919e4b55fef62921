/** A model that hears: whoever reads its weights waits for the request's own pause, whatever they pass on. */
import type { Model } from './model';
import type { Pause } from './units';
import type { Lease, Output, Weights } from './weights';

/** `pause` is awaited before every layer and every look at the output matrix, and on the way where they are read; it may throw to stop. */
export function hearing<M extends Model>(model: M, pause: Pause): M {
  const { weights } = model;
  const both = (own?: Pause): Pause =>
    own === undefined || own === pause
      ? pause
      : async () => {
          await pause();
          await own();
        };
  const layer: Weights['layer'] = async (l, own) => {
    await pause();
    const lease = await weights.layer(l, both(own));
    const networks: Lease['networks'] = (ids, use, waiting) => lease.networks(ids, use, both(waiting));
    return { ...lease, networks };
  };
  const output: Output = {
    ...weights.output,
    async ranges(use, own) {
      await pause();
      await weights.output.ranges(use, both(own));
    },
    async around(id, use, own) {
      await pause();
      return weights.output.around(id, use, both(own));
    },
  };
  return { ...model, weights: { ...weights, layer, output } };
}
