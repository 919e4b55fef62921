/** Needles found where places turn (RoPE), with and without scaling: as a script recorded it. */
import recorded from '../../../src/milestones/long-context/turned.json';
import { mean } from '../../../src/shared/statistics';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { linePlot } from '../../shared/plot';

export function turnedView(): HTMLElement {
  const { seeds, lengths, found } = recorded;
  const plot = linePlot({
    title: t('Recorded: the same where places turn (RoPE), with and without scaling'),
    hint: t('Means over {0} seeds, by a script. Queries and keys turn by their places; learned with 64 statements. Linear scaling divides places by how much longer the haystack is, NTK raises the base, YaRN divides the slow turns only. In this task places say nothing, so that scaling them loses nothing.', seeds), // prettier-ignore
    x: { label: t('statements in the haystack'), scale: 'log', format: integer },
    y: { label: t('share'), domain: [0, 1], format: roundPercent },
  });
  const names = { none: t('no scaling'), linear: t('linear'), NTK: 'NTK', YaRN: 'YaRN' };
  const lines = (['none', 'linear', 'NTK', 'YaRN'] as const).map((scaling) => ({
    name: names[scaling],
    x: lengths,
    y: found[scaling].map(mean),
    dots: true,
  }));
  plot.set(lines);
  plot.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(roundPercent).join(' → '))).join(' '));
  return plot.element;
}
