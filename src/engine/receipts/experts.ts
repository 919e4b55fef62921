/** The experts that one query goes through, each cut in three ways. */
import type { Edit, ExpertEdit } from '../../protocol/edit';
import type { Effect, ExpertReceipt } from '../../protocol/receipts';
import type { LoadedModel } from '../model/load';
import { chosenBy } from '../model/route';
import type { Taps } from '../model/rows';
import { sideBySide } from '../model/sideBySide';
import { dot } from '../../shared/dot';
import { totalsOfEdits, type Totals } from './totals';

type ExpertCut = 'contribution' | 'route-around' | 'swap';

/** Rows are cut where the layer's router chooses; direct effects are those of the layer's whole write. Costs `totalsOfEdits` for each layer. */
export async function expertReceipts(on: Totals): Promise<ExpertReceipt[]> {
  const { model, trace, query } = on;
  const { config } = model;
  const { position } = query.aim;
  const ofLayer = (layer: number) => async (own: LoadedModel) => {
    const { router } = trace.layer(layer);
    if (!router) return [];
    const { experts, expertsUsed } = config.shapes[layer].feedForward;
    const chosen = [...router.ids.i32.subarray(position * expertsUsed, (position + 1) * expertsUsed)];
    const weights = router.weights.f32.slice(position * expertsUsed, (position + 1) * expertsUsed);
    const likely = chosenBy(router).f32.slice(position * experts, (position + 1) * experts);
    const to = nextFavourite(likely, chosen);
    const cuts: ExpertCut[] = to === null ? ['contribution'] : ['contribution', 'route-around', 'swap'];
    const rows = chosen.flatMap((expert) => cuts.map((cut): Edit[] => [expertEdit(layer, expert, position, cut, to)]));
    const direct: number[] = [];
    const came: number[][] = [];
    const taps: Taps = {
      routed: (at, { ids }, { n }) => {
        if (at !== layer) return;
        for (let row = 1; row < n; row++) {
          const own = [...ids.i32.subarray(row * expertsUsed, (row + 1) * expertsUsed)];
          came.push(own.filter((expert) => !chosen.includes(expert)));
        }
      },
      transformed: (at, update, { n }) => {
        if (at !== layer) return;
        const d = config.embedding;
        const worth = (row: number): number => dot(query.aim.direction, update.f32, row * d);
        for (let row = 1; row < n; row++) direct.push(worth(row) - worth(0));
      },
    };
    const totals = await totalsOfEdits({ ...on, model: own }, layer, rows, { taps });
    return chosen.map((expert, rank): ExpertReceipt => {
      const rowOf = (cut: ExpertCut): number => rank * cuts.length + cuts.indexOf(cut);
      const effect = (cut: ExpertCut): Effect => ({ direct: direct[rowOf(cut)], total: totals[rowOf(cut)] });
      const [contribution, weight] = [effect('contribution'), weights[rank]];
      return {
        layer,
        expert,
        weight,
        contribution,
        routeAround: to === null ? null : { ...effect('route-around'), to: came[rowOf('route-around')] },
        swap: to === null ? null : { ...effect('swap'), to },
      };
    });
  };
  const jobs = Array.from({ length: config.layers }, (_, layer) => ofLayer(layer));
  return (await sideBySide(model, jobs)).flat();
}

export function expertEdit(
  layer: number,
  expert: number,
  position: number,
  cut: ExpertCut,
  to: number | null,
): ExpertEdit {
  const at = { site: 'expert', layer, expert, pos: { from: position, to: position + 1 } } as const;
  return cut === 'swap' ? { ...at, do: 'swap', to: to! } : { ...at, do: cut };
}

/** The expert that would be chosen next, ties to the lower id; null where all are that may be. */
function nextFavourite(choice: Float32Array, chosen: readonly number[]): number | null {
  let best: number | null = null;
  choice.forEach((score, expert) => {
    if (!chosen.includes(expert) && score > (best === null ? -Infinity : choice[best])) best = expert;
  });
  return best;
}
