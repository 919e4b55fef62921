/** Which experts get a lane, and in which order. No DOM. */
import type { LayerExperts } from '../../../src/protocol/explanation';

/** Experts by how many tokens took them, the busiest first, equal ones by number; at most `most`. */
export function laneOrder({ ids, experts }: Pick<LayerExperts, 'ids' | 'experts'>, most: number): number[] {
  const load = new Uint32Array(experts);
  for (const id of ids) load[id]++;
  return Array.from(load.keys())
    .filter((expert) => load[expert] > 0)
    .sort((a, b) => load[b] - load[a] || a - b)
    .slice(0, most);
}
