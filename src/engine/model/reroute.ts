/** A router's choice under edits: experts that may not be chosen, must be, work in another's place, or are left out. */
import type { Edit } from '../../protocol/edit';
import { editsAt, isIn, refuse, type EditAt } from './edits';
import type { Buf } from '../kernel/kernel';
import { choose, chooseBy, weightsOf, type RouterSizes } from './route';
import type { RouterRows } from './rows';

/**
 * Chooses anew for `count` rows from `first` on, tokens from `position` on, whose probabilities and ids the router has
 * written; tokens that no edit names keep theirs. First who is chosen, then who works in whose place, then whose output is
 * left out. Where experts stand in groups, these are chosen anew without the banned ones. `bias`: [experts], for the choice
 * alone. Throws Problem edit-invalid when too few experts are left, or one would be chosen twice.
 */
export function reroute(
  edits: readonly Edit[],
  layer: number,
  { experts, topK, routing, bias }: RouterSizes & { bias?: Buf },
  routed: RouterRows,
  first: number,
  count: number,
  position: number,
): void {
  const all = editsAt(edits, 'expert', layer);
  if (all.length === 0) return;
  const [probabilities, ids, weights] = [routed.probabilities.f32, routed.ids.i32, routed.weights.f32];
  for (let row = first; row < first + count; row++) {
    const token = position + row - first;
    const here = all.filter(({ pos }) => isIn(token, pos));
    const named = (action: EditAt<'expert'>['do']): number[] => [
      ...new Set(here.filter((edit) => edit.do === action).map(({ expert }) => expert)),
    ];
    const [banned, forced] = [new Set(named('route-around')), named('force')];
    if (banned.size + forced.length > 0) {
      chooseAnew(row, banned, forced);
    }
    const mine = ids.subarray(row * topK, (row + 1) * topK);
    for (const edit of here) {
      if (edit.do === 'swap') swap(mine, edit.expert, edit.to, token);
    }
    for (const expert of named('contribution')) {
      const rank = mine.indexOf(expert);
      if (rank >= 0) weights[row * topK + rank] = 0;
    }
  }

  function chooseAnew(row: number, banned: ReadonlySet<number>, forced: number[]): void {
    const of = (all: Float32Array): Float32Array => all.subarray(row * experts, (row + 1) * experts);
    const likely = of(probabilities);
    if (forced.length > topK) refuse(`${forced.length} experts are forced for one token; the model uses ${topK}.`);
    const by = routed.choice && of(routed.choice.f32);
    if (by && routing.groups) chooseBy(by, likely, bias, routing.groups, banned);
    const chosen = choose(likely, by, topK, banned, forced);
    if (chosen.length < topK) refuse(`${banned.size} of ${experts} experts are banned; the model uses ${topK}.`);
    ids.set(chosen, row * topK);
    weights.set(weightsOf(likely, chosen, routing), row * topK);
  }
}

/** `to` in the place of `expert`, where that was chosen. */
function swap(chosen: Int32Array, expert: number, to: number, token: number): void {
  const rank = chosen.indexOf(expert);
  if (rank < 0 || to === expert) return;
  if (chosen.includes(to))
    refuse(`Expert ${to} is chosen for token ${token} already; it cannot stand in for ${expert}.`);
  chosen[rank] = to;
}
