/** Does a head do what a role says, against a fair baseline? The engine's findings and the page's lists ask the same. */
import type { RoleScores } from '../protocol/explanation';

/** A head that does no better than twice what even attention would do does not stand out, as on very short texts. */
const TIMES_CHANCE = 2;

/** Its score less its baseline: what it puts on other tokens as far away, or its lead over the next outer bracket. `head`: layer · heads + head. */
export function advantage({ scores, baselines }: RoleScores, head: number): number {
  return scores[head] - (baselines?.[head] ?? 0);
}

export function reaches(role: RoleScores, head: number): boolean {
  const isChance = role.role !== 'uniform' && role.scores[head] < TIMES_CHANCE * role.chance;
  return !isChance && advantage(role, head) >= role.threshold;
}

/** Whether any head does it. */
export const isTaken = (role: RoleScores): boolean => role.scores.some((_, head) => reaches(role, head));

/** How far above the role's threshold, as a share of what is left above it; below it negative. */
export function excess(role: RoleScores, head: number): number {
  return (advantage(role, head) - role.threshold) / (1 - role.threshold);
}
