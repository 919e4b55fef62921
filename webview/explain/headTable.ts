/** All heads as a table: those with a name first, then by their largest weight. */
import { t } from '../shared/l10n';
import { coarsePercent, integer, roundPercent } from '../shared/numbers';
import { tableTwin, type TableTwin } from '../shared/tableTwin';
import { largestWeight } from './run';
import type { Stage } from './stage';
import { roleName } from './roleWords';

const ROWS = 200;

export function headTable(stage: Stage): TableTwin {
  return tableTwin(() => {
    const run = stage.run();
    if (!run?.model) return null;
    const { heads } = run.model;
    const all = run.maps.flatMap((_, layer) =>
      Array.from({ length: heads }, (_, head) => ({
        layer,
        head,
        largest: largestWeight(run, layer, head) ?? 0,
        roles: (run.explanation?.findings ?? []).filter((one) => one.layer === layer && one.head === head),
      })),
    );
    all.sort((a, b) => b.roles.length - a.roles.length || b.largest - a.largest);
    return {
      caption: t('{0} of {1} heads', integer(Math.min(ROWS, all.length)), integer(all.length)),
      columns: [t('Layer'), t('Head'), t('What it does'), t('Largest weight')],
      rows: all
        .slice(0, ROWS)
        .map(({ layer, head, largest, roles }) => [
          String(layer),
          String(head),
          roles.map(({ role, score }) => `${roleName(role)} ${roundPercent(score)}`).join(', '),
          coarsePercent(largest),
        ]),
    };
  });
}
