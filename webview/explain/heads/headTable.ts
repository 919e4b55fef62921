/** All heads as a table: those with a name first, then by their largest weight. */
import { t } from '../../shared/l10n';
import { coarsePercent, integer, roundPercent } from '../../shared/numbers';
import { cell, tableTwin, type TableTwin } from '../../shared/tableTwin';
import { largestWeight } from '../state/run';
import type { Stage } from '../stage';
import { hasInfluence, isHead, mixerOf } from '../state/layers';
import { mixerWords } from './layerWords';
import { roleName } from './roleWords';

const ROWS = 200;

export function headTable(stage: Stage): TableTwin {
  return tableTwin((_, every) => {
    const run = stage.run();
    if (!run?.model) return null;
    const { heads } = run.model;
    const all = run.maps.flatMap((_, layer) =>
      Array.from({ length: heads }, (_, head) => head)
        .filter((head) => isHead(run, { layer, head }))
        .map((head) => ({
          layer,
          head,
          largest: largestWeight(run, layer, head) ?? 0,
          roles: (run.explanation?.findings ?? []).filter((one) => one.layer === layer && one.head === head),
        })),
    );
    all.sort((a, b) => b.roles.length - a.roles.length || b.largest - a.largest);
    const listed = every ? all : all.slice(0, ROWS);
    return {
      caption: t('{0} of {1} heads', integer(listed.length), integer(all.length)),
      columns: [t('Layer'), t('Head'), t('What it does'), t('Largest weight')],
      rows: listed.map(({ layer, head, largest, roles }) => [
        cell(layer),
        cell(head),
        hasInfluence(run, layer)
          ? mixerWords(mixerOf(run, layer)!)
          : roles.map(({ role, score }) => `${roleName(role)} ${roundPercent(score)}`).join(', '),
        hasInfluence(run, layer) ? '' : cell(largest, coarsePercent),
      ]),
    };
  });
}
