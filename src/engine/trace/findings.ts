/** What stands out: of each role the strongest head, where its score passes the role's threshold. */
import type { Finding, HeadRole, PanelToken, RoleScores } from '../../protocol/explanation';
import { roleCases, type RoleCases } from './roleCases';
import { evenness, sampleCases, uniformQueries, type Case } from './roles';
import type { Trace } from './trace';
import { weightReader } from './weights';

/** A head that does no better than twice what even attention would do does not stand out, as on very short texts. */
const TIMES_CHANCE = 2;

/** In the order of `scores`, which is that of roleScores. */
export function findings(
  trace: Trace,
  tokens: readonly PanelToken[],
  text: string,
  scores: readonly RoleScores[],
): Finding[] {
  const cases: Partial<Record<HeadRole, RoleCases>> = roleCases(trace.ids, tokens, text);
  return scores.flatMap((table) => {
    const best = strongest(table);
    if (!passes(table, table.scores[best])) return [];
    const [layer, head] = [Math.floor(best / trace.config.heads), best % trace.config.heads];
    const own = cases[table.role];
    return {
      role: table.role,
      layer,
      head,
      score: table.scores[best],
      queries: table.queries,
      ...(table.of !== undefined && { of: table.of }),
      example: own ? clearest(trace, layer, head, sampleCases(own)) : evenest(trace, layer, head),
    };
  });
}

/** Index of the largest score; the first of equal ones. */
export function strongest({ scores }: RoleScores): number {
  return scores.reduce((best, score, i) => (score > scores[best] ? i : best), 0);
}

function passes({ role, threshold, chance }: RoleScores, score: number): boolean {
  return score >= threshold && (role === 'uniform' || score >= TIMES_CHANCE * chance);
}

/** The case with the largest single weight. */
function clearest(trace: Trace, layer: number, head: number, cases: readonly Case[]): Finding['example'] {
  const weight = weightReader(trace, layer, head);
  let example = { query: 0, key: 0, weight: -1 };
  for (const { query, keys } of cases) {
    for (const key of keys) {
      const w = weight(query, key);
      if (w > example.weight) example = { query, key, weight: w };
    }
  }
  return example;
}

/** The most even row and the largest of its weights. */
function evenest(trace: Trace, layer: number, head: number): Finding['example'] {
  const weight = weightReader(trace, layer, head);
  const queries = uniformQueries(trace.ids.length);
  const query = queries.reduce((best, other) => (evenness(weight, other) > evenness(weight, best) ? other : best));
  const keys = Array.from({ length: query + 1 }, (_, key) => key);
  return clearest(trace, layer, head, [{ query, keys }]);
}
