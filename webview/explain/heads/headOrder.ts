/** In which order the heads stand, and what each one does most. No DOM. */
import type { HeadRole, RoleScores } from '../../../src/protocol/explanation';
import type { HeadRef } from '../state/selection';

/** All heads, the strongest of this role first; equal ones by layer and head. */
export function ranked({ scores }: RoleScores, heads: number): (HeadRef & { score: number })[] {
  return Array.from(scores, (score, i) => ({ layer: Math.floor(i / heads), head: i % heads, score })).sort(
    (a, b) => b.score - a.score || a.layer - b.layer || a.head - b.head,
  );
}

/** How far a score is above the role's threshold, as a share of what is left above it; below it negative. */
export function excess({ threshold }: RoleScores, score: number): number {
  return (score - threshold) / (1 - threshold);
}

/** The role that a head is furthest above the threshold of; null: it reaches none. `index`: layer · heads + head. */
export function strongestRole(roles: readonly RoleScores[], index: number): { role: HeadRole; score: number } | null {
  let best: { role: HeadRole; score: number } | null = null;
  let most = -Infinity;
  for (const one of roles) {
    const above = excess(one, one.scores[index]);
    if (above < 0 || above <= most) continue;
    most = above;
    best = { role: one.role, score: one.scores[index] };
  }
  return best;
}
