/** The heat on the text as a table: the tokens with the largest weights. */
import { t } from '../../shared/l10n';
import { integer, percent } from '../../shared/numbers';
import { cell, tableTwin, type TableTwin } from '../../shared/tableTwin';
import type { Stage } from '../stage';
import { measureName, measureText } from '../heads/layerWords';
import { hasInfluence } from '../state/layers';
import { headName, placeCell, quoted } from '../words';

const ROWS = 50;

export function textTable(stage: Stage): TableTwin {
  return tableTwin(async (signal, all) => {
    const run = stage.run();
    if (!run?.explanation) return null;
    const { head, token, direction } = stage.selection;
    const weights = await stage.weights.get(head, token, direction, signal);
    const order = Array.from(weights.keys())
      .filter((other) => weights[other] !== 0)
      .sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]));
    const listed = all ? order : order.slice(0, ROWS);
    const words = [headName(head), quoted(run.tokens[token]), integer(listed.length)] as const;
    const total = integer(order.length);
    const sinks = direction === 'from' ? await stage.weights.sinks(head, signal) : [];
    const measure = measureText(run, head.layer);
    return {
      caption: hasInfluence(run, head.layer)
        ? t('Implied influence in {0}, {1}: the {2} largest of {3} by size', ...words, total)
        : direction === 'from'
          ? t('Where {0} looked from {1}: the {2} largest of {3} weights', ...words, total)
          : t('Who looked at {1}, {0}: the {2} largest of {3} weights', ...words, total),
      columns: [t('Position'), t('Token'), measureName(run, head.layer)],
      rows: [
        ...listed.map((other) => [placeCell(run, other), run.tokens[other].label, cell(weights[other], measure)]),
        ...(sinks.length > 0 ? [['', t('learned sink'), cell(sinks[token], percent)]] : []),
      ],
    };
  });
}
