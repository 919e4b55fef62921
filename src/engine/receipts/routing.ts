/**
 * How much of a cut's effect travels through other experts being chosen later: the same cut in three runs, experts and
 * weights those of the clean run; experts, with their weights computed again; all free. Only the last step is re-choosing.
 */
import type { Edit } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import type { RoutingReceipt } from '../../protocol/receipts';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { weightsOf } from '../model/route';
import type { RouterRows, Taps } from '../model/rows';
import { totalsOfEdits, type Totals } from './totals';

export interface RoutedCut {
  edit: Edit;
  /** First layer that it acts in. */
  layer: number;
  /** First layer whose router reads what the cut changed. */
  routed: number;
}

/** Nothing for dense models. Costs `totalsOfEdits` three times for each group of cuts that run together. */
export async function routingReceipts(on: Totals, cuts: readonly RoutedCut[]): Promise<RoutingReceipt[]> {
  const { model } = on;
  if (model.config.experts === 0) return [];
  const groups = grouped(cuts);
  const flips = groups.map(({ own }): RoutingReceipt['flips'][] => own.map(() => []));
  const runs = groups.flatMap(({ layer, routed, own }, i) =>
    [held(model, routed, 'frozen'), held(model, routed, 'ids'), watchFlips(model, routed, flips[i])].map(
      (taps) => (here: LoadedModel) =>
        totalsOfEdits(
          { ...on, model: here },
          layer,
          own.map(({ edit }) => [edit]),
          { taps },
        ),
    ),
  );
  const totals = await sideBySide(model, runs);
  return groups.flatMap(({ own }, i) => {
    const [frozen, ids, free] = totals.slice(3 * i, 3 * i + 3);
    return own.map(({ edit }, at): RoutingReceipt => {
      return { edit: printEdit(edit), frozen: frozen[at], ids: ids[at], free: free[at], flips: flips[i][at] };
    });
  });
}

/** Cuts that run together: of one layer, read by the same router first. */
function grouped(cuts: readonly RoutedCut[]): { layer: number; routed: number; own: RoutedCut[] }[] {
  const groups = new Map<string, { layer: number; routed: number; own: RoutedCut[] }>();
  for (const cut of cuts) {
    const key = `${cut.layer} ${cut.routed}`;
    const group = groups.get(key) ?? { layer: cut.layer, routed: cut.routed, own: [] };
    group.own.push(cut);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Every row's choice becomes the first one's, from the layer `routed` on. */
function held({ config }: LoadedModel, routed: number, what: 'frozen' | 'ids'): Taps {
  return {
    routed(layer, { ids, weights, probabilities }, { n }) {
      if (layer < routed) return;
      const { experts, expertsUsed: used } = config.shapes[layer].feedForward;
      const [chosen, scale, likely] = [ids.i32, weights.f32, probabilities.f32];
      for (let row = 1; row < n; row++) {
        const clean = chosen.subarray(0, used);
        const own = likely.subarray(row * experts, (row + 1) * experts);
        chosen.set(clean, row * used);
        scale.set(what === 'frozen' ? scale.subarray(0, used) : weightsOf(own, clean, config.routing), row * used);
      }
    },
  };
}

/** Which experts each row lost and gained against the first. */
function watchFlips({ config }: LoadedModel, routed: number, flips: RoutingReceipt['flips'][]): Taps {
  return {
    routed(layer, { ids }: RouterRows, { n }) {
      if (layer < routed) return;
      const { expertsUsed: used } = config.shapes[layer].feedForward;
      const of = (row: number): number[] => [...ids.i32.subarray(row * used, (row + 1) * used)];
      const clean = of(0);
      for (let row = 1; row < n; row++) {
        const own = of(row);
        const [lost, gained] = [clean.filter((id) => !own.includes(id)), own.filter((id) => !clean.includes(id))];
        if (gained.length > 0) flips[row - 1].push({ layer, lost, gained });
      }
    },
  };
}
