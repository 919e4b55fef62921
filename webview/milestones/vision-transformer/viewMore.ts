/** Named rightly with 250, 1,000 and 4,000 drawings and more steps than fit into a live run: as a script recorded it. */
import recorded from '../../../src/milestones/vision-transformer/more.json';
import { CONTENDERS } from '../../../src/milestones/vision-transformer/options';
import { KINDS } from '../../../src/shared/drawings';
import { mean } from '../../../src/shared/statistics';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { linePlot } from '../../shared/plot';
import { contenderName } from './names';

export function moreView(): HTMLElement {
  const { seeds, examples, levels } = recorded;
  const plot = linePlot({
    title: t('Recorded: with more drawings and more steps'),
    hint: t('Means over {0} seeds, by a script: each net is shown {1} drawings, again and again. Guessing names {2}.', seeds, integer(examples), roundPercent(1 / KINDS.length)), // prettier-ignore
    x: { label: t('drawings to learn from'), scale: 'log', format: integer },
    y: { label: t('right'), domain: [0, 1], format: roundPercent },
  });
  const lines = CONTENDERS.map((name) => {
    const having = levels.filter(({ right }) => name in right);
    return {
      name: contenderName(name),
      x: having.map(({ drawings }) => drawings),
      y: having.map(({ right }) => mean((right as Record<string, number[]>)[name])),
      dots: true,
    };
  });
  plot.set(lines);
  plot.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(roundPercent).join(' → '))).join(' '));
  return plot.element;
}
