/** The matrix as a table: where each query in view looks most. */
import { t } from '../../shared/l10n';
import { percent } from '../../shared/numbers';
import { isolated } from '../../shared/rightToLeft';
import { tableTwin, type Cell, type TableTwin } from '../../shared/tableTwin';
import type { Stage } from '../stage';
import { measureText } from '../heads/layerWords';
import { hasInfluence, maskOf } from '../state/layers';
import { headName, placeCell, tokenPlace } from '../words';

/** Queries, each of which is a question to the worker, and keys of each. */
const [ROWS, KEYS] = [50, 3];

export function matrixTable(stage: Stage, inView: () => { from: number; to: number }): TableTwin {
  return tableTwin(async (signal) => {
    const run = stage.run();
    if (!run?.explanation) return null;
    const { head } = stage.selection;
    const { tokens } = run;
    const { from, to } = inView();
    const first = Math.max(0, from);
    const last = Math.min(tokens.length, to, first + ROWS);
    const rows: Cell[][] = [];
    const sinks = await stage.weights.sinks(head, signal);
    const measure = measureText(run, head.layer);
    for (let query = first; query < last; query++) {
      const weights = await stage.weights.get(head, query, 'from', signal);
      const strongest = Array.from(weights.keys())
        .filter((key) => maskOf(run, head.layer, query, key) === null)
        .sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]))
        .slice(0, KEYS);
      rows.push([
        placeCell(run, query),
        tokens[query].label,
        strongest
          .map((key) => `${tokenPlace(run, key)} ${isolated(tokens[key].label)}: ${measure(weights[key])}`)
          .join(' · '),
        ...(sinks.length > 0 ? [percent(sinks[query])] : []),
      ]);
    }
    const bounds = [tokenPlace(run, first), tokenPlace(run, last - 1), headName(head), ROWS] as const;
    return {
      caption: hasInfluence(run, head.layer)
        ? t(
            'Queries from {0} to {1} in {2}, each with the keys of the largest implied influence (at most {3} queries are listed)',
            ...bounds,
          )
        : t(
            'Queries from {0} to {1} in {2}, each with the keys it looks at most (at most {3} queries are listed)',
            ...bounds,
          ),
      columns: [t('Query'), t('Token'), t('Keys'), ...(sinks.length > 0 ? [t('learned sink')] : [])],
      rows,
    };
  });
}
