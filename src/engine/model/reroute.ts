/** A router's choice under edits: banned experts left out, forced ones first. */
import type { Edit } from '../../protocol/edit';
import { editsOf, isIn, refuse } from './edits';
import type { RouterRows } from './rows';

/**
 * Chooses anew for `count` rows from `first` on, tokens from `position` on, whose probabilities and ids the router has
 * written; tokens that no edit names keep theirs. Throws Problem edit-invalid when the bans leave too few experts.
 */
export function reroute(
  edits: readonly Edit[],
  layer: number,
  { experts, topK, renormalize }: { experts: number; topK: number; renormalize: boolean },
  routed: RouterRows,
  first: number,
  count: number,
  position: number,
): void {
  const bans = editsOf(edits, 'ban-expert', layer);
  const forces = editsOf(edits, 'force-experts', layer);
  if (bans.length + forces.length === 0) return;
  const [probabilities, ids, weights] = [routed.probabilities.f32, routed.ids.i32, routed.weights.f32];
  for (let row = first; row < first + count; row++) {
    const token = position + row - first;
    const banned = new Set(bans.filter(({ tokens }) => isIn(token, tokens)).map(({ expert }) => expert));
    const forced = forces.filter(({ tokens }) => isIn(token, tokens)).flatMap((edit) => edit.experts);
    if (banned.size + forced.length === 0) continue;
    const likely = probabilities.subarray(row * experts, (row + 1) * experts);
    const chosen = choose(likely, topK, banned, [...new Set(forced)]);
    const total = renormalize ? chosen.reduce((sum, expert) => sum + likely[expert], 0) : 1;
    chosen.forEach((expert, rank) => {
      ids[row * topK + rank] = expert;
      // A forced expert may have a probability of 0 in f32: then the chosen share equally.
      weights[row * topK + rank] = total > 0 ? likely[expert] / total : 1 / topK;
    });
  }
}

/** Ids in falling order of probability, ties to the lower id, as the router gives them. */
function choose(row: Float32Array, topK: number, banned: ReadonlySet<number>, forced: number[]): number[] {
  if (forced.length > topK) refuse(`${forced.length} experts are forced for one token; the model uses ${topK}.`);
  const byProbability = (a: number, b: number): number => row[b] - row[a] || a - b;
  const free = [...row.keys()].filter((expert) => !banned.has(expert) && !forced.includes(expert)).sort(byProbability);
  const chosen = [...forced, ...free.slice(0, topK - forced.length)];
  if (chosen.length < topK) refuse(`${banned.size} of ${row.length} experts are banned; the model uses ${topK}.`);
  return chosen.sort(byProbability);
}
