/**
 * What stands out: of each role the head that is furthest above its baseline, where it passes the role's threshold. By
 * strength; what has no other place to be compared with (looking one token back) comes last.
 */
import type { Finding, HeadRole, PanelToken, RoleScores } from '../../protocol/explanation';
import { roleCases, type RoleCases } from './roleCases';
import { advantage, excess, reaches } from '../../shared/roleStrength';
import type { Case } from './baseline';
import { evenness, sampleCases, uniformQueries } from './roles';
import type { Trace } from './trace';
import { weightReader } from './weights';

export function findings(
  trace: Trace,
  tokens: readonly PanelToken[],
  text: string,
  scores: readonly RoleScores[],
): Finding[] {
  const cases: Partial<Record<HeadRole, RoleCases>> = roleCases(trace.ids, tokens, text);
  const inOrder = scores
    .map((table) => ({ table, best: strongest(table) }))
    .filter(({ table, best }) => reaches(table, best))
    .sort(
      (a, b) =>
        Number(b.table.baselines !== undefined) - Number(a.table.baselines !== undefined) ||
        excess(b.table, b.best) - excess(a.table, a.best),
    );
  return inOrder.map(({ table, best }) => {
    const [layer, head] = [Math.floor(best / trace.config.heads), best % trace.config.heads];
    const own = cases[table.role];
    return {
      role: table.role,
      layer,
      head,
      score: table.scores[best],
      ...(table.baselines && { baseline: table.baselines[best] }),
      ...(table.outer?.[best] === 1 && { outer: true }),
      queries: table.queries,
      ...(table.of !== undefined && { of: table.of }),
      example: own ? clearest(trace, layer, head, sampleCases(own)) : evenest(trace, layer, head),
    };
  });
}

/** Index of the head that is furthest above its baseline; the first of equal ones. */
function strongest(table: RoleScores): number {
  return table.scores.reduce((best, _, i) => (advantage(table, i) > advantage(table, best) ? i : best), 0);
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
