/** A router's choice under edits: banned experts left out, forced ones first. */
import type { Edit } from '../../protocol/edit';
import type { RouterTrace } from '../trace/trace';
import type { ModelConfig } from './config';
import { editsOf, isIn, refuse } from './edits';

/**
 * Chooses anew for the tokens start … start + n − 1 of `kept`, whose probabilities and ids the router has written; tokens
 * that no edit names keep theirs. Throws Problem edit-invalid when the bans leave too few experts.
 */
export function reroute(
  edits: readonly Edit[],
  layer: number,
  config: ModelConfig,
  kept: RouterTrace,
  start: number,
  n: number,
): void {
  const bans = editsOf(edits, 'ban-expert', layer);
  const forces = editsOf(edits, 'force-experts', layer);
  if (bans.length + forces.length === 0) return;
  const { experts, expertsUsed: topK } = config;
  const [probabilities, ids, weights] = [kept.probabilities.f32, kept.ids.i32, kept.weights.f32];
  for (let token = start; token < start + n; token++) {
    const banned = new Set(bans.filter(({ tokens }) => isIn(token, tokens)).map(({ expert }) => expert));
    const forced = forces.filter(({ tokens }) => isIn(token, tokens)).flatMap((edit) => edit.experts);
    if (banned.size + forced.length === 0) continue;
    const row = probabilities.subarray(token * experts, (token + 1) * experts);
    const chosen = choose(row, topK, banned, [...new Set(forced)]);
    const total = config.renormalizeExperts ? chosen.reduce((sum, expert) => sum + row[expert], 0) : 1;
    chosen.forEach((expert, rank) => {
      ids[token * topK + rank] = expert;
      // A forced expert may have a probability of 0 in f32: then the chosen share equally.
      weights[token * topK + rank] = total > 0 ? row[expert] / total : 1 / topK;
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
