/** Needles found where places turn (RoPE), with and without scaling: live to 2,048, and as a script recorded it to 8,192. */
import { SCALINGS, TURNED_LENGTHS, type Result, type Scaling } from '../../../src/milestones/long-context/options';
import recorded from '../../../src/milestones/long-context/turned.json';
import { mean } from '../../../src/shared/statistics';
import { show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { linePlot, type LinePlot } from '../../shared/plot';

export function turnedView(): { elements: HTMLElement[]; draw(turned: Result['turned']): void } {
  const live = plotOf(
    t('Where places turn (RoPE), with and without scaling'),
    t('Queries and keys turn by their places; learned with 64 statements. Linear scaling divides places by how much longer the haystack is, NTK raises the base, YaRN divides the slow turns only. In this task places say nothing, so that scaling them loses nothing.'), // prettier-ignore
  );
  const script = plotOf(
    t('Recorded: the same up to 8,192'),
    t('Means over {0} seeds, by a script, after {1} steps of learning.', recorded.seeds, integer(recorded.steps)),
  );
  fill(script, recorded.lengths, SCALINGS.map((scaling) => ({ scaling, found: recorded.found[scaling].map(mean) }))); // prettier-ignore
  return {
    elements: [live.element, script.element],
    draw(turned) {
      show(live.element, turned.length > 0);
      fill(live, TURNED_LENGTHS, turned);
    },
  };
}

const plotOf = (title: string, hint: string): LinePlot =>
  linePlot({
    title,
    hint,
    x: { label: t('statements in the haystack'), scale: 'log', format: integer },
    y: { label: t('share'), domain: [0, 1], format: roundPercent },
  });

function fill(plot: LinePlot, lengths: readonly number[], turned: Result['turned']): void {
  const lines = turned.map(({ scaling, found }) => ({
    name: scalingName(scaling),
    x: lengths.slice(0, found.length),
    y: found,
    dots: true,
  }));
  plot.set(lines);
  plot.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(roundPercent).join(' → '))).join(' '));
}

const scalingName = (scaling: Scaling): string =>
  ({ none: t('no scaling'), linear: t('linear'), NTK: 'NTK', YaRN: 'YaRN' })[scaling];
