/** The edges into one query, each cut in three ways. */
import type { EdgeReceipt, Effect } from '../../protocol/receipts';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { dot } from '../../shared/dot';
import { CUTS, edgeChange, type Cut } from './edgeChange';
import type { Query } from './query';
import { totalsOfOutputs, type OutputChange, type Totals } from './totals';

export interface Edge {
  layer: number;
  head: number;
  key: number;
  weight: number;
}

/** Those that the query sees, layer by layer, head by head. */
export function edgesOf({ layers }: Query): Edge[] {
  return layers.flatMap(({ heads, weights, first }, layer) =>
    Array.from({ length: heads }, (_, head) =>
      Array.from(weights[head], (weight, i) => ({ layer, head, key: first + i, weight })),
    ).flat(),
  );
}

/** The total effect of one cut for each edge, NaN where there is none: [edges]. Costs `totalsOfOutputs` for each layer with edges. */
export async function edgeTotals(
  on: Totals,
  edges: readonly Edge[],
  cut: Cut,
  progress: (share: number) => void = () => {},
): Promise<Float64Array> {
  const totals = new Float64Array(edges.length).fill(NaN);
  const { layers } = on.query;
  let done = 0;
  const ofLayer = (layer: number) => async (model: LoadedModel) => {
    const [changes, which]: [OutputChange[][], number[]] = [[], []];
    edges.forEach((edge, i) => {
      if (edge.layer !== layer) return;
      const change = changeOf(on.query, edge, cut);
      if (change === null) return;
      // A weight of 0 has nothing to change.
      if (change.change.every((value) => value === 0)) totals[i] = 0;
      else {
        changes.push([change]);
        which.push(i);
      }
    });
    const found = await totalsOfOutputs({ ...on, model }, layer, changes);
    found.forEach((effect, i) => (totals[which[i]] = effect));
    progress(++done / layers.length);
  };
  const jobs = Array.from(layers.keys(), ofLayer);
  await sideBySide(on.model, jobs);
  return totals;
}

export function changeOf({ layers }: Query, { layer, head, key }: Omit<Edge, 'weight'>, cut: Cut): OutputChange | null {
  const at = layers[layer];
  const change = edgeChange(at, head, key - at.first, cut);
  return change && { at: head * at.headDim, change };
}

/** What the cut takes from the head's write, read directly; null where there is no such cut. */
export function edgeDirect(query: Query, edge: Omit<Edge, 'weight'>, cut: Cut): number | null {
  const changed = changeOf(query, edge, cut);
  return changed && dotAt(changed, query.layers[edge.layer].worth);
}

export const dotAt = ({ at, change }: OutputChange, worth: Float32Array): number =>
  dot(Float32Array.from(change), worth, at);

/** All three cuts of each edge, unranked. Costs `edgeTotals` for each cut. */
export async function edgeReceipts(
  on: Totals,
  edges: readonly Edge[],
  progress: (share: number) => void,
): Promise<EdgeReceipt[]> {
  const totals = {} as Record<Cut, Float64Array>;
  for (const [i, cut] of CUTS.entries()) {
    totals[cut] = await edgeTotals(on, edges, cut, (share) => progress((i + share) / CUTS.length));
  }
  return edges.map((edge, i) => {
    const effect = (cut: Cut): Effect | null => {
      const direct = edgeDirect(on.query, edge, cut);
      return direct === null ? null : { direct, total: totals[cut][i] };
    };
    return {
      ...edge,
      knockout: effect('knockout'),
      zero: effect('zero')!,
      swap: effect('swap')!,
      rank: null,
      percentile: null,
      disagrees: null,
    };
  });
}

/** Ranks of the knockouts within each layer, from 1; those below the floor have none. */
export function rankEdges(edges: EdgeReceipt[], floor: number): void {
  for (const layer of new Set(edges.map((edge) => edge.layer))) {
    edges
      .filter((edge) => edge.layer === layer && sizeOf(edge) > floor)
      .sort((a, b) => sizeOf(b) - sizeOf(a))
      .forEach((edge, i) => (edge.rank = i + 1));
  }
}

export const sizeOf = ({ knockout }: EdgeReceipt): number => Math.abs(knockout?.total ?? 0);
