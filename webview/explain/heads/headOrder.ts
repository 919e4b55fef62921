/** In which order the heads stand. No DOM. */
import type { RoleScores } from '../../../src/protocol/explanation';
import type { HeadRef } from '../state/selection';

/** All heads, the strongest of this role first; equal ones by layer and head. */
export function ranked({ scores }: RoleScores, heads: number): (HeadRef & { score: number })[] {
  return Array.from(scores, (score, i) => ({ layer: Math.floor(i / heads), head: i % heads, score })).sort(
    (a, b) => b.score - a.score || a.layer - b.layer || a.head - b.head,
  );
}
