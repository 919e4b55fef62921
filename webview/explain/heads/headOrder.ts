/** In which order the heads stand, and what each one does most. No DOM. */
import type { HeadRole, RoleScores } from '../../../src/protocol/explanation';
import { advantage, excess, reaches } from '../../../src/shared/roleStrength';
import type { HeadRef } from '../state/selection';

/** All heads, the one that is furthest above its baseline first; equal ones by layer and head. */
export function ranked(role: RoleScores, heads: number): (HeadRef & { index: number; score: number })[] {
  return Array.from(role.scores, (score, index) => ({
    layer: Math.floor(index / heads),
    head: index % heads,
    index,
    score,
  })).sort((a, b) => advantage(role, b.index) - advantage(role, a.index) || a.index - b.index);
}

/** The role that a head is furthest above the threshold of; null: it reaches none. `index`: layer · heads + head. */
export function strongestRole(roles: readonly RoleScores[], index: number): { role: HeadRole; score: number } | null {
  let best: { role: HeadRole; score: number } | null = null;
  let most = -Infinity;
  for (const one of roles) {
    const above = excess(one, index);
    if (!reaches(one, index) || above <= most) continue;
    most = above;
    best = { role: one.role, score: one.scores[index] };
  }
  return best;
}
