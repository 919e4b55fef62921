/** The experts of all tokens as a table. */
import { t } from '../../shared/l10n';
import { decimal, integer, percent } from '../../shared/numbers';
import { cell, tableTwin, type TableRows, type TableTwin } from '../../shared/tableTwin';
import type { Run } from '../state/run';
import type { Stage } from '../stage';
import { placeCell } from '../words';

const [TOKENS, LAYERS] = [100, 12];

export function expertTable(stage: Stage): TableTwin {
  return tableTwin((_, all) => {
    const run = stage.run();
    const layers = run?.experts.filter((layer) => layer !== null).slice(0, LAYERS) ?? [];
    if (!run || layers.length === 0) return null;
    if (all) return longTable(run);
    const tokens = run.tokens.slice(0, TOKENS);
    return {
      caption: t(
        'Expert with the largest weight, and the weight: {0} of {1} tokens, {2} of {3} layers',
        integer(tokens.length),
        integer(run.tokens.length),
        layers.length,
        run.experts.filter((layer) => layer !== null).length,
      ),
      columns: [t('Position'), t('Token'), ...layers.map(({ layer }) => t('layer {0}', layer))],
      rows: tokens.map(({ label }, token) => [
        placeCell(run, token),
        label,
        ...layers.map(({ ids, weights, topK }) => `${ids[token * topK]}: ${percent(weights[token * topK])}`),
      ]),
    };
  });
}

/** A row for each choice, for a file. */
function longTable(run: Run): TableRows {
  const { tokens, experts, model } = run;
  const apart = model?.routing ? [t('Score'), t('Chosen by')] : [];
  return {
    caption: t('Every expert that each token went through, and its weight'),
    columns: [t('Position'), t('Token'), t('Layer'), t('Expert'), t('Weight'), ...apart],
    rows: experts.flatMap((of) => {
      if (!of) return [];
      const { layer, topK, ids, weights } = of;
      return Array.from(ids, (expert, i) => {
        const token = Math.floor(i / topK);
        const both = of.apart ? [of.apart.scores, of.apart.choice].map((all) => cell(all[i], decimal)) : [];
        return [
          placeCell(run, token),
          tokens[token].label,
          cell(layer),
          cell(expert),
          cell(weights[i], percent),
          ...both,
        ];
      });
    }),
  };
}
